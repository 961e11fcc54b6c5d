package dev.mien.engine.optim;

import java.util.Arrays;

/** The learning rate of each step (counted from 0), a pure function, so a resumed run needs no state of it. */
@FunctionalInterface
public interface Schedule {
  double learningRate(long step);

  /** Always the same. */
  static Schedule constant(double rate) {
    return step -> rate;
  }

  /** Times {@code factor} after every {@code every} steps. */
  static Schedule step(double rate, long every, double factor) {
    if (every < 1) {
      throw new IllegalArgumentException("[schedule] the interval must be at least one step, got " + every);
    }
    return step -> rate * StrictMath.pow(factor, step / every);
  }

  /** Times {@code factor} at each milestone. */
  static Schedule multiStep(double rate, double factor, long... milestones) {
    long[] sorted = milestones.clone();
    Arrays.sort(sorted);
    return step -> rate * StrictMath.pow(factor, Arrays.stream(sorted).filter(m -> step >= m).count());
  }

  /** Half a cosine from {@code rate} down to {@code last} over {@code total} steps, then {@code last}. */
  static Schedule cosine(double rate, double last, long total) {
    return step -> step >= total ? last : last + (rate - last) * 0.5 * (1 + StrictMath.cos(Math.PI * step / total));
  }

  /** {@code (rate - last) (1 - step/total)^power + last}. */
  static Schedule polynomial(double rate, double last, long total, double power) {
    return step -> step >= total ? last : last + (rate - last) * StrictMath.pow(1 - (double) step / total, power);
  }

  /** This schedule, multiplied during the first {@code steps} by a factor rising linearly to 1. */
  default Schedule warmUp(long steps) {
    return step -> learningRate(step) * (step < steps ? (step + 1.0) / steps : 1);
  }
}

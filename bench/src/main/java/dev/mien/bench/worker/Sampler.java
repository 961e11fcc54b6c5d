package dev.mien.bench.worker;

import dev.mien.bench.work.Contestant.Run;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Times one run of work: warm-up by observed throughput, then samples of a given length. */
final class Sampler {
  private static final double PIECE_NANOS = 40e6;
  private static final double SLICE_NANOS = 1e6;
  /** A piece that is better than the best by less is no improvement. */
  private static final double GAIN = 0.02;
  private static final int QUIET_PIECES = 6;
  /** For works of more than a second: two runs alike are enough. */
  private static final int QUIET_LONG_RUNS = 2;
  private static final double LONG_NANOS = 0.5e9;
  private static final double GIVE_UP_NANOS = 60e9;
  private static final double COMPILING = 0.1;

  private final Run run;
  private double bestNanos = Double.MAX_VALUE;

  Sampler(Run run) {
    this.run = run;
  }

  /** Nanoseconds of one run, and how many were made. */
  record Sample(double nanos, int runs) {}

  /** Runs until pieces stop getting better and the JIT has little to do; the best piece so far. */
  Sample warmUp() throws Exception {
    long began = System.nanoTime();
    int quiet = 0;
    int pieces = 0;
    var compiler = ManagementFactory.getCompilationMXBean();
    while (true) {
      long compiled = compiler.getTotalCompilationTime();
      long start = System.nanoTime();
      double nanos = piece(PIECE_NANOS).nanos;
      double busy = (compiler.getTotalCompilationTime() - compiled) * 1e6 / (System.nanoTime() - start);
      quiet = nanos < bestNanos * (1 - GAIN) || busy > COMPILING ? 0 : quiet + 1;
      bestNanos = Math.min(bestNanos, nanos);
      pieces++;
      if (quiet >= (nanos > LONG_NANOS ? QUIET_LONG_RUNS : QUIET_PIECES) || System.nanoTime() - began > GIVE_UP_NANOS) {
        return new Sample(bestNanos, pieces);
      }
    }
  }

  /**
   * One sample of about so many nanoseconds, at least one run: the median over pieces of a millisecond or a run, whichever is longer, so
   * that a neighbour's slice of the processor inside the sample does not count.
   */
  Sample piece(double nanos) throws Exception {
    if (bestNanos == Double.MAX_VALUE) {
      bestNanos = timed(1);
      return new Sample(bestNanos, 1);
    }
    int each = runs(SLICE_NANOS);
    int slices = Math.max(1, runs(nanos) / each);
    var times = new double[slices];
    for (int i = 0; i < slices; i++) {
      times[i] = timed(each);
    }
    Arrays.sort(times);
    return new Sample((times[(slices - 1) / 2] + times[slices / 2]) / 2, slices * each);
  }

  private int runs(double nanos) {
    return (int) Math.clamp(Math.round(nanos / bestNanos), 1, 1_000_000);
  }

  /** Nanoseconds of one run, the mean of so many. */
  private double timed(int runs) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      run.run();
    }
    return (double) (System.nanoTime() - start) / runs;
  }
}

package dev.mien.engine.nn;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Shape;
import java.util.Arrays;

/** Initial values, pure functions of a key. */
public final class Init {
  private Init() {}

  /** Normal with the given standard deviation, mean 0. */
  public static HostTensor normal(Rng rng, double deviation, int... shape) {
    var data = new float[Math.toIntExact(Shape.of(shape).count())];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (deviation * rng.gaussian(i));
    }
    return HostTensor.of(data, shape);
  }

  /** Uniform in [-bound, bound). */
  public static HostTensor uniform(Rng rng, double bound, int... shape) {
    var data = new float[Math.toIntExact(Shape.of(shape).count())];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) rng.uniform(i, -bound, bound);
    }
    return HostTensor.of(data, shape);
  }

  /** All elements alike. */
  public static HostTensor constant(double value, int... shape) {
    var data = new float[Math.toIntExact(Shape.of(shape).count())];
    Arrays.fill(data, (float) value);
    return HostTensor.of(data, shape);
  }

  /** He et al. 2015: normal with deviation {@code sqrt(2 / fan)}, fan the outgoing connections: {@code out * kH * kW}. */
  public static HostTensor kaimingFanOut(Rng rng, int... oihw) {
    long fan = (long) oihw[0] * (oihw.length == 4 ? (long) oihw[2] * oihw[3] : 1);
    return normal(rng, Math.sqrt(2.0 / fan), oihw);
  }
}

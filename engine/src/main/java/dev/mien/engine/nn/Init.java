package dev.mien.engine.nn;

import dev.mien.engine.random.Normals;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Shape;

/** Initial values, pure functions of a key. */
public final class Init {
  private Init() {}

  /** Normal with the given standard deviation, mean 0. */
  public static HostTensor normal(Rng rng, double deviation, int... shape) {
    int count = Math.toIntExact(Shape.of(shape).count());
    return HostTensor.deferred(() -> Normals.floats(rng, deviation, count), shape);
  }

  /** Uniform in [-bound, bound). */
  public static HostTensor uniform(Rng rng, double bound, int... shape) {
    return filled(i -> (float) rng.uniform(i, -bound, bound), shape);
  }

  /** All elements alike. */
  public static HostTensor constant(double value, int... shape) {
    return filled(i -> (float) value, shape);
  }

  /** One element from its position. */
  private interface Element {
    float at(int i);
  }

  /** Computed when first used: weights that are loaded from a file are never drawn. */
  private static HostTensor filled(Element element, int... shape) {
    int count = Math.toIntExact(Shape.of(shape).count());
    return HostTensor.deferred(() -> {
      var data = new float[count];
      for (int i = 0; i < count; i++) {
        data[i] = element.at(i);
      }
      return data;
    }, shape);
  }

  /** He et al. 2015: normal with deviation {@code sqrt(2 / fan)}, fan the outgoing connections: {@code out * kH * kW}. */
  public static HostTensor kaimingFanOut(Rng rng, int... oihw) {
    long fan = (long) oihw[0] * (oihw.length == 4 ? (long) oihw[2] * oihw[3] : 1);
    return normal(rng, Math.sqrt(2.0 / fan), oihw);
  }
}

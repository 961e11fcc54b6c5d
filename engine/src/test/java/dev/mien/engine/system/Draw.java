package dev.mien.engine.system;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;

/**
 * A stream of random extents, attributes and operands. Small draws suit full Jacobians, wide ones cross vector and block borders.
 */
final class Draw {
  /** Distance kept from every kink: 100 steps of the central difference. */
  static final double GAP = 1e-3;

  private final Rng rng;
  private final boolean wide;
  private long next;

  private Draw(Rng rng, boolean wide) {
    this.rng = rng;
    this.wide = wide;
  }

  static Draw small(Rng rng) {
    return new Draw(rng, false);
  }

  static Draw wide(Rng rng) {
    return new Draw(rng, true);
  }

  /**
   * Distance to keep from kinks of intermediate results: where only float32 is at stake, rounding errors are all that must fit
   * in.
   */
  double innerGap() {
    return wide ? 2e-5 : 5 * GAP;
  }

  /** An integer in [low, high]. */
  int between(int low, int high) {
    return low + rng.below(high - low + 1, next++);
  }

  /** An extent from 1 to {@code small}, or to {@code large} in a wide draw. */
  int extent(int small, int large) {
    return between(1, wide ? large : small);
  }

  boolean flip() {
    return between(0, 1) == 1;
  }

  /** A real number that float holds exactly. */
  double real(double low, double high) {
    return (float) rng.uniform(next++, low, high);
  }

  /** A random shape of rank 0 to 4. */
  int[] shape() {
    int rank = between(0, 4);
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = extent(3, rank == 1 ? 300 : rank == 2 ? 40 : rank == 4 && i == 1 ? 35 : 9);
    }
    return dims;
  }

  /** An image's shape. */
  int[] image(int smallSide, int wideSide) {
    return new int[] {extent(2, 3), extent(2, 37), extent(smallSide, wideSide), extent(smallSide, wideSide)};
  }

  HostTensor in(double low, double high, int... dims) {
    var data = new double[count(dims)];
    for (int i = 0; i < data.length; i++) {
      data[i] = real(low, high);
    }
    return HostTensor.of(data, dims);
  }

  /** Uniform in [-2, 2). */
  HostTensor reals(int... dims) {
    return in(-2, 2, dims);
  }

  /** As {@link #reals}, no element within {@link #GAP} of a kink. */
  HostTensor away(double[] kinks, int... dims) {
    var data = reals(dims).doubles();
    for (int i = 0; i < data.length; i++) {
      while (near(data[i], kinks)) {
        data[i] = real(-2, 2);
      }
    }
    return HostTensor.of(data, dims);
  }

  private static boolean near(double x, double[] kinks) {
    for (double k : kinks) {
      if (Math.abs(x - k) < GAP) {
        return true;
      }
    }
    return false;
  }

  /** Magnitudes in [0.5, 2), either sign. */
  HostTensor divisors(int... dims) {
    var data = in(0.5, 2, dims).doubles();
    for (int i = 0; i < data.length; i++) {
      data[i] = flip() ? data[i] : -data[i];
    }
    return HostTensor.of(data, dims);
  }

  /** Evenly spread values in random order, so that no two are close. */
  HostTensor distinct(int... dims) {
    int n = count(dims);
    int[] order = rng.split("order").at(next++).permutation(n);
    var data = new double[n];
    for (int i = 0; i < n; i++) {
      data[i] = (float) (-2 + 4 * (order[i] + 0.5) / n);
    }
    return HostTensor.of(data, dims);
  }

  HostTensor labels(int n, int classes) {
    var data = new int[n];
    for (int i = 0; i < n; i++) {
      data[i] = between(0, classes - 1);
    }
    return HostTensor.of(data, n);
  }

  Rng key() {
    return rng.split("key").at(next++);
  }

  static int count(int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }
}

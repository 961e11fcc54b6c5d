package dev.mien.kernels.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Small loops over one row that was copied to scratch and padded to a multiple of 16. */
final class RowTools {
  private RowTools() {}

  /** Row length in scratch. */
  static int padded(int columns) {
    return (columns + 15) & ~15;
  }

  /** Rows of a task: fixed by the shape. */
  static int grain(int columns) {
    return Math.max(1, 4096 / Math.max(1, columns));
  }

  /** Work on one row with scratch at {@code at}. */
  interface Row {
    void accept(int row, float[] t, int at, int padded);
  }

  /** Runs over the rows of a shape with scratch of {@code copies} padded rows and 16 floats behind them. */
  static void rows(SimdBackend backend, SimdBuffer x, int copies, Row body) {
    int columns = x.dim(-1);
    int rows = columns == 0 ? 0 : (int) (x.count() / columns);
    int n = padded(columns);
    backend.workers.ranges(rows, grain(columns), (from, to) -> {
      try (var t = backend.scratch.lease(copies * n + Lanes.BLOCK)) {
        for (int r = from; r < to; r++) {
          body.accept(r, t.array, t.offset, n);
        }
      }
    });
  }

  static void load(float[] x, int xo, int columns, float[] t, int to, float padding) {
    System.arraycopy(x, xo, t, to, columns);
    Arrays.fill(t, to + columns, to + padded(columns), padding);
  }

  /** Largest element of a padded row; with NaN among them any element. {@code s} has room for 16. */
  static float max(float[] t, int to, int n, float[] s, int so) {
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var best = FloatVector.fromArray(Lanes.F, t, to + g);
      for (int i = g + Lanes.BLOCK; i < n; i += Lanes.BLOCK) {
        var v = FloatVector.fromArray(Lanes.F, t, to + i);
        best = best.blend(v, v.compare(VectorOperators.GT, best));
      }
      best.intoArray(s, so + g);
    }
    return Math.max(Math.max(max4(s, so), max4(s, so + 4)), Math.max(max4(s, so + 8), max4(s, so + 12)));
  }

  /** Smallest of n elements, a multiple of 16; with NaN among them any element, without elements infinity. */
  static float min(float[] t, int to, int n, float[] s, int so) {
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var best = FloatVector.broadcast(Lanes.F, Float.POSITIVE_INFINITY);
      for (int i = g; i < n; i += Lanes.BLOCK) {
        var v = FloatVector.fromArray(Lanes.F, t, to + i);
        best = best.blend(v, v.compare(VectorOperators.LT, best));
      }
      best.intoArray(s, so + g);
    }
    float min = s[so];
    for (int k = 1; k < Lanes.BLOCK; k++) {
      min = Math.min(min, s[so + k]);
    }
    return min;
  }

  private static float max4(float[] s, int so) {
    return Math.max(Math.max(s[so], s[so + 1]), Math.max(s[so + 2], s[so + 3]));
  }

  /** Sum of {@code a b} over padded rows; {@code s} is where 16 partial sums have room. */
  static double dot(float[] t, int a, int b, int n, int s) {
    double total = 0;
    for (int k = 0; k < n; k += Sums.SEGMENT) {
      int end = Math.min(n, k + Sums.SEGMENT);
      for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
        var sum = FloatVector.zero(Lanes.F);
        for (int i = k + g; i < end; i += Lanes.BLOCK) {
          sum = FloatVector.fromArray(Lanes.F, t, a + i).fma(FloatVector.fromArray(Lanes.F, t, b + i), sum);
        }
        sum.intoArray(t, s + g);
      }
      total += Sums.join(t, s);
    }
    return total;
  }

  /** Sum of {@code a (c - value)^2} over padded rows. */
  static double spread(float[] t, int a, int c, float value, int n, int s) {
    double total = 0;
    for (int k = 0; k < n; k += Sums.SEGMENT) {
      int end = Math.min(n, k + Sums.SEGMENT);
      for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
        var sum = FloatVector.zero(Lanes.F);
        for (int i = k + g; i < end; i += Lanes.BLOCK) {
          var d = FloatVector.fromArray(Lanes.F, t, c + i).sub(value);
          sum = d.mul(d).fma(FloatVector.fromArray(Lanes.F, t, a + i), sum);
        }
        sum.intoArray(t, s + g);
      }
      total += Sums.join(t, s);
    }
    return total;
  }

  static void scale(float[] t, int to, int n, float factor) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, t, to + i).mul(factor).intoArray(t, to + i);
    }
  }

  /** {@code t = t - value} */
  static void subtract(float[] t, int to, int n, float value) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, t, to + i).sub(value).intoArray(t, to + i);
    }
  }

  /** {@code t = a * b} */
  static void multiply(float[] a, int ao, float[] b, int bo, float[] t, int to, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, a, ao + i).mul(FloatVector.fromArray(Lanes.F, b, bo + i)).intoArray(t, to + i);
    }
  }

  /** {@code t = a (b - value)} */
  static void multiplyShifted(float[] a, int ao, float[] b, int bo, float value, float[] t, int to, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, b, bo + i).sub(value).mul(FloatVector.fromArray(Lanes.F, a, ao + i)).intoArray(t, to + i);
    }
  }

  /** {@code t = b - value * a} */
  static void subtractScaled(float[] a, int ao, float value, float[] b, int bo, float[] t, int to, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, a, ao + i)
          .fma(FloatVector.broadcast(Lanes.F, -value), FloatVector.fromArray(Lanes.F, b, bo + i)).intoArray(t, to + i);
    }
  }

  /** How many of a padded row's elements are larger than a value. */
  static int countAbove(float[] t, int to, int n, float value) {
    int count = 0;
    for (int i = 0; i < n; i += Lanes.COUNT) {
      count += FloatVector.fromArray(Lanes.F, t, to + i).compare(VectorOperators.GT, value).trueCount();
    }
    return count;
  }

  /** How many of a padded row's elements are at least a value. */
  static int countFrom(float[] t, int to, int n, float value) {
    int count = 0;
    for (int i = 0; i < n; i += Lanes.COUNT) {
      count += FloatVector.fromArray(Lanes.F, t, to + i).compare(VectorOperators.GE, value).trueCount();
    }
    return count;
  }
}

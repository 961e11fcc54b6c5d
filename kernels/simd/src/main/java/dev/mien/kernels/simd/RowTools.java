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

  static void load(float[] x, int xo, int columns, float[] t, int to, float padding) {
    System.arraycopy(x, xo, t, to, columns);
    Arrays.fill(t, to + columns, to + padded(columns), padding);
  }

  /** Largest element of a padded row; NaN when there is one. {@code s} has room for 16. */
  static float max(float[] t, int to, int n, float[] s, int so) {
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var best = FloatVector.fromArray(Lanes.F, t, to + g);
      for (int i = g + Lanes.BLOCK; i < n; i += Lanes.BLOCK) {
        best = best.max(FloatVector.fromArray(Lanes.F, t, to + i));
      }
      best.intoArray(s, so + g);
    }
    float max = s[so];
    for (int i = 1; i < Lanes.BLOCK; i++) {
      max = Math.max(max, s[so + i]);
    }
    return max;
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

  /** {@code t[j] = start + j} */
  static void ramp(float start, float[] t, int to, int n) {
    for (int i = 0; i < n; i++) {
      t[to + i] = start + i;
    }
  }

  /** {@code t = a d^2} with {@code d = c - value} */
  static void weightedSquares(float[] a, int ao, float[] c, int co, float value, float[] t, int to, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var d = FloatVector.fromArray(Lanes.F, c, co + i).sub(value);
      d.mul(d).mul(FloatVector.fromArray(Lanes.F, a, ao + i)).intoArray(t, to + i);
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

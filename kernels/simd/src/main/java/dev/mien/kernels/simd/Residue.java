package dev.mien.kernels.simd;

import dev.mien.kernels.DistributionLoss;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Which classes of a row belong to its top K: found by bisection on the bits of floats, never by sorting. */
final class Residue {
  private Residue() {}

  /**
   * Class j is inside when its logit is above {@code threshold}, or equal to it and j is at most {@code lastTie}, or j is
   * {@code first} or {@code second}.
   *
   * @param size how many classes are inside
   */
  record Top(float threshold, int lastTie, int first, int second, int size) {}

  /** Chooses for the padded row of {@code columns} logits at {@code z}, with 16 floats of scratch at {@code s}. */
  static Top choose(DistributionLoss spec, float[] t, int z, int columns, int label, int s) {
    int n = RowTools.padded(columns);
    float own = t[z + label];
    return switch (spec.rule()) {
      case RANK -> {
        int padding = own == Float.NEGATIVE_INFINITY ? n - columns : 0;
        yield new Top(own, columns, -1, -1, RowTools.countFrom(t, z, n, own) - padding);
      }
      case MAX2_RANK -> {
        int above = RowTools.countAbove(t, z, n, own);
        if (above > 0 || columns == 1) {
          yield new Top(own, -1, label, -1, above + 1);
        }
        yield new Top(Float.POSITIVE_INFINITY, -1, label, runnerUp(t, z, columns, label, s), 2);
      }
      case FIXED -> largest(t, z, columns, Math.min(spec.fixedK(), columns));
    };
  }

  /** The lowest index of the largest logit that is not the label's. */
  private static int runnerUp(float[] t, int z, int columns, int label, int s) {
    float own = t[z + label];
    t[z + label] = Float.NEGATIVE_INFINITY;
    float max = RowTools.max(t, z, RowTools.padded(columns), t, s);
    t[z + label] = own;
    for (int j = 0; j < columns; j++) {
      if (j != label && t[z + j] == max) {
        return j;
      }
    }
    return -1;
  }

  /** The k largest, the lowest index first among equals. */
  private static Top largest(float[] t, int z, int columns, int k) {
    int n = RowTools.padded(columns);
    if (k == 0) {
      return new Top(Float.POSITIVE_INFINITY, -1, -1, -1, 0);
    }
    if (k == columns) {
      return new Top(Float.NEGATIVE_INFINITY, columns, -1, -1, k);
    }
    // Integer keys order like floats. At least k logits are >= low; fewer are > high.
    int low = key(Float.NEGATIVE_INFINITY);
    int high = key(Float.POSITIVE_INFINITY);
    while (low < high) {
      int middle = (int) (((long) low + high + 1) >> 1);
      int count = RowTools.countFrom(t, z, n, value(middle));
      if (count == k) {
        return new Top(value(middle), columns, -1, -1, k);
      }
      if (count > k) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    float threshold = value(low);
    int ties = k - RowTools.countAbove(t, z, n, threshold);
    int last = -1;
    for (int j = 0; j < columns && ties > 0; j++) {
      if (t[z + j] == threshold) {
        last = j;
        ties--;
      }
    }
    return new Top(threshold, last, -1, -1, k);
  }

  private static int key(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ bits >> 31 & 0x7fffffff;
  }

  private static float value(int key) {
    return Float.intBitsToFloat(key ^ key >> 31 & 0x7fffffff);
  }

  /** Replaces the logits by 1 outside the top and 0 inside; {@code c} is class minus label. */
  static void mark(float[] t, int z, int c, int n, Top top, int label) {
    float threshold = top.threshold;
    float lastTie = top.lastTie - label;
    float first = top.first < 0 ? Float.NaN : top.first - label;
    float second = top.second < 0 ? Float.NaN : top.second - label;
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, t, z + i);
      var j = FloatVector.fromArray(Lanes.F, t, c + i);
      var tie = v.compare(VectorOperators.EQ, threshold).and(j.compare(VectorOperators.LE, lastTie));
      var inside = v.compare(VectorOperators.GT, threshold).or(tie)
          .or(j.compare(VectorOperators.EQ, first)).or(j.compare(VectorOperators.EQ, second));
      FloatVector.broadcast(Lanes.F, 1f).blend(0f, inside).intoArray(t, z + i);
    }
  }

  /** EXACT: {@code work = -p log p} outside, else 0; {@code slope = -log p - 1} there, else 0. */
  static void exact(float[] t, int outside, int logP, int p, int work, int slope, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var l = FloatVector.fromArray(Lanes.F, t, logP + i);
      var skip = FloatVector.fromArray(Lanes.F, t, outside + i).compare(VectorOperators.EQ, 0f)
          .or(l.compare(VectorOperators.LT, -80f));
      var minus = l.neg();
      minus.sub(1f).blend(0f, skip).intoArray(t, slope + i);
      minus.mul(FloatVector.fromArray(Lanes.F, t, p + i)).blend(0f, skip).intoArray(t, work + i);
    }
  }

  /** EPSILON: {@code q = outside p + 1e-3} */
  static void shift(float[] t, int outside, int p, int q, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, t, outside + i)
          .fma(FloatVector.fromArray(Lanes.F, t, p + i), FloatVector.broadcast(Lanes.F, 1e-3f)).intoArray(t, q + i);
    }
  }

  /** EPSILON: {@code slope = outside (-slope - 1)}, where slope holds log q. */
  static void shiftedSlope(float[] t, int outside, int slope, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, t, slope + i).neg().sub(1f).mul(FloatVector.fromArray(Lanes.F, t, outside + i))
          .intoArray(t, slope + i);
    }
  }
}

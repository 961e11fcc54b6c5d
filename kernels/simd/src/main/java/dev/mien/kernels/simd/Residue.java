package dev.mien.kernels.simd;

import dev.mien.kernels.DistributionLoss;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Which classes of a row belong to its top K: found by bisection on the bits of floats, never by sorting. */
final class Residue {
  /** Steps of the search for a threshold by value. */
  private static final int STEPS = 16;

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
      case FIXED -> largest(t, z, columns, Math.min(spec.fixedK(), columns), s);
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
  private static Top largest(float[] t, int z, int columns, int k, int s) {
    int n = RowTools.padded(columns);
    if (k == 0) {
      return new Top(Float.POSITIVE_INFINITY, -1, -1, -1, 0);
    }
    if (k == columns) {
      return new Top(Float.NEGATIVE_INFINITY, columns, -1, -1, k);
    }
    float smallest = RowTools.min(t, z, columns & -Lanes.BLOCK, t, s);
    float largest = RowTools.max(t, z, n, t, s);
    boolean bounded = (columns & -Lanes.BLOCK) > k && largest - smallest < Float.POSITIVE_INFINITY;
    // At least k logits are >= low; fewer are > high. First by value, half of the steps where a line between the counts says.
    float below = smallest;
    float above = largest;
    int countBelow = columns;
    int countAbove = 1;
    for (int step = 0; bounded && step < STEPS; step++) {
      float part = (step & 1) == 0 ? (countBelow - k - 0.5f) / (countBelow - countAbove + 1) : 0.5f;
      float middle = below + (above - below) * part;
      if (!(middle > below && middle < above)) {
        break;
      }
      int count = RowTools.countFrom(t, z, n, middle);
      if (count == k) {
        return new Top(middle, columns, -1, -1, k);
      }
      if (count > k) {
        below = middle;
        countBelow = count;
      } else {
        above = middle;
        countAbove = count;
      }
    }
    // Then, for ties and infinities, by integer keys that order like floats.
    int low = key(bounded ? below : Float.NEGATIVE_INFINITY);
    int high = key(bounded ? above : Float.POSITIVE_INFINITY);
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

  /**
   * EXACT, on n columns from z on: sums of {@code -p log p} outside the top into 16 partial sums at s, of p times slope into the next
   * 16, and {@code slope = -log p - 1} outside, else 0. Raw logits, log p, p, class minus label, target and slope stand
   * {@code distance} apart.
   */
  static void exact(float[] t, int z, int distance, int n, Top top, int label, int s) {
    float threshold = top.threshold;
    float lastTie = top.lastTie - label;
    float first = top.first < 0 ? Float.NaN : top.first - label;
    float second = top.second < 0 ? Float.NaN : top.second - label;
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var entropy = FloatVector.zero(Lanes.F);
      var mean = FloatVector.zero(Lanes.F);
      for (int i = z + g; i < z + n; i += Lanes.BLOCK) {
        var v = FloatVector.fromArray(Lanes.F, t, i);
        var l = FloatVector.fromArray(Lanes.F, t, i + distance);
        var p = FloatVector.fromArray(Lanes.F, t, i + 2 * distance);
        var j = FloatVector.fromArray(Lanes.F, t, i + 3 * distance);
        var tie = v.compare(VectorOperators.EQ, threshold).and(j.compare(VectorOperators.LE, lastTie));
        var skip = v.compare(VectorOperators.GT, threshold).or(tie).or(j.compare(VectorOperators.EQ, first))
            .or(j.compare(VectorOperators.EQ, second)).or(l.compare(VectorOperators.LT, -80f));
        var minus = l.neg();
        var slope = minus.sub(1f).blend(0f, skip);
        slope.intoArray(t, i + 5 * distance);
        entropy = entropy.add(minus.mul(p).blend(0f, skip));
        mean = p.fma(slope, mean);
      }
      entropy.intoArray(t, s + g);
      mean.intoArray(t, s + Lanes.BLOCK + g);
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

package dev.mien.kernels.simd;

import dev.mien.kernels.DistributionLoss;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The top K and the residue of sixteen rows in {@link RowLanes}: one search in all lanes at once. Afterwards a class is inside the
 * top exactly when its entry of {@code z} is at least the row's threshold: entries that follow another rule (ties, a class named
 * by its index) were replaced by an infinity.
 */
final class LaneResidue {
  private static final int B = Lanes.BLOCK;
  /** Steps of the search before a row is given to {@link Residue#choose}. */
  private static final int STEPS = 16;
  static final int VECTORS = 7;

  private final DistributionLoss spec;
  private final int columns;
  private final float[] t;
  /** Places: logits by lanes, a padded row for {@link Residue}, and vectors of row values. */
  private final int z;
  private final int row;
  private final int threshold;
  private final int low;
  private final int high;
  private final int countLow;
  private final int countHigh;
  private final int middle;
  private final int count;

  /** @param row room for a padded row and 16 floats; {@code values} for {@link #VECTORS} vectors, of which the first will hold the thresholds */
  LaneResidue(DistributionLoss spec, int columns, float[] t, int z, int row, int values) {
    this.spec = spec;
    this.columns = columns;
    this.t = t;
    this.z = z;
    this.row = row;
    this.threshold = values;
    this.low = values + B;
    this.high = values + 2 * B;
    this.countLow = values + 3 * B;
    this.countHigh = values + 4 * B;
    this.middle = values + 5 * B;
    this.count = values + 6 * B;
  }

  /**
   * Chooses the top of each row.
   *
   * @param x the logits as rows, for the rare row that the search in lanes cannot settle
   * @param largest place of the rows' largest logits, {@code smallest} of the smallest
   * @param sizes receives how many classes are inside
   */
  void choose(float[] x, int from, int rows, int[] labels, int largest, int smallest, int[] sizes) {
    switch (spec.rule()) {
      case RANK -> {
        for (int lane = 0; lane < B; lane++) {
          t[threshold + lane] = t[z + labels[lane] * B + lane];
        }
        RowLanes.countFrom(t, z, columns, threshold, countLow);
        for (int lane = 0; lane < B; lane++) {
          sizes[lane] = (int) t[countLow + lane];
        }
      }
      case MAX2_RANK -> atLeastTwo(labels, sizes);
      case FIXED -> fixed(x, from, rows, labels, largest, smallest, sizes);
    }
  }

  /** Inside: what is above the label, and the label; the runner-up where nothing is above. */
  private void atLeastTwo(int[] labels, int[] sizes) {
    boolean leads = false;
    for (int lane = 0; lane < B; lane++) {
      float own = t[z + labels[lane] * B + lane];
      t[threshold + lane] = Math.nextUp(own);
      t[low + lane] = labels[lane];
    }
    RowLanes.countFrom(t, z, columns, threshold, countLow);
    for (int lane = 0; lane < B; lane++) {
      sizes[lane] = (int) t[countLow + lane] + 1;
      leads |= sizes[lane] == 1 && columns > 1;
    }
    if (leads) {
      runnersUp(t, z, columns, low, countHigh);
    }
    for (int lane = 0; lane < B; lane++) {
      if (sizes[lane] == 1 && columns > 1) {
        int second = (int) t[countHigh + lane];
        second = second >= 0 ? second : labels[lane] == 0 ? 1 : 0; // all others are minus infinity: the first of them
        t[z + second * B + lane] = Float.POSITIVE_INFINITY;
        t[threshold + lane] = Float.POSITIVE_INFINITY;
        sizes[lane] = 2;
      }
      t[z + labels[lane] * B + lane] = Float.POSITIVE_INFINITY;
    }
  }

  private void fixed(float[] x, int from, int rows, int[] labels, int largest, int smallest, int[] sizes) {
    int k = Math.min(spec.fixedK(), columns);
    Arrays.fill(sizes, k);
    if (k == 0 || k == columns) {
      Arrays.fill(t, threshold, threshold + B, k == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
      return;
    }
    System.arraycopy(t, smallest, t, low, B);
    System.arraycopy(t, largest, t, high, B);
    Arrays.fill(t, countLow, countLow + B, columns);
    Arrays.fill(t, countHigh, countHigh + B, 1f);
    Arrays.fill(t, threshold, threshold + B, Float.NaN);
    boolean open = true;
    for (int step = 0; open && step < STEPS; step++) {
      split(t, threshold, k, (step & 1) == 0, middle);
      RowLanes.countFrom(t, z, columns, middle, count);
      open = narrow(t, threshold, k, middle, count);
    }
    for (int lane = 0; lane < rows; lane++) {
      if (t[threshold + lane] != t[threshold + lane]) {
        settle(x, from + lane * columns, lane, labels[lane]);
      }
    }
  }

  /** A row with ties at its threshold, or infinities. */
  private void settle(float[] x, int from, int lane, int label) {
    RowTools.load(x, from, columns, t, row, Float.NEGATIVE_INFINITY);
    var top = Residue.choose(spec, t, row, columns, label, row + RowTools.padded(columns));
    t[threshold + lane] = top.threshold();
    for (int j = Math.max(0, top.lastTie() + 1); j < columns; j++) {
      if (t[z + j * B + lane] == top.threshold()) {
        t[z + j * B + lane] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /**
   * The next value to count at in every row, between its bounds: chosen by the counts there, or in the middle. The vectors at
   * {@code at} are threshold, low, high, count at low, count at high.
   */
  private static void split(float[] t, int at, float k, boolean byCounts, int middle) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var low = FloatVector.fromArray(Lanes.F, t, at + B + g);
      var high = FloatVector.fromArray(Lanes.F, t, at + 2 * B + g);
      var countLow = FloatVector.fromArray(Lanes.F, t, at + 3 * B + g);
      var countHigh = FloatVector.fromArray(Lanes.F, t, at + 4 * B + g);
      var part = byCounts ? countLow.sub(k + 0.5f).div(countLow.sub(countHigh).add(1f)) : FloatVector.broadcast(Lanes.F, 0.5f);
      low.add(high.sub(low).mul(part)).intoArray(t, middle + g);
    }
  }

  /** Moves a bound of every open row, whose threshold is NaN, or closes it; answers whether one is open. */
  private static boolean narrow(float[] t, int at, float k, int middles, int counts) {
    boolean open = false;
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var found = FloatVector.fromArray(Lanes.F, t, at + g);
      var low = FloatVector.fromArray(Lanes.F, t, at + B + g);
      var high = FloatVector.fromArray(Lanes.F, t, at + 2 * B + g);
      var middle = FloatVector.fromArray(Lanes.F, t, middles + g);
      var count = FloatVector.fromArray(Lanes.F, t, counts + g);
      var live = found.compare(VectorOperators.NE, found).and(middle.compare(VectorOperators.GT, low))
          .and(middle.compare(VectorOperators.LT, high));
      var more = count.compare(VectorOperators.GT, k).and(live);
      var less = count.compare(VectorOperators.LT, k).and(live);
      found.blend(middle, count.compare(VectorOperators.EQ, k).and(live)).intoArray(t, at + g);
      low.blend(middle, more).intoArray(t, at + B + g);
      high.blend(middle, less).intoArray(t, at + 2 * B + g);
      FloatVector.fromArray(Lanes.F, t, at + 3 * B + g).blend(count, more).intoArray(t, at + 3 * B + g);
      FloatVector.fromArray(Lanes.F, t, at + 4 * B + g).blend(count, less).intoArray(t, at + 4 * B + g);
      open |= more.or(less).anyTrue();
    }
    return open;
  }

  /** The lowest index of the largest entry that is not the label's; -1 when all are minus infinity. */
  private static void runnersUp(float[] t, int z, int columns, int label, int to) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var own = FloatVector.fromArray(Lanes.F, t, label + g);
      var best = FloatVector.broadcast(Lanes.F, Float.NEGATIVE_INFINITY);
      var index = FloatVector.broadcast(Lanes.F, -1f);
      var j = FloatVector.zero(Lanes.F);
      for (int i = z + g; i < z + columns * B; i += B) {
        var v = FloatVector.fromArray(Lanes.F, t, i);
        var above = v.compare(VectorOperators.GT, best).and(j.compare(VectorOperators.NE, own));
        best = best.blend(v, above);
        index = index.blend(j, above);
        j = j.add(1f);
      }
      index.intoArray(t, to + g);
    }
  }

  /**
   * From distances to the largest logit at {@code d}: entropy outside the top and the sum of p times slope, by rows; {@code z} becomes
   * the slope {@code -log p - 1} outside, 0 inside and where log p is below -80.
   */
  static void exact(float[] t, int z, int d, int p, int columns, int values) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var threshold = FloatVector.fromArray(Lanes.F, t, values + g);
      var log = FloatVector.fromArray(Lanes.F, t, values + B + g);
      var entropy = FloatVector.zero(Lanes.F);
      var mean = entropy;
      var entropy1 = entropy;
      var mean1 = entropy;
      int i = g;
      for (int k = 0; k < columns >> 1; k++, i += 2 * B) {
        var minus = log.sub(FloatVector.fromArray(Lanes.F, t, d + i));
        var skip = FloatVector.fromArray(Lanes.F, t, z + i).compare(VectorOperators.GE, threshold)
            .or(minus.compare(VectorOperators.GT, 80f));
        var q = FloatVector.fromArray(Lanes.F, t, p + i);
        entropy = entropy.add(minus.mul(q).blend(0f, skip));
        var slope = minus.sub(1f).blend(0f, skip);
        slope.intoArray(t, z + i);
        mean = q.fma(slope, mean);
        minus = log.sub(FloatVector.fromArray(Lanes.F, t, d + i + B));
        skip = FloatVector.fromArray(Lanes.F, t, z + i + B).compare(VectorOperators.GE, threshold)
            .or(minus.compare(VectorOperators.GT, 80f));
        q = FloatVector.fromArray(Lanes.F, t, p + i + B);
        entropy1 = entropy1.add(minus.mul(q).blend(0f, skip));
        slope = minus.sub(1f).blend(0f, skip);
        slope.intoArray(t, z + i + B);
        mean1 = q.fma(slope, mean1);
      }
      if ((columns & 1) != 0) {
        var minus = log.sub(FloatVector.fromArray(Lanes.F, t, d + i));
        var skip = FloatVector.fromArray(Lanes.F, t, z + i).compare(VectorOperators.GE, threshold)
            .or(minus.compare(VectorOperators.GT, 80f));
        var q = FloatVector.fromArray(Lanes.F, t, p + i);
        entropy = entropy.add(minus.mul(q).blend(0f, skip));
        var slope = minus.sub(1f).blend(0f, skip);
        slope.intoArray(t, z + i);
        mean = q.fma(slope, mean);
      }
      entropy.add(entropy1).intoArray(t, values + 2 * B + g);
      mean.add(mean1).intoArray(t, values + 3 * B + g);
    }
  }
}

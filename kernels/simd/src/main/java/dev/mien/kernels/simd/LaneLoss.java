package dev.mien.kernels.simd;

import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.ResidueForm;
import dev.mien.kernels.DistributionLoss.Term;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** {@link DistributionLoss} on many short rows: sixteen at a time, a row in each lane ({@link RowLanes}). */
final class LaneLoss {
  /** Three arrays of 16 rows stay in a level-1 cache. */
  private static final int LONGEST = 192;
  private static final int FEWEST_ROWS = 8;
  private static final int B = Lanes.BLOCK;
  private static final float LOWEST = -80f;
  private static final int VECTORS = 8 + LaneResidue.VECTORS;
  private static final VectorMath.Line DISTANCE = new VectorMath.Line(1f, 0f, LOWEST);

  private final DistributionLoss spec;
  private final int columns;
  private final boolean all;
  private final boolean expectation;
  private final boolean spread;
  private final boolean entropy;
  private final float[] t;
  /** Places of 16 rows: logits, then slope, then gradient; distance to the largest; probabilities. */
  private final int z;
  private final int d;
  private final int p;
  /** Places of vectors with a value for each row. */
  private final int largest;
  private final int inverse;
  private final int log;
  private final int labelValues;
  private final int mean;
  private final int variance;
  private final int pull;
  private final int residue;
  private final int[] labels = new int[B];
  private final int[] sizes = new int[B];
  private final RowLanes lanes;
  private final LaneResidue top;

  private LaneLoss(DistributionLoss spec, int columns, boolean all, float[] t, int at) {
    this.spec = spec;
    this.columns = columns;
    this.all = all;
    this.spread = all || spec.variance() != 0;
    this.expectation = spread || spec.mean() != 0 || spec.l1() != 0;
    this.entropy = all || spec.residue() != 0;
    this.t = t;
    this.z = at;
    this.d = at + columns * B;
    this.p = at + 2 * columns * B;
    int row = at + 3 * columns * B;
    this.largest = row + RowTools.padded(columns) + B;
    this.inverse = largest + B;
    this.log = largest + 2 * B;
    this.labelValues = largest + 3 * B;
    this.mean = largest + 4 * B;
    this.variance = largest + 5 * B;
    this.pull = largest + 6 * B;
    this.residue = largest + 8 * B;
    this.lanes = new RowLanes(columns);
    this.top = new LaneResidue(spec, columns, t, z, row, residue);
  }

  /** Whether a loss is one that this class computes, on rows short and many enough. */
  static boolean fits(DistributionLoss spec, int rows, int columns) {
    return columns <= LONGEST && rows >= FEWEST_ROWS && spec.targetSigma() == 0
        && (spec.form() == ResidueForm.EXACT || spec.residue() == 0);
  }

  /** Writes each row's loss, its terms and its part of the gradient unless they are null. */
  static void run(SimdBackend backend, DistributionLoss spec, SimdBuffer logits, SimdBuffer labels, SimdBuffer terms,
      SimdBuffer gradient, Scratch.DoubleLease losses) {
    int rows = logits.dim(0);
    int columns = logits.dim(1);
    int groups = (rows + B - 1) / B;
    backend.workers.ranges(groups, Math.max(1, RowTools.grain(columns) / B), (from, to) -> {
      try (var scratch = backend.scratch.lease(3 * B * columns + RowTools.padded(columns) + B + VECTORS * B)) {
        var loss = new LaneLoss(spec, columns, terms != null, scratch.array, scratch.offset);
        for (int r = from * B; r < Math.min(rows, to * B); r += B) {
          int count = Math.min(B, rows - r);
          loss.load(logits, labels, r, count);
          loss.compute(count, terms, r, losses.array, losses.offset + r);
          if (gradient != null) {
            loss.gradient(1f / rows);
            loss.lanes.store(loss.t, loss.z, loss.d, count, gradient.reals, gradient.offset + r * columns);
          }
        }
      }
    });
  }

  /** Probabilities, and for the residue its top and its sums. */
  private void load(SimdBuffer logits, SimdBuffer classes, int first, int count) {
    int from = logits.offset + first * columns;
    lanes.load(logits.reals, from, count, t, z);
    for (int lane = 0; lane < B; lane++) {
      labels[lane] = classes.ints[classes.offset + first + Math.min(lane, count - 1)];
      t[labelValues + lane] = labels[lane];
    }
    int smallest = pull; // free until the gradient
    RowLanes.extremes(t, z, columns, largest, smallest);
    RowLanes.subtract(t, z, columns, largest, d);
    VectorMath.expNormal(t, d, t, p, columns * B, DISTANCE);
    RowLanes.sum(t, p, columns, inverse);
    VectorMath.log(t, inverse, t, log, B);
    for (int g = inverse; g < inverse + B; g += Lanes.COUNT) {
      FloatVector.broadcast(Lanes.F, 1f).div(FloatVector.fromArray(Lanes.F, t, g)).intoArray(t, g);
    }
    RowLanes.scale(t, p, columns, inverse);
    if (entropy) {
      top.choose(logits.reals, from, count, labels, largest, smallest, sizes);
      System.arraycopy(t, log, t, residue + B, B);
      LaneResidue.exact(t, z, d, p, columns, residue);
    } else {
      Arrays.fill(t, residue, residue + 4 * B, 0f);
    }
  }

  private void compute(int count, SimdBuffer terms, int first, double[] losses, int at) {
    Arrays.fill(t, mean, mean + 2 * B, 0f);
    if (expectation) {
      RowLanes.mean(t, p, columns, labelValues, mean);
    }
    if (spread) {
      RowLanes.variance(t, p, columns, labelValues, mean, variance);
    }
    for (int lane = 0; lane < count; lane++) {
      double m = t[mean + lane];
      double crossEntropy = t[log + lane] - t[d + labels[lane] * B + lane];
      double outside = t[residue + 2 * B + lane];
      losses[at + lane] = weighted(spec.crossEntropy(), crossEntropy) + weighted(spec.mean(), 0.5 * m * m)
          + weighted(spec.variance(), t[variance + lane]) + weighted(spec.l1(), Math.abs(m)) + weighted(spec.residue(), outside);
      if (terms != null) {
        int to = terms.offset + (first + lane) * Term.values().length;
        terms.reals[to + Term.CROSS_ENTROPY.ordinal()] = (float) crossEntropy;
        terms.reals[to + Term.MEAN.ordinal()] = (float) (0.5 * m * m);
        terms.reals[to + Term.VARIANCE.ordinal()] = t[variance + lane];
        terms.reals[to + Term.L1.ordinal()] = (float) Math.abs(m);
        terms.reals[to + Term.RESIDUE.ordinal()] = (float) outside;
        terms.reals[to + Term.EXPECTATION.ordinal()] = (float) (labels[lane] + m);
        terms.reals[to + Term.K.ordinal()] = sizes[lane];
      }
    }
  }

  /** An absent term adds nothing, not even when it is infinite. */
  private static double weighted(double weight, double term) {
    return weight == 0 ? 0 : weight * term;
  }

  /** Leaves d loss / d logits in {@code z}. */
  private void gradient(float scale) {
    float crossEntropy = (float) spec.crossEntropy() * scale;
    if (expectation || entropy) {
      for (int lane = 0; lane < B; lane++) {
        double m = t[mean + lane];
        t[pull + lane] = (float) (spec.mean() * m + spec.l1() * Math.signum(m)) * scale;
      }
      slopes((float) spec.variance() * scale, (float) spec.residue() * scale, crossEntropy);
    } else {
      RowLanes.times(t, p, columns, crossEntropy, z);
    }
    for (int lane = 0; lane < B; lane++) {
      t[z + labels[lane] * B + lane] -= crossEntropy;
    }
  }

  /** {@code z = p (spread ((c - m)^2 - variance) + pull (c - m) + entropy (slope - its mean) + crossEntropy)}, c = class minus label */
  private void slopes(float spread, float entropy, float crossEntropy) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var s = FloatVector.fromArray(Lanes.F, t, residue + 3 * B + g);
      var a = FloatVector.fromArray(Lanes.F, t, pull + g);
      var v = FloatVector.fromArray(Lanes.F, t, variance + g).neg();
      var c = FloatVector.fromArray(Lanes.F, t, labelValues + g).add(FloatVector.fromArray(Lanes.F, t, mean + g)).neg();
      for (int i = g; i < columns * B; i += B) {
        var sum = c.fma(c, v).fma(FloatVector.broadcast(Lanes.F, spread), FloatVector.broadcast(Lanes.F, crossEntropy));
        sum = c.fma(a, sum);
        sum = FloatVector.fromArray(Lanes.F, t, z + i).sub(s).fma(FloatVector.broadcast(Lanes.F, entropy), sum);
        sum.mul(FloatVector.fromArray(Lanes.F, t, p + i)).intoArray(t, z + i);
        c = c.add(1f);
      }
    }
  }
}

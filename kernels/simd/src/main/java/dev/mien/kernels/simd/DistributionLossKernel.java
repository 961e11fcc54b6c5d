package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.ResidueForm;
import dev.mien.kernels.DistributionLoss.Term;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link DistributionLoss} straight from the logits: a row is read once, everything else happens in L1. Classes are counted from
 * the label, so the mean keeps its relative accuracy; sums are combined in double.
 */
final class DistributionLossKernel {
  private static final float LOWEST = -80f;
  private static final int TERMS = Term.values().length;

  private DistributionLossKernel() {}

  static void run(SimdBackend backend, DistributionLoss spec, Buffer scores, Buffer classes, Buffer total, Buffer columns,
      Buffer gradients) {
    var logits = SimdBuffer.of(scores);
    var labels = SimdBuffer.of(classes);
    var loss = SimdBuffer.of(total);
    var terms = SimdBuffer.orNull(columns);
    var gradient = SimdBuffer.orNull(gradients);
    int rows = logits.dim(0);
    check(spec, labels, rows, logits.dim(1));
    try (var losses = backend.scratch.leaseDoubles(rows)) {
      Softmax.rows(backend, logits, 7, (r, t, at, n) -> {
        var row = new Row(spec, logits.dim(1), labels.ints[labels.offset + r], t, at);
        row.load(logits.reals, logits.offset + r * row.columns);
        losses.array[losses.offset + r] = row.compute();
        if (terms != null) {
          for (int k = 0; k < TERMS; k++) {
            terms.reals[terms.offset + r * TERMS + k] = (float) row.terms[k];
          }
        }
        if (gradient != null) {
          row.gradient(rows);
          System.arraycopy(t, row.work, gradient.reals, gradient.offset + r * row.columns, row.columns);
        }
      });
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += losses.array[losses.offset + r];
      }
      loss.reals[loss.offset] = (float) (sum / rows);
    }
  }

  private static void check(DistributionLoss spec, SimdBuffer labels, int rows, int classes) {
    if (spec.rule() == DistributionLoss.KRule.FIXED && spec.fixedK() < 0) {
      throw new IllegalArgumentException("[distributionLoss] fixedK is " + spec.fixedK() + ", expected 0 or more");
    }
    for (int i = 0; i < rows; i++) {
      int label = labels.ints[labels.offset + i];
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException("[distributionLoss] label " + label + " of row " + i + " is outside [0, " + classes
            + "); labels [" + rows + "], logits [" + rows + ", " + classes + "]");
      }
    }
  }

  /** One sample; its arrays are seven padded rows of scratch. */
  private static final class Row {
    final double[] terms = new double[TERMS];
    final int columns;
    /** Places: raw logits, log p, p, class minus label, target, work, slope of the residue; then 16 partial sums. */
    private final int z;
    private final int logP;
    private final int p;
    private final int c;
    private final int target;
    final int work;
    private final int slope;
    private final int partials;
    private final int n;
    private final float[] t;
    private final DistributionLoss spec;
    private final int label;
    private double mean;
    private double variance;
    private Residue.Top top;
    private double residue;
    private double meanSlope;

    Row(DistributionLoss spec, int columns, int label, float[] t, int at) {
      this.spec = spec;
      this.columns = columns;
      this.label = label;
      this.t = t;
      this.n = RowTools.padded(columns);
      this.z = at;
      this.logP = at + n;
      this.p = at + 2 * n;
      this.c = at + 3 * n;
      this.target = at + 4 * n;
      this.work = at + 5 * n;
      this.slope = at + 6 * n;
      this.partials = at + 7 * n;
    }

    void load(float[] logits, int from) {
      RowTools.load(logits, from, columns, t, z, Float.NEGATIVE_INFINITY);
      float max = RowTools.max(t, z, n, t, partials);
      System.arraycopy(t, z, t, logP, n);
      RowTools.subtract(t, logP, n, max);
      VectorMath.exp(t, logP, t, p, n, new VectorMath.Line(1f, 0f, LOWEST));
      double sum = sum(p);
      RowTools.scale(t, p, n, (float) (1 / sum));
      RowTools.subtract(t, logP, n, (float) StrictMath.log(sum));
      RowTools.ramp(-label, t, c, n);
    }

    private double sum(int at) {
      return Sums.row(t, at, n, t, partials);
    }

    /** Fills the terms; returns the weighted loss. */
    double compute() {
      mean = RowTools.dot(t, p, c, n, partials);
      variance = RowTools.spread(t, p, c, (float) mean, n, partials);
      put(Term.CROSS_ENTROPY, crossEntropy());
      put(Term.MEAN, 0.5 * mean * mean);
      put(Term.VARIANCE, variance);
      put(Term.L1, Math.abs(mean));
      put(Term.EXPECTATION, label + mean);
      residue();
      put(Term.RESIDUE, residue);
      put(Term.K, top.size());
      return weighted(spec.crossEntropy(), Term.CROSS_ENTROPY) + weighted(spec.mean(), Term.MEAN)
          + weighted(spec.variance(), Term.VARIANCE) + weighted(spec.l1(), Term.L1) + weighted(spec.residue(), Term.RESIDUE);
    }

    private void put(Term term, double value) {
      terms[term.ordinal()] = value;
    }

    /** An absent term adds nothing, not even when it is infinite. */
    private double weighted(double weight, Term term) {
      return weight == 0 ? 0 : weight * terms[term.ordinal()];
    }

    private double crossEntropy() {
      if (spec.targetSigma() == 0) {
        Arrays.fill(t, target, target + n, 0f);
        t[target + label] = 1f;
        return -t[logP + label];
      }
      double width = -0.5 / (spec.targetSigma() * spec.targetSigma());
      RowTools.multiply(t, c, t, c, t, work, n);
      VectorMath.exp(t, work, t, target, n, new VectorMath.Line((float) width, 0f, LOWEST));
      Arrays.fill(t, target + columns, target + n, 0f);
      double sum = sum(target);
      RowTools.scale(t, target, n, (float) (1 / sum));
      products(t, target, logP, work, n);
      double cross = -sum(work);
      if (!spec.subtractTargetEntropy()) {
        return cross;
      }
      // log t = width c^2 - log sum
      return cross + width * RowTools.spread(t, target, c, 0f, n, partials) - StrictMath.log(sum);
    }

    /** {@code work = a b}, 0 where a is 0 and b may be infinite. */
    private static void products(float[] t, int a, int b, int work, int n) {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        var v = FloatVector.fromArray(Lanes.F, t, a + i);
        v.mul(FloatVector.fromArray(Lanes.F, t, b + i)).blend(0f, v.compare(VectorOperators.EQ, 0f)).intoArray(t, work + i);
      }
    }

    /** The residue, its slope by p, and the slope's mean. The logits give way to the mark of what is outside the top. */
    private void residue() {
      top = Residue.choose(spec, t, z, columns, label, partials);
      Residue.mark(t, z, c, n, top, label);
      if (spec.form() == ResidueForm.EXACT) {
        Residue.exact(t, z, logP, p, work, slope, n);
        residue = sum(work);
      } else {
        Residue.shift(t, z, p, work, n);
        VectorMath.log(t, work, t, slope, n);
        Arrays.fill(t, work + columns, work + n, 0f);
        residue = -RowTools.dot(t, work, slope, n, partials);
        Residue.shiftedSlope(t, z, slope, n);
      }
      meanSlope = RowTools.dot(t, p, slope, n, partials);
    }

    /** Leaves d loss / d logits in {@code work}. */
    void gradient(int rows) {
      float scale = (float) (1.0 / rows);
      float crossEntropy = (float) spec.crossEntropy() * scale;
      float pull = (float) (spec.mean() * mean + spec.l1() * Math.signum(mean)) * scale;
      float spread = (float) spec.variance() * scale;
      float entropy = (float) spec.residue() * scale;
      float m = (float) mean;
      float v = (float) variance;
      float s = (float) meanSlope;
      for (int i = 0; i < n; i += Lanes.COUNT) {
        var q = FloatVector.fromArray(Lanes.F, t, p + i);
        var d = FloatVector.fromArray(Lanes.F, t, c + i).sub(m);
        var sum = d.fma(d, FloatVector.broadcast(Lanes.F, -v)).mul(spread);
        sum = d.fma(FloatVector.broadcast(Lanes.F, pull), sum);
        sum = FloatVector.fromArray(Lanes.F, t, slope + i).sub(s).fma(FloatVector.broadcast(Lanes.F, entropy), sum);
        var difference = q.sub(FloatVector.fromArray(Lanes.F, t, target + i));
        sum.fma(q, difference.mul(crossEntropy)).intoArray(t, work + i);
      }
    }
  }
}

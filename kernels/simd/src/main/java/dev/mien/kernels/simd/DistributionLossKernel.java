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
  private static final FloatVector RAMP = FloatVector.zero(Lanes.F).addIndex(1);

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
      if (LaneLoss.fits(spec, rows, logits.dim(1))) {
        LaneLoss.run(backend, spec, logits, labels, terms, gradient, losses);
      } else if (CrossEntropyKernel.fits(spec, terms)) {
        CrossEntropyKernel.run(backend, spec, logits, labels, gradient, losses);
      } else {
        rows(backend, spec, logits, labels, terms, gradient, losses);
      }
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += losses.array[losses.offset + r];
      }
      loss.reals[loss.offset] = (float) (sum / rows);
    }
  }

  private static void rows(SimdBackend backend, DistributionLoss spec, SimdBuffer logits, SimdBuffer labels, SimdBuffer terms,
      SimdBuffer gradient, Scratch.DoubleLease losses) {
    int rows = logits.dim(0);
    int columns = logits.dim(1);
    int n = RowTools.padded(columns);
    backend.workers.ranges(rows, RowTools.grain(columns), (from, to) -> {
      try (var t = backend.scratch.lease(6 * n + 2 * Lanes.BLOCK)) {
        var row = new Row(spec, columns, t.array, t.offset, terms != null);
        for (int r = from; r < to; r++) {
          row.load(logits.reals, logits.offset + r * columns, labels.ints[labels.offset + r]);
          losses.array[losses.offset + r] = row.compute();
          for (int k = 0; terms != null && k < TERMS; k++) {
            terms.reals[terms.offset + r * TERMS + k] = (float) row.terms[k];
          }
          if (gradient != null) {
            row.gradient(rows);
            System.arraycopy(t.array, row.work, gradient.reals, gradient.offset + r * columns, columns);
          }
        }
      }
    });
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

  /** One sample after the other; the arrays are six padded rows of scratch. Terms that weigh nothing and are not reported are 0. */
  private static final class Row {
    final double[] terms = new double[TERMS];
    private final int columns;
    /** Places: raw logits, log p, p, class minus label, target, work and slope of the residue; then 32 partial sums. */
    private final int z;
    private final int logP;
    private final int p;
    private final int c;
    private final int target;
    final int work;
    private final int partials;
    private final int n;
    private final float[] t;
    private final DistributionLoss spec;
    private final boolean all;
    private int label;
    private double mean;
    private double variance;
    private double meanSlope;

    Row(DistributionLoss spec, int columns, float[] t, int at, boolean all) {
      this.spec = spec;
      this.columns = columns;
      this.all = all;
      this.t = t;
      this.n = RowTools.padded(columns);
      this.z = at;
      this.logP = at + n;
      this.p = at + 2 * n;
      this.c = at + 3 * n;
      this.target = at + 4 * n;
      this.work = at + 5 * n;
      this.partials = at + 6 * n;
      Arrays.fill(t, target, target + n, 0f);
    }

    void load(float[] logits, int from, int label) {
      t[target + this.label] = 0f;
      this.label = label;
      RowTools.load(logits, from, columns, t, z, Float.NEGATIVE_INFINITY);
      float max = RowTools.max(t, z, n, t, partials);
      VectorMath.expNormal(t, z, t, p, n, new VectorMath.Line(1f, -max, LOWEST));
      double sum = sum(p);
      probabilities(t, z, n, max, (float) StrictMath.log(sum), (float) (1 / sum), -label);
    }

    /** From raw logits and exponentials: log p, p, and class minus label, which stand one behind the other. */
    private static void probabilities(float[] t, int z, int n, float max, float log, float inverse, float first) {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector.fromArray(Lanes.F, t, z + i).sub(max).sub(log).intoArray(t, z + n + i);
        FloatVector.fromArray(Lanes.F, t, z + 2 * n + i).mul(inverse).intoArray(t, z + 2 * n + i);
        RAMP.add(first + i).intoArray(t, z + 3 * n + i);
      }
    }

    private double sum(int at) {
      return Sums.row(t, at, n, t, partials);
    }

    /** Fills the terms; returns the weighted loss. */
    double compute() {
      boolean spread = all || spec.variance() != 0;
      mean = spread || spec.mean() != 0 || spec.l1() != 0 ? RowTools.dot(t, p, c, n, partials) : 0;
      variance = spread ? RowTools.spread(t, p, c, (float) mean, n, partials) : 0;
      put(Term.CROSS_ENTROPY, crossEntropy());
      put(Term.MEAN, 0.5 * mean * mean);
      put(Term.VARIANCE, variance);
      put(Term.L1, Math.abs(mean));
      put(Term.EXPECTATION, label + mean);
      if (all || spec.residue() != 0) {
        residue();
      } else {
        Arrays.fill(t, work, work + n, 0f);
        meanSlope = 0;
      }
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
        t[target + label] = 1f;
        return -t[logP + label];
      }
      double width = -0.5 / (spec.targetSigma() * spec.targetSigma());
      RowTools.multiply(t, c, t, c, t, work, n);
      VectorMath.expNormal(t, work, t, target, n, new VectorMath.Line((float) width, 0f, LOWEST));
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

    /** The residue, its slope by p (in {@code work}), and the slope's mean. */
    private void residue() {
      var top = Residue.choose(spec, t, z, columns, label, partials);
      double residue;
      if (spec.form() == ResidueForm.EXACT) {
        residue = 0;
        meanSlope = 0;
        for (int k = 0; k < n; k += Sums.SEGMENT) {
          Residue.exact(t, z + k, n, Math.min(Sums.SEGMENT, n - k), top, label, partials);
          residue += Sums.join(t, partials);
          meanSlope += Sums.join(t, partials + Lanes.BLOCK);
        }
      } else {
        Residue.mark(t, z, c, n, top, label); // the logits give way
        Residue.shift(t, z, p, logP, n);
        VectorMath.log(t, logP, t, work, n);
        Arrays.fill(t, logP + columns, logP + n, 0f);
        residue = -RowTools.dot(t, logP, work, n, partials);
        Residue.shiftedSlope(t, z, work, n);
        meanSlope = RowTools.dot(t, p, work, n, partials);
      }
      put(Term.RESIDUE, residue);
      put(Term.K, top.size());
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
        sum = FloatVector.fromArray(Lanes.F, t, work + i).sub(s).fma(FloatVector.broadcast(Lanes.F, entropy), sum);
        var difference = q.sub(FloatVector.fromArray(Lanes.F, t, target + i));
        sum.fma(q, difference.mul(crossEntropy)).intoArray(t, work + i);
      }
    }
  }
}

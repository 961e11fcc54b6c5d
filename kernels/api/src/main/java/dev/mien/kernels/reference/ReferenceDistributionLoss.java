package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.KRule;
import dev.mien.kernels.DistributionLoss.ResidueForm;
import dev.mien.kernels.DistributionLoss.Term;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** {@link DistributionLoss} row by row, each term and its gradient as in the equations. */
final class ReferenceDistributionLoss {
  private static final double EPSILON = 1e-3;
  private static final double SMALLEST_LOG = -80;

  private final ReferenceMemory memory;

  ReferenceDistributionLoss(ReferenceMemory memory) {
    this.memory = memory;
  }

  void run(DistributionLoss spec, Buffer logitsBuffer, Buffer labelsBuffer, Buffer loss, Buffer terms, Buffer gradient) {
    String kernel = "distributionLoss";
    double[] logits = memory.reals(kernel, "logits", logitsBuffer);
    int[] labels = memory.ints(kernel, "labels", labelsBuffer);
    double[] total = memory.reals(kernel, "loss", loss);
    double[] columns = memory.realsOrNull(kernel, "terms", terms);
    double[] g = memory.realsOrNull(kernel, "gradient", gradient);
    Check.that(logitsBuffer.kind() == Kind.PLAIN && logitsBuffer.rank() == 2, kernel, "logits are " + logitsBuffer
        + ", expected PLAIN [N, C]");
    int rows = logitsBuffer.dim(0);
    int classes = logitsBuffer.dim(1);
    Check.plain(kernel, "labels", labelsBuffer, rows);
    Check.plain(kernel, "loss", loss);
    if (terms != null) {
      Check.plain(kernel, "terms", terms, rows, Term.values().length);
    }
    if (gradient != null) {
      Check.same(kernel, "gradient", gradient, "logits", logitsBuffer);
    }
    Check.that(spec.rule() != KRule.FIXED || spec.fixedK() >= 0, kernel, "fixedK is " + spec.fixedK() + ", expected 0 or more");
    checkLabels(labels, classes);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      var row = new Row(spec, Arrays.copyOfRange(logits, i * classes, (i + 1) * classes), labels[i]);
      sum += row.loss();
      if (columns != null) {
        System.arraycopy(row.terms, 0, columns, i * row.terms.length, row.terms.length);
      }
      for (int k = 0; g != null && k < classes; k++) {
        g[i * classes + k] = row.gradient(k) / rows;
      }
    }
    total[0] = sum / rows;
  }

  private static void checkLabels(int[] labels, int classes) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw Check.error("distributionLoss", "label " + labels[i] + " of row " + i + " is outside [0, " + classes
            + "); labels [" + labels.length + "], logits [" + labels.length + ", " + classes + "]");
      }
    }
  }

  /** One sample. */
  private static final class Row {
    final double[] terms = new double[Term.values().length];
    private final DistributionLoss spec;
    private final double[] z;
    private final int label;
    private final double[] logP;
    private final double[] p;
    private final double[] target;
    private final double mean;
    private final double variance;
    /** d R / d p_j, the set outside the top K held constant. */
    private final double[] residueSlope;
    private final double meanResidueSlope;

    Row(DistributionLoss spec, double[] z, int label) {
      this.spec = spec;
      this.z = z;
      this.label = label;
      int classes = z.length;
      double shift = ReferenceRows.logSumExp(z, 0, classes);
      logP = new double[classes];
      p = new double[classes];
      double m = 0;
      for (int j = 0; j < classes; j++) {
        logP[j] = z[j] - shift;
        p[j] = StrictMath.exp(logP[j]);
        m += j * p[j];
      }
      double v = 0;
      for (int j = 0; j < classes; j++) {
        v += p[j] * (j - m) * (j - m);
      }
      mean = m;
      variance = v;
      target = target();
      set(Term.CROSS_ENTROPY, crossEntropy());
      set(Term.MEAN, 0.5 * (m - label) * (m - label));
      set(Term.VARIANCE, v);
      set(Term.L1, Math.abs(m - label));
      set(Term.EXPECTATION, m);
      residueSlope = new double[classes];
      meanResidueSlope = residue();
    }

    private void set(Term term, double value) {
      terms[term.ordinal()] = value;
    }

    private double get(Term term) {
      return terms[term.ordinal()];
    }

    private double[] target() {
      double[] t = new double[z.length];
      if (spec.targetSigma() == 0) {
        t[label] = 1;
        return t;
      }
      double sum = 0;
      for (int j = 0; j < t.length; j++) {
        double distance = (j - label) / spec.targetSigma();
        t[j] = StrictMath.exp(-0.5 * distance * distance);
        sum += t[j];
      }
      for (int j = 0; j < t.length; j++) {
        t[j] /= sum;
      }
      return t;
    }

    private double crossEntropy() {
      double sum = 0;
      for (int j = 0; j < z.length; j++) {
        if (target[j] > 0) {
          sum -= target[j] * logP[j];
          if (spec.subtractTargetEntropy()) {
            sum += target[j] * StrictMath.log(target[j]);
          }
        }
      }
      return sum;
    }

    /** Writes the terms RESIDUE and K and the slopes; returns the mean slope under p. */
    private double residue() {
      boolean[] inside = inside();
      double sum = 0;
      double meanSlope = 0;
      int k = 0;
      for (int j = 0; j < z.length; j++) {
        k += inside[j] ? 1 : 0;
        if (spec.form() == ResidueForm.EPSILON) {
          double q = (inside[j] ? 0 : p[j]) + EPSILON;
          sum -= q * StrictMath.log(q);
          residueSlope[j] = inside[j] ? 0 : -StrictMath.log(q) - 1;
        } else if (!inside[j] && !(logP[j] < SMALLEST_LOG)) {
          sum -= p[j] * logP[j];
          residueSlope[j] = -logP[j] - 1;
        }
        meanSlope += p[j] * residueSlope[j];
      }
      set(Term.RESIDUE, sum);
      set(Term.K, k);
      return meanSlope;
    }

    /** The top K. Logits are compared, not probabilities: the same order, without ties by underflow or rounding. */
    private boolean[] inside() {
      boolean[] inside = new boolean[z.length];
      switch (spec.rule()) {
        case RANK -> {
          for (int j = 0; j < z.length; j++) {
            inside[j] = z[j] >= z[label];
          }
        }
        case MAX2_RANK -> {
          int rank = 1;
          for (int j = 0; j < z.length; j++) {
            inside[j] = z[j] > z[label];
            rank += inside[j] ? 1 : 0;
          }
          inside[label] = true;
          if (rank == 1) {
            addLargest(inside);
          }
        }
        case FIXED -> {
          for (int k = 0; k < Math.min(spec.fixedK(), z.length); k++) {
            addLargest(inside);
          }
        }
      }
      return inside;
    }

    /** Adds the largest class that is not inside yet, the lowest index among equals. */
    private void addLargest(boolean[] inside) {
      int best = -1;
      for (int j = 0; j < z.length; j++) {
        if (!inside[j] && (best < 0 || z[j] > z[best])) {
          best = j;
        }
      }
      if (best >= 0) {
        inside[best] = true;
      }
    }

    double loss() {
      return weighted(spec.crossEntropy(), Term.CROSS_ENTROPY) + weighted(spec.mean(), Term.MEAN)
          + weighted(spec.variance(), Term.VARIANCE) + weighted(spec.l1(), Term.L1) + weighted(spec.residue(), Term.RESIDUE);
    }

    /** An absent term adds nothing, not even when it is infinite. */
    private double weighted(double weight, Term term) {
      return weight == 0 ? 0 : weight * get(term);
    }

    double gradient(int k) {
      double distance = k - mean;
      double sum = spec.crossEntropy() * (p[k] - target[k]);
      sum += spec.mean() * (mean - label) * p[k] * distance;
      sum += spec.variance() * p[k] * (distance * distance - variance);
      sum += spec.l1() * Math.signum(mean - label) * p[k] * distance;
      sum += spec.residue() * p[k] * (residueSlope[k] - meanResidueSlope);
      return sum;
    }
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.DistributionLoss;
import jdk.incubator.vector.FloatVector;

/**
 * {@link DistributionLoss} with nothing but a one-hot cross-entropy. A short row is worked on in scratch; a long one in the memory of
 * its gradient, so that it is read once and written once.
 */
final class CrossEntropyKernel {
  private static final int B = Lanes.BLOCK;
  private static final int SHORT = 1024;
  private static final float LOWEST = -80f;

  private final int columns;
  private final float weight;
  private final SimdBuffer logits;
  private final SimdBuffer gradient;

  private CrossEntropyKernel(float weight, SimdBuffer logits, SimdBuffer gradient) {
    this.columns = logits.dim(1);
    this.weight = weight;
    this.logits = logits;
    this.gradient = gradient;
  }

  /** Whether the loss is one, with no terms to report. */
  static boolean fits(DistributionLoss spec, SimdBuffer terms) {
    return terms == null && spec.targetSigma() == 0 && spec.mean() == 0 && spec.variance() == 0 && spec.l1() == 0
        && spec.residue() == 0;
  }

  /** Writes each row's loss, and its part of the gradient unless that is null. */
  static void run(SimdBackend backend, DistributionLoss spec, SimdBuffer logits, SimdBuffer labels, SimdBuffer gradient,
      Scratch.DoubleLease losses) {
    int rows = logits.dim(0);
    var kernel = new CrossEntropyKernel((float) spec.crossEntropy() * (float) (1.0 / rows), logits, gradient);
    backend.workers.ranges(rows, RowTools.grain(kernel.columns), (from, to) -> {
      try (var t = backend.scratch.lease(SHORT + 2 * B)) {
        for (int r = from; r < to; r++) {
          int label = labels.ints[labels.offset + r];
          double loss = kernel.columns <= SHORT ? kernel.shortRow(r, label, t) : kernel.longRow(r, label, t);
          losses.array[losses.offset + r] = spec.crossEntropy() == 0 ? 0 : spec.crossEntropy() * loss;
        }
      }
    });
  }

  private double loss(int at, int label, float max, double sum) {
    return -(logits.reals[at + label] - max - (float) StrictMath.log(sum));
  }

  private double shortRow(int row, int label, Scratch.Lease lease) {
    float[] t = lease.array;
    int at = lease.offset;
    int partials = at + SHORT;
    int from = logits.offset + row * columns;
    int n = RowTools.padded(columns);
    RowTools.load(logits.reals, from, columns, t, at, Float.NEGATIVE_INFINITY);
    float max = RowTools.max(t, at, n, t, partials);
    VectorMath.expNormal(t, at, t, at, n, new VectorMath.Line(1f, -max, LOWEST));
    Sums.partials(t, at, n, t, partials);
    double sum = Sums.join(t, partials);
    if (gradient != null) {
      float inverse = (float) (1 / sum);
      float own = (t[at + label] * inverse - 1f) * weight;
      scale(t, at, n, inverse, weight);
      t[at + label] = own;
      System.arraycopy(t, at, gradient.reals, gradient.offset + row * columns, columns);
    }
    return loss(from, label, max, sum);
  }

  private double longRow(int row, int label, Scratch.Lease lease) {
    float[] t = lease.array;
    int tail = lease.offset;
    int partials = tail + B;
    int piece = tail + 2 * B;
    float[] x = logits.reals;
    int from = logits.offset + row * columns;
    int body = columns & -B;
    RowTools.load(x, from + body, columns - body, t, tail, Float.NEGATIVE_INFINITY);
    float max = RowTools.max(x, from, body, t, partials);
    max = body < columns ? Math.max(max, RowTools.max(t, tail, B, t, partials)) : max;
    var line = new VectorMath.Line(1f, -max, LOWEST);
    VectorMath.expNormal(t, tail, t, tail, columns - body == 0 ? 0 : B, line);
    float[] e = gradient == null ? t : gradient.reals;
    int to = gradient == null ? piece : gradient.offset + row * columns;
    double sum = 0;
    for (int k = 0; k < columns; k += Sums.SEGMENT) {
      int at = gradient == null ? to : to + k;
      int n = Math.min(Sums.SEGMENT, body - k);
      VectorMath.expNormal(x, from + k, e, at, n, line);
      Sums.partials(e, at, n, t, partials);
      for (int i = body; k + Sums.SEGMENT > body && i < columns; i++) {
        t[partials + i - body] += t[tail + i - body];
      }
      sum += Sums.join(t, partials);
    }
    if (gradient != null) {
      float inverse = (float) (1 / sum);
      float own = ((label < body ? e[to + label] : t[tail + label - body]) * inverse - 1f) * weight;
      scale(e, to, body, inverse, weight);
      scale(t, tail, B, inverse, weight);
      System.arraycopy(t, tail, e, to + body, columns - body);
      e[to + label] = own;
    }
    return loss(from, label, max, sum);
  }

  /** {@code t = (inverse t) weight} */
  private static void scale(float[] t, int at, int n, float inverse, float weight) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, t, at + i).mul(inverse).mul(weight).intoArray(t, at + i);
    }
  }
}

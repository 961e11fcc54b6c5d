package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.CosineMargin;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.DistributionLoss.KRule;
import dev.mien.kernels.DistributionLoss.ResidueForm;

/** Work along the last axis, a group of items for each row. */
final class OpenClRows {
  private final ClContext context;
  private final OpenClMemory memory;

  OpenClRows(ClContext context, OpenClMemory memory) {
    this.context = context;
    this.memory = memory;
  }

  private Launch launch(String kernel) {
    return Launch.of(context, "rows", kernel);
  }

  private static int rows(Buffer x) {
    return x.dim(-1) == 0 ? 0 : (int) (x.count() / x.dim(-1));
  }

  void softmax(boolean logarithm, Buffer x, Buffer y) {
    launch("softmax").buffer(x).buffer(y).value(x.dim(-1)).value(logarithm).groups(rows(x));
  }

  void softmaxBackward(boolean logarithm, Buffer y, Buffer gy, Buffer gx) {
    launch("softmax_backward").buffer(y).buffer(gy).buffer(gx).value(y.dim(-1)).value(logarithm).groups(rows(y));
  }

  void moments(double start, Buffer p, Buffer mean, Buffer variance) {
    launch("moments").buffer(p).value((float) start).buffer(mean).buffer(variance).value(p.dim(-1)).groups(rows(p));
  }

  void momentsBackward(double start, Buffer p, Buffer gMean, Buffer gVariance, Buffer gp) {
    launch("moments_backward").buffer(p).value((float) start).buffer(gMean).buffer(gVariance).buffer(gp).value(p.dim(-1)).groups(rows(p));
  }

  void l2Norm(Buffer x, Buffer norm) {
    launch("l2_norm").buffer(x).buffer(norm).value(x.dim(-1)).groups(rows(x));
  }

  void l2NormBackward(Buffer x, Buffer norm, Buffer gNorm, Buffer gx) {
    launch("l2_norm_backward").buffer(x).buffer(norm).buffer(gNorm).buffer(gx).value(x.dim(-1)).value((int) x.count()).items(x.count());
  }

  void standardize(double eps, Buffer x, Buffer y, Buffer scale) {
    launch("standardize").buffer(x).value((float) eps).buffer(y).buffer(scale).value(x.dim(-1)).groups(rows(x));
  }

  void standardizeBackward(Buffer y, Buffer scale, Buffer gy, Buffer gx) {
    launch("standardize_backward").buffer(y).buffer(scale).buffer(gy).buffer(gx).value(y.dim(-1)).groups(rows(y));
  }

  void distributionLoss(DistributionLoss spec, Buffer logits, Buffer labels, Buffer loss, Buffer terms, Buffer gradient) {
    int rows = logits.dim(0);
    int columns = logits.dim(1);
    check(spec, labels, rows, columns);
    double sigma = spec.targetSigma();
    try (var losses = memory.lease(rows)) {
      Launch.of(context, "loss", "distribution_loss").buffer(logits).buffer(labels).buffer(losses.buffer()).buffer(terms).buffer(gradient)
          .value(columns).value(rows).value((float) spec.crossEntropy()).value((float) spec.mean()).value((float) spec.variance())
          .value((float) spec.l1()).value((float) spec.residue()).value(rule(spec.rule())).value(spec.fixedK())
          .value(spec.form() == ResidueForm.EPSILON).value(sigma == 0 ? 0f : (float) (-0.5 / (sigma * sigma)))
          .value(spec.subtractTargetEntropy()).groups(rows);
      Launch.of(context, "reduce", "sum_losses").buffer(losses.buffer()).buffer(loss).value(rows).value(1f / rows).groups(1);
    }
  }

  private static int rule(KRule rule) {
    return switch (rule) {
      case RANK -> 0;
      case MAX2_RANK -> 1;
      case FIXED -> 2;
    };
  }

  private void check(DistributionLoss spec, Buffer labels, int rows, int classes) {
    if (spec.rule() == KRule.FIXED && spec.fixedK() < 0) {
      throw new IllegalArgumentException("[distributionLoss] fixedK is " + spec.fixedK() + ", expected 0 or more");
    }
    checkLabels("distributionLoss", labels, rows, classes);
  }

  private void checkLabels(String kernel, Buffer labels, int rows, int classes) {
    int[] values = integers(labels);
    for (int i = 0; i < rows; i++) {
      if (values[i] < 0 || values[i] >= classes) {
        throw new IllegalArgumentException("[" + kernel + "] label " + values[i] + " of row " + i + " is outside [0, " + classes
            + "); labels [" + rows + "], logits [" + rows + ", " + classes + "]");
      }
    }
  }

  /** As they were uploaded; only those that the device itself computed are read back. */
  private int[] integers(Buffer buffer) {
    int[] values = OpenClBuffer.of(buffer, context).uploaded();
    if (values == null) {
      values = new int[(int) buffer.count()];
      memory.download(buffer, values);
    }
    return values;
  }

  private Launch margin(String kernel, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness) {
    checkLabels(kernel, labels, cosines.dim(0), cosines.dim(1));
    return Launch.of(context, "margins", kernel).buffer(cosines).buffer(labels).buffer(margins).buffer(hardness);
  }

  private static Launch rule(Launch launch, CosineMargin s, int columns) {
    return launch.value(columns).value((float) s.scale()).value((float) s.limit()).value(s.beyond().ordinal()).value((float) s.angleEps())
        .value(s.straightThrough());
  }

  void cosineMargin(CosineMargin s, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer logits) {
    rule(margin("cosine_margin", cosines, labels, margins, hardness).buffer(logits), s, cosines.dim(1)).groups(cosines.dim(0));
  }

  void cosineMarginBackward(CosineMargin s, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer gLogits, Buffer gCosines,
                            Buffer gMargins) {
    rule(margin("cosine_margin_backward", cosines, labels, margins, hardness).buffer(gLogits).buffer(gCosines).buffer(gMargins), s,
        cosines.dim(1)).groups(cosines.dim(0));
  }

  void copyRows(String kernel, Buffer all, Buffer indices, Buffer some, boolean gather) {
    int[] values = integers(indices);
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= all.dim(0)) {
        throw new IllegalArgumentException("[" + kernel + "] index " + values[i] + " at " + i + " is outside [0, " + all.dim(0) + ")");
      }
    }
    Launch.of(context, "margins", "copy_rows").buffer(all).buffer(indices).buffer(some).value(all.dim(1)).value(gather).groups(values.length);
  }
}

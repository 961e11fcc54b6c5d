package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
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

  /** Labels are checked in what was uploaded; only those that the device itself computed are read back. */
  private void check(DistributionLoss spec, Buffer labels, int rows, int classes) {
    if (spec.rule() == KRule.FIXED && spec.fixedK() < 0) {
      throw new IllegalArgumentException("[distributionLoss] fixedK is " + spec.fixedK() + ", expected 0 or more");
    }
    int[] values = OpenClBuffer.of(labels, context).uploaded();
    if (values == null) {
      values = new int[rows];
      memory.download(labels, values);
    }
    for (int i = 0; i < rows; i++) {
      if (values[i] < 0 || values[i] >= classes) {
        throw new IllegalArgumentException("[distributionLoss] label " + values[i] + " of row " + i + " is outside [0, " + classes
            + "); labels [" + rows + "], logits [" + rows + ", " + classes + "]");
      }
    }
  }
}

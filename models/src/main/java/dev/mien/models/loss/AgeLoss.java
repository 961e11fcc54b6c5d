package dev.mien.models.loss;

import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.DistributionLosses.Result;
import dev.mien.engine.ops.DistributionLosses.Weights;
import dev.mien.engine.tensor.Tensor;

/**
 * A loss on p = softmax(logits) over ordered age classes 0..C-1 with label y and expectation {@code m = sum_j j p_j}. Every loss of the
 * paper's Table 1 and its rivals is a weighting of the terms in {@link Weights}, computed with its gradient in one pass from the logits.
 *
 * <p>Shapes: logits {@code [N, C]}, integer labels {@code [N]} -> scalar.
 */
public interface AgeLoss {
  /** What the command line and the reports call it. */
  String name();

  /** What it adds up. */
  Weights weights();

  /** The loss, recorded. */
  default Tensor forward(Tensor logits, Tensor labels) {
    return evaluate(logits, labels).loss();
  }

  /** The loss and its parts per row (see {@link Result#terms}). */
  default Result evaluate(Tensor logits, Tensor labels) {
    return DistributionLosses.distributionLoss(logits, labels, weights());
  }
}

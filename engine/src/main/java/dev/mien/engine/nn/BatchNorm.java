package dev.mien.engine.nn;

import dev.mien.engine.ops.Normalization;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;

/**
 * What {@link BatchNorm2d} and {@link BatchNorm1d} share: parameters {@code weight} (1) and {@code bias} (0), states
 * {@code running_mean} (0) and {@code running_var} (1), moved by {@code momentum} towards the batch's mean and unbiased variance.
 */
public abstract class BatchNorm extends Module {
  private static final double EPS = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Parameter weight;
  private final Parameter bias;
  private final State runningMean;
  private final State runningVar;
  private final double eps;
  private final double momentum;

  BatchNorm(int features, boolean affine) {
    weight = affine ? parameter("weight", Init.constant(1, features)) : null;
    bias = affine ? parameter("bias", Init.constant(0, features)) : null;
    runningMean = state("running_mean", Init.constant(0, features));
    runningVar = state("running_var", Init.constant(1, features));
    eps = EPS;
    momentum = MOMENTUM;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return normalize(x, null, false, context);
  }

  /** {@code act(norm(x) + residual)} in one pass; residual may be null, act is ReLU when asked. */
  public final Tensor forward(Tensor x, Tensor residual, boolean relu, Context context) {
    return within(context, () -> normalize(x, residual, relu, context));
  }

  Parameter weight() {
    return weight;
  }

  Parameter bias() {
    return bias;
  }

  State runningMean() {
    return runningMean;
  }

  State runningVar() {
    return runningVar;
  }

  double eps() {
    return eps;
  }

  private Tensor normalize(Tensor x, Tensor residual, boolean relu, Context context) {
    var layer = new Normalization.Layer(weight == null ? null : weight.in(context), bias == null ? null : bias.in(context),
        runningMean, runningVar, eps, momentum);
    return Normalization.batchNorm(x, layer, residual, relu, context);
  }
}

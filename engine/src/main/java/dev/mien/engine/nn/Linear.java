package dev.mien.engine.nn;

import dev.mien.engine.ops.MatMul;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Tensor;

/**
 * {@code y = x weight^T + bias}, {@code [N, in] -> [N, out]}. Weight and bias start uniform in {@code +-1/sqrt(in)}, PyTorch's default.
 */
public final class Linear extends Module {
  private final Parameter weight;
  private final Parameter bias;

  public Linear(int inFeatures, int outFeatures, Rng rng) {
    this(Init.uniform(rng.split("weight"), 1 / Math.sqrt(inFeatures), outFeatures, inFeatures),
        Init.uniform(rng.split("bias"), 1 / Math.sqrt(inFeatures), outFeatures));
  }

  /**
   * @param weight initial {@code [out, in]}
   * @param bias initial {@code [out]}, or null for none
   */
  public Linear(HostTensor weight, HostTensor bias) {
    this.weight = parameter("weight", weight);
    this.bias = bias == null ? null : parameter("bias", bias);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    if (context.infers(x)) {
      try (var reading = weight.readFrozen()) {
        return multiply(x, context);
      }
    }
    return multiply(x, context);
  }

  private Tensor multiply(Tensor x, Context context) {
    return MatMul.linear(x, weight.in(context), bias == null ? null : bias.in(context));
  }
}

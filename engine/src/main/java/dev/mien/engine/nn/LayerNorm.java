package dev.mien.engine.nn;

import dev.mien.engine.ops.Normalization;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Tensor;

/** Layer normalisation of the last axis, {@code [.., C] -> [.., C]}; see {@link Normalization#layerNorm}. */
public final class LayerNorm extends Module {
  private final Parameter weight;
  private final Parameter bias;
  private final double eps;

  /** With the eps of vision transformers, 1e-6. */
  public LayerNorm(int features) {
    this(features, 1e-6);
  }

  public LayerNorm(int features, double eps) {
    weight = parameter("weight", Init.constant(1, features));
    bias = parameter("bias", Init.constant(0, features));
    this.eps = eps;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Normalization.layerNorm(x, weight.in(context), bias.in(context), eps);
  }
}

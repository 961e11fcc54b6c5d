package dev.mien.engine.nn;

import dev.mien.engine.ops.Prelu;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Tensor;

/** Parametric ReLU, one slope per channel (or one for all), starting at 0.25. */
public final class PRelu extends Module {
  private final Parameter weight;

  /** @param channels number of slopes; 1 shares one */
  public PRelu(int channels) {
    weight = parameter("weight", Init.constant(0.25, channels));
  }

  /** Whether there is a slope for each of so many channels. */
  boolean fits(int channels) {
    return weight.shape().count() == 1 || weight.shape().count() == channels;
  }

  Parameter slopes() {
    return weight;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Prelu.prelu(x, weight.in(context));
  }
}

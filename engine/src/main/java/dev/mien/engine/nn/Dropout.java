package dev.mien.engine.nn;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** Inverted dropout with probability p in training, the identity in eval. The mask is a function of the step's key and the layer's path. */
public final class Dropout extends Module {
  private final double p;

  public Dropout(double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException("[dropout] p must lie in [0, 1), got " + p);
    }
    this.p = p;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return context.training() && p > 0 ? dev.mien.engine.ops.Dropout.dropout(x, p, context.rng()) : x;
  }
}

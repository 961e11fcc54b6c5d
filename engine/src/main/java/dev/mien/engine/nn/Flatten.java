package dev.mien.engine.nn;

import dev.mien.engine.ops.Layouts;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** {@code [N, ...] -> [N, product]}, channel-major. */
public final class Flatten extends Module {
  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Layouts.flatten(x);
  }
}

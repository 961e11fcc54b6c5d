package dev.mien.engine.nn;

import dev.mien.engine.ops.Pooling;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** Means over a fixed grid of parts; {@code (1, 1)} is global average pooling. See {@link Pooling#adaptiveAveragePool2d}. */
public final class AdaptiveAveragePool2d extends Module {
  private final int height;
  private final int width;

  public AdaptiveAveragePool2d(int height, int width) {
    this.height = height;
    this.width = width;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Pooling.adaptiveAveragePool2d(x, height, width);
  }
}

package dev.mien.engine.nn;

import dev.mien.engine.ops.Pooling;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** Maximum over square windows; see {@link Pooling#maxPool2d}. */
public final class MaxPool2d extends Module {
  private final int kernelSize;
  private final int stride;
  private final int padding;

  public MaxPool2d(int kernelSize, int stride, int padding) {
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Pooling.maxPool2d(x, kernelSize, stride, padding);
  }
}

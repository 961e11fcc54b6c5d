package dev.mien.engine.nn;

import dev.mien.engine.ops.Pooling;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** Mean over square windows; see {@link Pooling#averagePool2d}. */
public final class AveragePool2d extends Module {
  private final int kernelSize;
  private final int stride;
  private final int padding;

  public AveragePool2d(int kernelSize, int stride, int padding) {
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return Pooling.averagePool2d(x, kernelSize, stride, padding);
  }
}

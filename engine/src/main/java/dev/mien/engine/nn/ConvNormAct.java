package dev.mien.engine.nn;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** The block every residual network is built of, so that a back-end may fuse it. */
public final class ConvNormAct {
  private ConvNormAct() {}

  /**
   * {@code act(norm(conv(x)) + residual)}: normalisation, addition and ReLU are one pass over memory.
   *
   * @param residual of the result's shape, or null
   * @param relu whether ReLU follows
   */
  public static Tensor convNormAct(Tensor x, Conv2d conv, BatchNorm2d norm, Tensor residual, boolean relu, Context context) {
    var convolved = conv.forward(x, context);
    var y = norm.forward(convolved, residual, relu, context);
    context.done(convolved);
    return y;
  }

  /** {@code prelu(norm(conv(x)))}. */
  public static Tensor convNormPrelu(Tensor x, Conv2d conv, BatchNorm2d norm, PRelu prelu, Context context) {
    var normed = convNormAct(x, conv, norm, null, false, context);
    var y = prelu.forward(normed, context);
    context.done(normed);
    return y;
  }
}

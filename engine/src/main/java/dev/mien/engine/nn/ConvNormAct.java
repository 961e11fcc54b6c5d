package dev.mien.engine.nn;

import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Epilogue.Activation;

/**
 * The block every residual network is built of. In training, normalisation, addition and ReLU are one pass over memory; in inference
 * the norm is folded into the convolution and all of it is one pass (see {@link FoldedNorm}).
 */
public final class ConvNormAct {
  private ConvNormAct() {}

  /**
   * {@code act(norm(conv(x)) + residual)}.
   *
   * @param residual of the result's shape, or null
   * @param relu whether ReLU follows
   */
  public static Tensor convNormAct(Tensor x, Conv2d conv, BatchNorm2d norm, Tensor residual, boolean relu, Context context) {
    if (context.infers(x) && (residual == null || context.infers(residual))) {
      var folded = conv.foldedWith(norm);
      var shape = conv.resultShape(x, context);
      if (folded != null && (residual == null || residual.isImage() && residual.shape().equals(shape))) {
        return folded.apply(x, shape, residual, relu ? Activation.RELU : Activation.NONE, null);
      }
    }
    var convolved = conv.forward(x, context);
    var y = norm.forward(convolved, residual, relu, context);
    context.done(convolved);
    return y;
  }

  /** {@code prelu(norm(conv(x)))}. */
  public static Tensor convNormPrelu(Tensor x, Conv2d conv, BatchNorm2d norm, PRelu prelu, Context context) {
    if (context.infers(x)) {
      var folded = conv.foldedWith(norm);
      var shape = conv.resultShape(x, context);
      if (folded != null && prelu.fits(shape.dim(1))) {
        return folded.apply(x, shape, null, Activation.PRELU, prelu.slopes());
      }
    }
    var normed = convNormAct(x, conv, norm, null, false, context);
    var y = prelu.forward(normed, context);
    context.done(normed);
    return y;
  }
}

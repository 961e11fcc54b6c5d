package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Tensor;

/** Softmax along the last axis, {@code [.., C]}. */
public final class Softmax {
  private Softmax() {}

  /** {@code p_j = exp(x_j) / sum_k exp(x_k)} */
  public static Tensor softmax(Tensor x) {
    check("softmax", x);
    var call = OpCall.of("softmax", x);
    var y = call.result(x.shape());
    call.kernels().softmax(x.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().softmaxBackward(g.saved(0), g.gradient(), g.gradientOf(0)), y);
  }

  /** {@code log p_j = x_j - log sum_k exp(x_k)} */
  public static Tensor logSoftmax(Tensor x) {
    check("logSoftmax", x);
    var call = OpCall.of("logSoftmax", x);
    var y = call.result(x.shape());
    call.kernels().logSoftmax(x.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().logSoftmaxBackward(g.saved(0), g.gradient(), g.gradientOf(0)), y);
  }

  private static void check(String op, Tensor x) {
    Check.that(!x.isImage() && x.shape().rank() >= 1 && x.shape().dim(-1) >= 1, "[%s] needs row-major [.., C] with C >= 1, got %s", op,
        x.shape());
  }
}

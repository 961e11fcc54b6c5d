package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Euclidean norms of rows, {@code [.., D] -> [..]}. */
public final class Norms {
  private Norms() {}

  /** {@code sqrt(sum_j x_j^2)}; the gradient divides by max(norm, 1e-12). */
  public static Tensor l2Norm(Tensor x) {
    Check.that(!x.isImage() && x.shape().rank() >= 1, "[l2Norm] needs row-major [.., D], got %s", x.shape());
    int[] dims = Arrays.copyOf(x.shape().toArray(), x.shape().rank() - 1);
    var call = OpCall.of("l2Norm", x);
    var y = call.result(Shape.of(dims), Kind.PLAIN);
    call.kernels().l2Norm(x.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().l2NormBackward(g.saved(0), g.saved(1), g.gradient(), g.gradientOf(0)), x, y);
  }
}

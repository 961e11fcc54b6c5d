package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import java.util.Arrays;

/** Sums and means over axes. Summed axes stay with extent 1; no axes named means all, and then the result is a scalar. */
public final class Reductions {
  private Reductions() {}

  /** Sum over axes. */
  public static Tensor sum(Tensor x, int... axes) {
    return reduce("sum", x, axes, false);
  }

  /** Arithmetic mean over axes. */
  public static Tensor mean(Tensor x, int... axes) {
    return reduce("mean", x, axes, true);
  }

  private static Tensor reduce(String name, Tensor x, int[] axes, boolean mean) {
    int[] dims = x.shape().toArray();
    if (axes.length == 0) {
      Arrays.fill(dims, 1);
    }
    for (int a : axes) {
      dims[Check.axis(name, a, dims.length)] = 1;
    }
    var shape = Shape.of(dims);
    long terms = shape.count() == 0 ? 0 : x.shape().count() / shape.count();
    Check.that(!mean || terms > 0, "[mean] of no elements: input %s", x.shape());
    double scale = mean ? 1.0 / terms : 1;
    var call = OpCall.of(name, x);
    var y = call.result(shape);
    call.kernels().sum(x.buffer(), y.buffer(), scale);
    var out = call.record(y, g -> {
      var gx = g.gradientOf(0);
      g.kernels().expand(g.gradient(), gx);
      if (scale != 1) {
        g.kernels().axpby(0, gx, scale, gx);
      }
    });
    return axes.length == 0 ? Layouts.reshape(out) : out;
  }
}

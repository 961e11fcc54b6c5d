package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Tensor;

/** Parametric ReLU (He et al. 2015). */
public final class Prelu {
  private Prelu() {}

  /** {@code y = x > 0 ? x : slope[c] x}; slope {@code [C]} along axis 1, or {@code [1]}. */
  public static Tensor prelu(Tensor x, Tensor slope) {
    Check.rank("prelu", "slope", slope, 1, "[C] or [1]");
    int channels = x.shape().rank() < 2 ? 1 : x.shape().dim(1);
    Check.that(slope.shape().dim(0) == 1 || slope.shape().dim(0) == channels, "[prelu] input %s has %d channels, slope %s", x.shape(),
        channels, slope.shape());
    var call = OpCall.of("prelu", x, slope);
    var y = call.result(x.shape());
    call.kernels().prelu(x.buffer(), slope.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().preluBackward(g.saved(0), g.saved(1), g.gradient(), g.gradientInPlace(0), g.gradientOf(1)),
        x, slope);
  }
}

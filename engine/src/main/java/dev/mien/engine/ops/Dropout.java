package dev.mien.engine.ops;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Tensor;

/** Inverted dropout (Srivastava et al. 2014). */
public final class Dropout {
  private Dropout() {}

  /** Zero with probability p, otherwise x / (1 - p); which, is a pure function of the key and the element's index. */
  public static Tensor dropout(Tensor x, double p, Rng rng) {
    Check.that(p >= 0 && p < 1, "[dropout] p must lie in [0, 1), got %s", p);
    var call = OpCall.of("dropout", x);
    var y = call.result(x.shape());
    call.kernels().dropout(p, rng.key(), x.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().dropout(p, rng.key(), g.gradient(), g.gradientOf(0)));
  }
}

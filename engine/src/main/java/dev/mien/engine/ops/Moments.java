package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Kind;

/** Expectation and variance of a distribution over the classes {@code start, start + 1, ...}: {@code p [N, C] -> [N]}. */
public final class Moments {
  private Moments() {}

  /** {@code m_i = sum_j a_j p_ij}, {@code a_j = start + j}. */
  public static Tensor expectation(Tensor p, double start) {
    Check.rank("expectation", "input", p, 2, "[N, C]");
    var call = OpCall.of("expectation", p);
    var mean = call.result(Shape.of(p.shape().dim(0)), Kind.PLAIN);
    call.kernels().moments(start, p.buffer(), mean.buffer(), null);
    return call.record(mean, g -> g.kernels().momentsBackward(start, g.saved(0), g.gradient(), null, g.gradientOf(0)), p);
  }

  /** {@code v_i = sum_j p_ij (a_j - m_i)^2}. */
  public static Tensor variance(Tensor p, double start) {
    Check.rank("variance", "input", p, 2, "[N, C]");
    var call = OpCall.of("variance", p);
    var shape = Shape.of(p.shape().dim(0));
    var mean = call.result(shape, Kind.PLAIN);
    var variance = call.result(shape, Kind.PLAIN);
    call.kernels().moments(start, p.buffer(), mean.buffer(), variance.buffer());
    mean.release();
    return call.record(variance, g -> g.kernels().momentsBackward(start, g.saved(0), null, g.gradient(), g.gradientOf(0)), p);
  }
}

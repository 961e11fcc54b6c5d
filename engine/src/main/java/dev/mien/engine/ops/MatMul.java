package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;

/** Matrix products. */
public final class MatMul {
  private MatMul() {}

  /** {@code [.., m, k] x [.., k, n] -> [.., m, n]}; rank 2, or rank 3 with equal batch. */
  public static Tensor matmul(Tensor a, Tensor b) {
    return matmul(a, b, false, false);
  }

  /** As {@link #matmul(Tensor, Tensor)} on the transposes of the last two axes where asked. */
  public static Tensor matmul(Tensor a, Tensor b, boolean transposeA, boolean transposeB) {
    int rank = a.shape().rank();
    Check.that((rank == 2 || rank == 3) && b.shape().rank() == rank,
        "[matmul] operands must both have rank 2 or both rank 3, got %s and %s", a.shape(), b.shape());
    int batch = rank == 3 ? a.shape().dim(0) : 1;
    Check.that(rank == 2 || b.shape().dim(0) == batch, "[matmul] batches differ: %s and %s", a.shape(), b.shape());
    int m = a.shape().dim(transposeA ? -1 : -2);
    int k = a.shape().dim(transposeA ? -2 : -1);
    int n = b.shape().dim(transposeB ? -2 : -1);
    int kb = b.shape().dim(transposeB ? -1 : -2);
    Check.that(k == kb, "[matmul] inner extents differ: %s%s has %d, %s%s has %d", a.shape(), transposeA ? "^T" : "", k,
        b.shape(), transposeB ? "^T" : "", kb);
    var call = OpCall.of("matmul", a, b);
    var y = call.result(rank == 3 ? Shape.of(batch, m, n) : Shape.of(m, n), Kind.PLAIN);
    call.kernels().gemm(Gemm.batched(batch, m, n, k, transposeA, transposeB, 0), a.buffer(), b.buffer(), y.buffer());
    return call.record(y, g -> {
      if (g.wants(0)) {
        // dA = dY B^T, or its transpose
        if (transposeA) {
          g.kernels().gemm(Gemm.batched(batch, k, m, n, transposeB, true, 0), g.saved(1), g.gradient(), g.gradientOf(0));
        } else {
          g.kernels().gemm(Gemm.batched(batch, m, k, n, false, !transposeB, 0), g.gradient(), g.saved(1), g.gradientOf(0));
        }
      }
      if (g.wants(1)) {
        if (transposeB) {
          g.kernels().gemm(Gemm.batched(batch, n, k, m, true, transposeA, 0), g.gradient(), g.saved(0), g.gradientOf(1));
        } else {
          g.kernels().gemm(Gemm.batched(batch, k, n, m, !transposeA, false, 0), g.saved(0), g.gradient(), g.gradientOf(1));
        }
      }
    }, a, b);
  }

  /** {@code y[N, out] = x[N, in] weight[out, in]^T + bias[out]}; bias may be null. */
  public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    Check.rank("linear", "input", x, 2, "[N, in]");
    Check.rank("linear", "weight", weight, 2, "[out, in]");
    int n = x.shape().dim(0);
    int in = x.shape().dim(1);
    int out = weight.shape().dim(0);
    Check.that(weight.shape().dim(1) == in,
        "[linear] input has %d features, weight expects %d: input %s, weight %s. Did the layer get the right inFeatures?", in,
        weight.shape().dim(1), x.shape(), weight.shape());
    Check.that(bias == null || bias.shape().equals(Shape.of(out)), "[linear] bias must have shape [%d], got %s", out,
        bias == null ? "" : bias.shape());
    var call = OpCall.of("linear", x, weight, bias);
    var y = call.result(Shape.of(n, out), Kind.PLAIN);
    call.kernels().linear(x.buffer(), weight.buffer(), bias == null ? null : bias.buffer(), y.buffer());
    return call.record(y, g -> {
      var gy = g.gradient();
      if (g.wants(0)) {
        g.kernels().gemm(Gemm.of(n, in, out, false, false, 0), gy, g.saved(1), g.gradientOf(0));
      }
      if (g.wants(1)) {
        g.kernels().gemm(Gemm.of(out, in, n, true, false, 0), gy, g.saved(0), g.gradientOf(1));
      }
      if (g.wants(2)) {
        g.kernels().sum(gy, g.kernels().view(g.gradientOf(2), 1, out), 1);
      }
    }, x, weight);
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Unary;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Elementwise functions. */
final class UnaryForward {
  /** Elements of a task: fixed, so that the cut depends on the shape alone. */
  static final int GRAIN = 1 << 14;

  private UnaryForward() {}

  static void run(SimdBackend backend, Unary f, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    backend.workers.ranges(y.padded(), GRAIN, (from, to) -> {
      if (needsScratch(f)) {
        try (var t = backend.scratch.lease(2 * VectorMath.PIECE)) {
          for (int i = from; i < to; i += VectorMath.PIECE) {
            heavy(f, x, y, i, Math.min(VectorMath.PIECE, to - i), t);
          }
        }
      } else {
        light(f, x.reals, x.offset + from, y.reals, y.offset + from, to - from);
      }
    });
    if (movesZero(f)) {
      Layout.clearPadding(y);
    }
  }

  private static boolean needsScratch(Unary f) {
    return f instanceof Unary.Sigmoid || f instanceof Unary.Tanh || f instanceof Unary.Gelu || f instanceof Unary.Silu;
  }

  /** Whether f(0) is not 0, so that padding lanes must be cleared. */
  private static boolean movesZero(Unary f) {
    return switch (f) {
      case Unary.Sigmoid s -> true;
      case Unary.Exp e -> true;
      case Unary.Log l -> true;
      case Unary.Affine a -> a.shift() != 0;
      case Unary.Clamp c -> c.low() > 0 || c.high() < 0;
      default -> false;
    };
  }

  private static void heavy(Unary f, SimdBuffer x, SimdBuffer y, int i, int n, Scratch.Lease t) {
    int xo = x.offset + i;
    int yo = y.offset + i;
    int second = t.offset + VectorMath.PIECE;
    switch (f) {
      case Unary.Sigmoid s -> {
        VectorMath.sigmoid(x.reals, xo, t.array, t.offset, n);
        System.arraycopy(t.array, t.offset, y.reals, yo, n);
      }
      case Unary.Tanh s -> VectorMath.tanh(x.reals, xo, t.array, t.offset, y.reals, yo, n);
      case Unary.Silu s -> {
        VectorMath.sigmoid(x.reals, xo, t.array, t.offset, n);
        multiply(x.reals, xo, t.array, t.offset, y.reals, yo, n);
      }
      default -> {
        VectorMath.normalTail(x.reals, xo, t.array, t.offset, t.array, second, n);
        gelu(x.reals, xo, t.array, second, y.reals, yo, n);
      }
    }
  }

  private static void multiply(float[] x, int xo, float[] t, int to, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).mul(FloatVector.fromArray(Lanes.F, t, to + i)).intoArray(y, yo + i);
    }
  }

  private static void gelu(float[] x, int xo, float[] tail, int to, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var q = FloatVector.fromArray(Lanes.F, tail, to + i);
      var phi = FloatVector.broadcast(Lanes.F, 1f).sub(q).blend(q, v.compare(VectorOperators.LT, 0f));
      v.mul(phi).intoArray(y, yo + i);
    }
  }

  private static void light(Unary f, float[] x, int xo, float[] y, int yo, int n) {
    switch (f) {
      case Unary.Relu r -> relu(x, xo, y, yo, n);
      case Unary.LeakyRelu r -> leaky(x, xo, y, yo, n, (float) r.slope());
      case Unary.Exp e -> VectorMath.exp(x, xo, y, yo, n, VectorMath.Line.EXP);
      case Unary.Log l -> VectorMath.log(x, xo, y, yo, n);
      case Unary.Sqrt s -> sqrt(x, xo, y, yo, n);
      case Unary.Square s -> multiply(x, xo, x, xo, y, yo, n);
      case Unary.Abs a -> abs(x, xo, y, yo, n);
      case Unary.Affine a -> affine(x, xo, y, yo, n, new VectorMath.Line((float) a.scale(), (float) a.shift(), 0f));
      case Unary.Clamp c -> clamp(x, xo, y, yo, n, new VectorMath.Line((float) c.high(), 0f, (float) c.low()));
      default -> throw new IllegalArgumentException("[unary] no kernel for " + f);
    }
  }

  private static void relu(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
    }
  }

  private static void leaky(float[] x, int xo, float[] y, int yo, int n, float slope) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      v.mul(slope).blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
    }
  }

  private static void sqrt(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).sqrt().intoArray(y, yo + i);
    }
  }

  private static void abs(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).abs().intoArray(y, yo + i);
    }
  }

  private static void affine(float[] x, int xo, float[] y, int yo, int n, VectorMath.Line line) {
    float scale = line.scale();
    float shift = line.shift();
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i)
          .fma(FloatVector.broadcast(Lanes.F, scale), FloatVector.broadcast(Lanes.F, shift)).intoArray(y, yo + i);
    }
  }

  private static void clamp(float[] x, int xo, float[] y, int yo, int n, VectorMath.Line ends) {
    float low = ends.low();
    float high = ends.scale();
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).max(low).min(high).intoArray(y, yo + i);
    }
  }
}

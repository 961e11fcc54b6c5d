package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Unary;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Gradients of the elementwise functions. */
final class UnaryBackward {
  private static final float INVERSE_SQRT_2PI = 0.398942280f;

  private UnaryBackward() {}

  /** The places of one piece. */
  private record Piece(float[] x, int xo, float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {}

  static void run(SimdBackend backend, Unary f, Buffer input, Buffer output, Buffer gradOutput, Buffer gradInput) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    boolean needsScratch = f instanceof Unary.Gelu || f instanceof Unary.Silu;
    int step = needsScratch ? VectorMath.PIECE : UnaryForward.GRAIN;
    backend.workers.ranges(gx.padded(), UnaryForward.GRAIN, (from, to) -> {
      try (var t = needsScratch ? backend.scratch.lease(2 * VectorMath.PIECE) : null) {
        for (int i = from; i < to; i += step) {
          var p = new Piece(x.reals, x.offset + i, y.reals, y.offset + i, gy.reals, gy.offset + i, gx.reals, gx.offset + i,
              Math.min(step, to - i));
          piece(f, p, t);
        }
      }
    });
    if (f instanceof Unary.Log || f instanceof Unary.Sqrt) {
      Layout.clearPadding(gx); // 0 / 0
    }
  }

  private static void piece(Unary f, Piece p, Scratch.Lease t) {
    switch (f) {
      case Unary.Relu r -> leaky(p, 0f);
      case Unary.LeakyRelu r -> leaky(p, (float) r.slope());
      case Unary.Sigmoid s -> sigmoid(p);
      case Unary.Tanh s -> tanh(p);
      case Unary.Gelu g -> gelu(p, t);
      case Unary.Silu s -> silu(p, t);
      case Unary.Exp e -> exp(p);
      case Unary.Log l -> log(p);
      case Unary.Sqrt s -> sqrt(p);
      case Unary.Square s -> square(p);
      case Unary.Abs a -> abs(p);
      case Unary.Affine a -> scale(p, (float) a.scale());
      case Unary.Clamp c -> clamp(p, (float) c.low(), (float) c.high());
    }
  }

  private static void leaky(Piece p, float slope) {
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var w = FloatVector.fromArray(Lanes.F, g, go + i);
      w.mul(slope).blend(w, v.compare(VectorOperators.GT, 0f)).intoArray(out, oo + i);
    }
  }

  private static void sigmoid(Piece p) {
    float[] y = p.y;
    float[] g = p.g;
    float[] out = p.out;
    int yo = p.yo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, y, yo + i);
      var d = v.neg().fma(v, v);
      FloatVector.fromArray(Lanes.F, g, go + i).mul(d).intoArray(out, oo + i);
    }
  }

  private static void tanh(Piece p) {
    float[] y = p.y;
    float[] g = p.g;
    float[] out = p.out;
    int yo = p.yo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, y, yo + i);
      var d = v.neg().fma(v, FloatVector.broadcast(Lanes.F, 1f));
      FloatVector.fromArray(Lanes.F, g, go + i).mul(d).intoArray(out, oo + i);
    }
  }

  private static void gelu(Piece p, Scratch.Lease t) {
    int second = t.offset + VectorMath.PIECE;
    VectorMath.normalTail(p.x, p.xo, t.array, t.offset, t.array, second, p.n);
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var density = FloatVector.fromArray(Lanes.F, t.array, t.offset + i).mul(INVERSE_SQRT_2PI);
      var q = FloatVector.fromArray(Lanes.F, t.array, second + i);
      var phi = FloatVector.broadcast(Lanes.F, 1f).sub(q).blend(q, v.compare(VectorOperators.LT, 0f));
      FloatVector.fromArray(Lanes.F, g, go + i).mul(v.fma(density, phi)).intoArray(out, oo + i);
    }
  }

  private static void silu(Piece p, Scratch.Lease t) {
    VectorMath.sigmoid(p.x, p.xo, t.array, t.offset, p.n);
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var s = FloatVector.fromArray(Lanes.F, t.array, t.offset + i);
      var d = v.mul(FloatVector.broadcast(Lanes.F, 1f).sub(s)).fma(s, s);
      FloatVector.fromArray(Lanes.F, g, go + i).mul(d).intoArray(out, oo + i);
    }
  }

  private static void exp(Piece p) {
    float[] y = p.y;
    float[] g = p.g;
    float[] out = p.out;
    int yo = p.yo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, g, go + i).mul(FloatVector.fromArray(Lanes.F, y, yo + i)).intoArray(out, oo + i);
    }
  }

  private static void log(Piece p) {
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, g, go + i).div(FloatVector.fromArray(Lanes.F, x, xo + i)).intoArray(out, oo + i);
    }
  }

  private static void sqrt(Piece p) {
    float[] y = p.y;
    float[] g = p.g;
    float[] out = p.out;
    int yo = p.yo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var d = FloatVector.broadcast(Lanes.F, 0.5f).div(FloatVector.fromArray(Lanes.F, y, yo + i));
      FloatVector.fromArray(Lanes.F, g, go + i).mul(d).intoArray(out, oo + i);
    }
  }

  private static void square(Piece p) {
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, g, go + i).mul(2f).mul(FloatVector.fromArray(Lanes.F, x, xo + i)).intoArray(out, oo + i);
    }
  }

  private static void abs(Piece p) {
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var w = FloatVector.fromArray(Lanes.F, g, go + i);
      w.blend(w.neg(), v.compare(VectorOperators.LT, 0f)).blend(w.mul(0f), v.compare(VectorOperators.EQ, 0f))
          .intoArray(out, oo + i);
    }
  }

  private static void scale(Piece p, float scale) {
    float[] g = p.g;
    float[] out = p.out;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, g, go + i).mul(scale).intoArray(out, oo + i);
    }
  }

  private static void clamp(Piece p, float low, float high) {
    float[] x = p.x;
    float[] g = p.g;
    float[] out = p.out;
    int xo = p.xo;
    int go = p.go;
    int oo = p.oo;
    for (int i = 0, n = p.n; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var inside = v.compare(VectorOperators.GE, low).and(v.compare(VectorOperators.LE, high));
      var w = FloatVector.fromArray(Lanes.F, g, go + i);
      w.mul(0f).blend(w, inside).intoArray(out, oo + i); // times 0: what is not finite stays visible
    }
  }
}

package dev.mien.kernels.simd;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The transcendental functions over pieces of arrays, from fma, mul, add and bit operations only, so their bits are those of the
 * Java language. There is one copy of each: kernels run them over pieces that stay in L1, since vector-valued helpers fall off a
 * cliff of 80x.
 */
final class VectorMath {
  /** Elements of a piece: x, y and two temporaries fit in L1. */
  static final int PIECE = 1024;

  /** Below this the exponential of a float is zero. */
  static final float EXP_ZERO = -104f;

  private static final float LOG2E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  /** 1.5 * 2^23: adding it rounds to an integer that stands in the low bits. */
  private static final float ROUND = 12582912f;
  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  private VectorMath() {}

  /**
   * {@code y = e^(a x + b)}, 0 where the exponent is below {@code low}; n is a multiple of 16; y may be x. Cephes' expf: within 2
   * units in the last place. {@code low} of -80 keeps subnormal numbers, which are slow, out of softmax.
   */
  static void exp(float[] x, int xo, float[] y, int yo, int n, Line line) {
    float a = line.scale();
    float b = line.shift();
    float low = line.low();
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i).fma(FloatVector.broadcast(Lanes.F, a), FloatVector.broadcast(Lanes.F, b));
      // not min and max: below 512 bits each of those costs five instructions
      var u = v.blend(89f, v.compare(VectorOperators.GT, 89f)).blend(EXP_ZERO - 1, v.compare(VectorOperators.LT, EXP_ZERO - 1));
      var k = u.fma(FloatVector.broadcast(Lanes.F, LOG2E), FloatVector.broadcast(Lanes.F, ROUND));
      var e = k.reinterpretAsInts().sub(ROUND_BITS);
      var f = k.sub(ROUND);
      var r = f.fma(FloatVector.broadcast(Lanes.F, -LN2_HIGH), u);
      r = f.fma(FloatVector.broadcast(Lanes.F, -LN2_LOW), r);
      var p = FloatVector.broadcast(Lanes.F, 1.9875691500e-4f)
          .fma(r, FloatVector.broadcast(Lanes.F, 1.3981999507e-3f))
          .fma(r, FloatVector.broadcast(Lanes.F, 8.3334519073e-3f))
          .fma(r, FloatVector.broadcast(Lanes.F, 4.1665795894e-2f))
          .fma(r, FloatVector.broadcast(Lanes.F, 1.6666665459e-1f))
          .fma(r, FloatVector.broadcast(Lanes.F, 5.0000001201e-1f));
      p = p.fma(r.mul(r), r).add(1f);
      var half = e.lanewise(ASHR, 1); // two factors: their product reaches infinity and the subnormal numbers
      var s1 = half.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
      var s2 = e.sub(half).add(127).lanewise(LSHL, 23).reinterpretAsFloats();
      p.mul(s1).mul(s2).blend(0f, v.compare(VectorOperators.LT, low)).intoArray(y, yo + i);
    }
  }

  /** The exponent {@code scale * x + shift} of {@link #exp} and where it is cut. */
  record Line(float scale, float shift, float low) {
    static final Line EXP = new Line(1f, 0f, EXP_ZERO);
    static final Line TWICE = new Line(2f, 0f, EXP_ZERO);
    static final Line HALF_NEGATIVE = new Line(-0.5f, 0f, EXP_ZERO);
  }

  /**
   * {@link #exp} for exponents of at most 88 and a {@code low} of at least -87, where one factor is enough: the same bits in two
   * thirds of the time.
   */
  static void expNormal(float[] x, int xo, float[] y, int yo, int n, Line line) {
    float a = line.scale();
    float b = line.shift();
    float low = line.low();
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i).fma(FloatVector.broadcast(Lanes.F, a), FloatVector.broadcast(Lanes.F, b));
      var k = v.fma(FloatVector.broadcast(Lanes.F, LOG2E), FloatVector.broadcast(Lanes.F, ROUND));
      var f = k.sub(ROUND);
      var r = f.fma(FloatVector.broadcast(Lanes.F, -LN2_HIGH), v);
      r = f.fma(FloatVector.broadcast(Lanes.F, -LN2_LOW), r);
      var p = FloatVector.broadcast(Lanes.F, 1.9875691500e-4f)
          .fma(r, FloatVector.broadcast(Lanes.F, 1.3981999507e-3f))
          .fma(r, FloatVector.broadcast(Lanes.F, 8.3334519073e-3f))
          .fma(r, FloatVector.broadcast(Lanes.F, 4.1665795894e-2f))
          .fma(r, FloatVector.broadcast(Lanes.F, 1.6666665459e-1f))
          .fma(r, FloatVector.broadcast(Lanes.F, 5.0000001201e-1f));
      p = p.fma(r.mul(r), r).add(1f);
      // the shift drops all of the rounding constant's own bits
      var power = k.reinterpretAsInts().add(127).lanewise(LSHL, 23).reinterpretAsFloats();
      p.mul(power).blend(0f, v.compare(VectorOperators.LT, low)).intoArray(y, yo + i);
    }
  }

  /** Natural logarithm, Cephes' logf, subnormal arguments included; n is a multiple of 16; y may be x. */
  static void log(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var tiny = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      var w = v.blend(v.mul(0x1p23f), tiny);
      var bits = w.reinterpretAsInts();
      // mantissa in [sqrt(1/2), sqrt(2)), exponent to go with it
      var shifted = bits.sub(0x3f3504f3);
      var e = shifted.lanewise(ASHR, 23);
      var m = bits.sub(e.lanewise(LSHL, 23)).reinterpretAsFloats().sub(1f);
      // small integers become floats by the rounding constant: exact
      var k = e.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      k = k.blend(k.sub(23f), tiny);
      var z = m.mul(m);
      var p = FloatVector.broadcast(Lanes.F, 7.0376836292e-2f)
          .fma(m, FloatVector.broadcast(Lanes.F, -1.1514610310e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, 1.1676998740e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, -1.2420140846e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, 1.4249322787e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, -1.6668057665e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, 2.0000714765e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, -2.4999993993e-1f))
          .fma(m, FloatVector.broadcast(Lanes.F, 3.3333331174e-1f));
      p = p.mul(m).mul(z);
      p = k.fma(FloatVector.broadcast(Lanes.F, LN2_LOW), p);
      p = z.fma(FloatVector.broadcast(Lanes.F, -0.5f), p);
      p = k.fma(FloatVector.broadcast(Lanes.F, LN2_HIGH), m.add(p));
      p = p.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f));
      p = p.blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      p = p.blend(Float.NaN, v.compare(VectorOperators.LT, 0f));
      p.blend(v, v.compare(VectorOperators.NE, v)).intoArray(y, yo + i);
    }
  }

  /** {@code y = -|x|} */
  static void negativeAbs(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).abs().neg().intoArray(y, yo + i);
    }
  }

  /** {@code t = 1 / (1 + e^-x)} for x of a piece, t another array or place. */
  static void sigmoid(float[] x, int xo, float[] t, int to, int n) {
    negativeAbs(x, xo, t, to, n);
    exp(t, to, t, to, n, Line.EXP);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var e = FloatVector.fromArray(Lanes.F, t, to + i);
      var top = FloatVector.broadcast(Lanes.F, 1f).blend(e, v.compare(VectorOperators.LT, 0f));
      top.div(e.add(1f)).intoArray(t, to + i);
    }
  }

  /**
   * {@code t = Phi(-|x|)}, the normal distribution's tail, as {@code e^(-x^2/2) Q(1 / (1 + 0.3 |x|))}: Q is a polynomial of
   * degree 9 fitted to erfcx, relative error 4e-8 up to 14.6, where the tail has left the floats. {@code e} takes
   * {@code e^(-x^2/2)}.
   */
  static void normalTail(float[] x, int xo, float[] e, int eo, float[] t, int to, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i).abs().min(15f);
      v.mul(v).intoArray(e, eo + i);
    }
    exp(e, eo, e, eo, n, Line.HALF_NEGATIVE);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i).abs().min(15f);
      var square = v.mul(v);
      var rest = v.fma(v, square.neg()); // what rounding the square lost
      var w = FloatVector.fromArray(Lanes.F, e, eo + i);
      w = w.mul(-0.5f).fma(rest, w);
      var s = FloatVector.broadcast(Lanes.F, 1f)
          .div(v.fma(FloatVector.broadcast(Lanes.F, 0.3f), FloatVector.broadcast(Lanes.F, 1f)));
      var q = FloatVector.broadcast(Lanes.F, -0.00370598491f)
          .fma(s, FloatVector.broadcast(Lanes.F, 0.0575910583f))
          .fma(s, FloatVector.broadcast(Lanes.F, -0.212083533f))
          .fma(s, FloatVector.broadcast(Lanes.F, 0.282738715f))
          .fma(s, FloatVector.broadcast(Lanes.F, -0.118757389f))
          .fma(s, FloatVector.broadcast(Lanes.F, 0.16370742f))
          .fma(s, FloatVector.broadcast(Lanes.F, 0.0878946781f))
          .fma(s, FloatVector.broadcast(Lanes.F, 0.123261057f))
          .fma(s, FloatVector.broadcast(Lanes.F, 0.119339898f))
          .fma(s, FloatVector.broadcast(Lanes.F, 1.4094524e-05f));
      w.intoArray(e, eo + i);
      w.mul(q).intoArray(t, to + i);
    }
  }

  /** Hyperbolic tangent; {@code t} is a temporary; y may be x. Cephes' tanhf. */
  static void tanh(float[] x, int xo, float[] t, int to, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).abs().intoArray(t, to + i);
    }
    exp(t, to, t, to, n, Line.TWICE);
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, x, xo + i);
      var far = FloatVector.fromArray(Lanes.F, t, to + i).add(1f);
      far = FloatVector.broadcast(Lanes.F, 1f).sub(FloatVector.broadcast(Lanes.F, 2f).div(far));
      var sign = v.reinterpretAsInts().lanewise(AND, 0x80000000);
      far = far.reinterpretAsInts().or(sign).reinterpretAsFloats();
      var z = v.mul(v);
      var p = FloatVector.broadcast(Lanes.F, -5.70498872745e-3f)
          .fma(z, FloatVector.broadcast(Lanes.F, 2.06390887954e-2f))
          .fma(z, FloatVector.broadcast(Lanes.F, -5.37397155531e-2f))
          .fma(z, FloatVector.broadcast(Lanes.F, 1.33314422036e-1f))
          .fma(z, FloatVector.broadcast(Lanes.F, -3.33332819422e-1f));
      p = p.mul(z).fma(v, v);
      far.blend(p, v.abs().compare(VectorOperators.LT, 0.625f)).intoArray(y, yo + i);
    }
  }
}

package dev.mien.engine.random;

import dev.mien.kernels.CounterRandom;

/**
 * Many normal numbers at once: the floats nearest to {@code deviation * rng.gaussian(i)}, bit for bit, several times
 * faster. Logarithm and cosine come from short series; where their error could change how the result rounds, the slow way decides.
 */
public final class Normals {
  private static final double HALF = 0x1p-53;
  /** Bounds the error of the series and of the slow way, relative to the radius: both are below 2e-13. */
  private static final double ERROR = 1e-12;
  private static final long HALF_SQRT2_BITS = 0x3FE6A09E667F3BCDL;
  private static final double LN2 = 0.6931471805599453;
  private static final double TURN = 6.283185307179586;
  private static final double S3 = -1 / 6.0;
  private static final double S5 = -S3 / 20;
  private static final double S7 = -S5 / 42;
  private static final double S9 = -S7 / 72;
  private static final double S11 = -S9 / 110;
  private static final double S13 = -S11 / 156;
  private static final double S15 = -S13 / 210;
  private static final double S17 = -S15 / 272;

  private Normals() {}

  /** {@code (float) (deviation * rng.gaussian(i))} for i in [0, count). */
  public static float[] floats(Rng rng, double deviation, int count) {
    var values = new float[count];
    fill(rng, deviation, values);
    return values;
  }

  private static void fill(Rng rng, double deviation, float[] values) {
    long key = rng.key();
    for (int i = 0; i < values.length; i++) {
      double u = ((CounterRandom.bits(key, 2L * i) >>> 11) + 1) * HALF;
      double v = (CounterRandom.bits(key, 2L * i + 1) >>> 11) * HALF;
      double radius = deviation * Math.sqrt(-2 * log(u));
      double value = radius * cosineOfTurns(v);
      double error = Math.abs(radius) * ERROR;
      float low = (float) (value - error);
      // A radius of 0 leaves the sign open.
      values[i] = low == (float) (value + error) && radius != 0 ? low : (float) (deviation * rng.gaussian(i));
    }
  }

  /** Natural logarithm of a normal number: 2 artanh of (m - 1) / (m + 1), m the mantissa in [sqrt(1/2), sqrt(2)). */
  private static double log(double u) {
    long bits = Double.doubleToRawLongBits(u);
    long exponent = bits - HALF_SQRT2_BITS >> 52;
    double m = Double.longBitsToDouble(bits - (exponent << 52));
    double s = (m - 1) / (m + 1);
    double q = s * s;
    double series = 1 + q * (1 / 3.0 + q * (1 / 5.0 + q * (1 / 7.0 + q * (1 / 9.0 + q * (1 / 11.0 + q * (1 / 13.0 + q * (1 / 15.0)))))));
    return exponent * LN2 + 2 * s * series;
  }

  /** cos(2 pi v) for v in [0, 1): a sine of at most a quarter turn. */
  private static double cosineOfTurns(double v) {
    double x = TURN * (Math.abs(v - 0.5) - 0.25);
    double q = x * x;
    return x * (1 + q * (S3 + q * (S5 + q * (S7 + q * (S9 + q * (S11 + q * (S13 + q * (S15 + q * S17))))))));
  }
}

package dev.mien.kernels.reference;

/** The normal distribution in double. StrictMath below: the oracle gives the same bits on every machine. */
final class ReferenceMath {
  private static final double SERIES_LIMIT = 1.5;
  private static final int FRACTION_TERMS = 120;
  private static final double SQRT_PI = 1.7724538509055160273;
  private static final double SQRT_2PI = 2.5066282746310005024;
  private static final double SQRT_HALF = 0.70710678118654752440;

  private ReferenceMath() {}

  /** The error function: {@code 2/sqrt(pi) exp(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!}, all terms of one sign; A&amp;S 7.1.6. */
  static double erf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Math.abs(x) > SERIES_LIMIT) {
      return x > 0 ? 1 - tail(x) : tail(-x) - 1;
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-55; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / SQRT_PI * expOfMinusSquare(x) * sum;
  }

  /** {@code 1 - erf(x)} without cancellation where it is small. */
  static double erfc(double x) {
    return x > SERIES_LIMIT ? tail(x) : 1 - erf(x);
  }

  /** erfc for x above the series' limit: Laplace's continued fraction from the far end; A&amp;S 7.1.14. */
  private static double tail(double x) {
    if (x > 28) {
      return 0;
    }
    double fraction = x;
    for (int n = FRACTION_TERMS; n >= 1; n--) {
      fraction = x + 0.5 * n / fraction;
    }
    return expOfMinusSquare(x) / (SQRT_PI * fraction);
  }

  /** The rounding of x * x would cost x^2 units in the last place: it is put back to first order. */
  private static double expOfMinusSquare(double x) {
    double square = x * x;
    return StrictMath.exp(-square) * (1 - Math.fma(x, x, -square));
  }

  /** The standard normal distribution function. */
  static double normalCdf(double x) {
    return 0.5 * erfc(-x * SQRT_HALF);
  }

  /** The standard normal density. */
  static double normalDensity(double x) {
    return StrictMath.exp(-0.5 * x * x) / SQRT_2PI;
  }

  /** The logistic function; exp never overflows. */
  static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
  }
}

package dev.mien.training.synthetic;

/** The few functions that every feature is drawn with; only exactly rounded arithmetic, so the same bits everywhere. */
final class Curves {
  private Curves() {}

  /** 0 before {@code from}, 1 after {@code to}, smooth between (either order). */
  static double ramp(double value, double from, double to) {
    double t = Math.clamp((value - from) / (to - from), 0, 1);
    return t * t * (3 - 2 * t);
  }

  static double mix(double a, double b, double share) {
    return a + (b - a) * share;
  }

  /** A hill of height 1 at 0 that ends at |t| = 1: (1 - t²)². */
  static double hill(double t) {
    double q = 1 - t * t;
    return q <= 0 ? 0 : q * q;
  }

  /** The upper half of a circle: sqrt(1 - t²), 0 outside. */
  static double arc(double t) {
    double q = 1 - t * t;
    return q <= 0 ? 0 : Math.sqrt(q);
  }

  static double square(double t) {
    return t * t;
  }
}

package dev.mien.kernels.reference;

import dev.mien.kernels.Backend;

/** Ceilings of one thread in scalar double: what plain loops could reach, not what the machine can. */
final class ReferenceCalibration {
  private static final int CHUNK = 1 << 16;
  private static final int CHAINS = 8;
  private static final int COPY_BYTES = 64 << 20;

  private ReferenceCalibration() {}

  static Backend.Calibration measure(double seconds) {
    long budgetNanos = Math.max(1, (long) (seconds * 0.5e9));
    return new Backend.Calibration(multiplyAdd(budgetNanos), copy(budgetNanos));
  }

  private static double multiplyAdd(long budgetNanos) {
    double best = 0;
    double sink = 0;
    long start = System.nanoTime();
    do {
      long before = System.nanoTime();
      sink += chains(1 + 1e-9 * sink);
      best = Math.max(best, 2.0 * CHAINS * CHUNK / Math.max(1, System.nanoTime() - before));
    } while (System.nanoTime() - start < budgetNanos);
    // Always true, but the compiler cannot know: it keeps the chains alive.
    return sink == sink ? best : Double.NaN;
  }

  private static double chains(double seed) {
    double a = seed, b = seed + 1, c = seed + 2, d = seed + 3, e = seed + 4, f = seed + 5, g = seed + 6, h = seed + 7;
    for (int i = 0; i < CHUNK; i++) {
      a = Math.fma(a, 0.5, 1);
      b = Math.fma(b, 0.5, 1);
      c = Math.fma(c, 0.5, 1);
      d = Math.fma(d, 0.5, 1);
      e = Math.fma(e, 0.5, 1);
      f = Math.fma(f, 0.5, 1);
      g = Math.fma(g, 0.5, 1);
      h = Math.fma(h, 0.5, 1);
    }
    return a + b + c + d + e + f + g + h;
  }

  private static double copy(long budgetNanos) {
    double[] from = new double[COPY_BYTES / Double.BYTES];
    double[] to = new double[from.length];
    double best = 0;
    long start = System.nanoTime();
    do {
      long before = System.nanoTime();
      System.arraycopy(from, 0, to, 0, from.length);
      best = Math.max(best, 2.0 * COPY_BYTES / Math.max(1, System.nanoTime() - before));
    } while (System.nanoTime() - start < budgetNanos);
    return best;
  }
}

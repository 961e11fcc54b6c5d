package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;

/** Expectation and variance of a distribution over ordered classes, and their gradients; accumulated in double. */
final class Moments {
  private Moments() {}

  static void moments(SimdBackend backend, double start, Buffer distribution, Buffer means, Buffer variances) {
    var p = SimdBuffer.of(distribution);
    var mean = SimdBuffer.of(means);
    var variance = SimdBuffer.orNull(variances);
    int columns = p.dim(-1);
    backend.workers.ranges((int) mean.count(), RowTools.grain(columns), (from, to) -> {
      for (int row = from; row < to; row++) {
        int at = p.offset + row * columns;
        double m = mean(start, p.reals, at, columns);
        mean.reals[mean.offset + row] = (float) m;
        if (variance != null) {
          variance.reals[variance.offset + row] = (float) squares(start - m, p.reals, at, columns);
        }
      }
    });
  }

  /** Four chains, so that one addition does not wait for the one before. */
  private static double mean(double start, float[] p, int at, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      s0 = Math.fma(start + i, p[at + i], s0);
      s1 = Math.fma(start + i + 1, p[at + i + 1], s1);
      s2 = Math.fma(start + i + 2, p[at + i + 2], s2);
      s3 = Math.fma(start + i + 3, p[at + i + 3], s3);
    }
    for (; i < n; i++) {
      s0 = Math.fma(start + i, p[at + i], s0);
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double squares(double start, float[] p, int at, int n) {
    double s0 = 0;
    double s1 = 0;
    int i = 0;
    for (; i < n - 1; i += 2) {
      s0 = Math.fma((start + i) * (start + i), p[at + i], s0);
      s1 = Math.fma((start + i + 1) * (start + i + 1), p[at + i + 1], s1);
    }
    if (i < n) {
      s0 = Math.fma((start + i) * (start + i), p[at + i], s0);
    }
    return s0 + s1;
  }

  static void momentsBackward(SimdBackend backend, double start, Buffer distribution, Buffer gradMean, Buffer gradVariance,
      Buffer gradDistribution) {
    var p = SimdBuffer.of(distribution);
    var gMean = SimdBuffer.orNull(gradMean);
    var gVariance = SimdBuffer.orNull(gradVariance);
    var gp = SimdBuffer.of(gradDistribution);
    int columns = p.dim(-1);
    int rows = columns == 0 ? 0 : (int) (p.count() / columns);
    backend.workers.ranges(rows, RowTools.grain(columns), (from, to) -> {
      for (int row = from; row < to; row++) {
        int at = p.offset + row * columns;
        double g = gMean == null ? 0 : gMean.reals[gMean.offset + row];
        double gv = gVariance == null ? 0 : gVariance.reals[gVariance.offset + row];
        double mean = mean(start, p.reals, at, columns);
        double excess = 2 * (total(p.reals, at, columns) - 1) * mean;
        int out = gp.offset + row * columns;
        for (int j = 0; j < columns; j++) {
          double a = start + j;
          double d = a - mean;
          gp.reals[out + j] = (float) (g * a + gv * (d * d + excess * a));
        }
      }
    });
  }

  private static double total(float[] p, int at, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += p[at + i];
    }
    return sum;
  }
}

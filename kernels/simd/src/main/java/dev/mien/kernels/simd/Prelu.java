package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Leaky ReLU with a slope for each channel. */
final class Prelu {
  private static final int SEGMENT = 64;

  private Prelu() {}

  static void forward(SimdBackend backend, Buffer input, Buffer slopes, Buffer output) {
    var x = SimdBuffer.of(input);
    var slope = SimdBuffer.of(slopes);
    var y = SimdBuffer.of(output);
    apply(backend, x, slope, x, y);
  }

  static void backward(SimdBackend backend, Buffer input, Buffer slopes, Buffer gradOutput, Buffer gradInput, Buffer gradSlope) {
    var x = SimdBuffer.of(input);
    var slope = SimdBuffer.of(slopes);
    var gy = SimdBuffer.of(gradOutput);
    if (gradSlope != null) {
      slopeGradient(backend, x, gy, SimdBuffer.of(gradSlope)); // before gx, which may be gy
    }
    if (gradInput != null) {
      apply(backend, x, slope, gy, SimdBuffer.of(gradInput));
    }
  }

  /** {@code y = x > 0 ? v : slope v}: forward with v = x, backward with v = gy. */
  private static void apply(SimdBackend backend, SimdBuffer x, SimdBuffer slope, SimdBuffer v, SimdBuffer y) {
    boolean shared = slope.count() == 1;
    if (y.blocked()) {
      int length = y.plane() * Lanes.BLOCK;
      backend.workers.run(y.dim(0) * y.channelBlocks(), u -> {
        try (var t = backend.scratch.lease(Lanes.BLOCK)) {
          blockSlopes(slope, u % y.channelBlocks(), t);
          int at = u * length;
          blocks(x.reals, x.offset + at, v.reals, v.offset + at, y.reals, y.offset + at, length, t);
        }
      });
      return;
    }
    int channels = shared ? 1 : y.dim(1);
    int pixels = shared ? (int) y.count() : rest(y);
    int rows = shared ? 1 : y.dim(0) * channels;
    if (pixels > 1 || shared) {
      backend.workers.ranges(rows, Math.max(1, UnaryForward.GRAIN / Math.max(1, pixels)), (from, to) -> {
        for (int r = from; r < to; r++) {
          run(x.reals, x.offset + r * pixels, v.reals, v.offset + r * pixels, y.reals, y.offset + r * pixels, pixels,
              slope.reals[slope.offset + r % channels]);
        }
      });
    } else {
      backend.workers.ranges(y.dim(0), Math.max(1, UnaryForward.GRAIN / Math.max(1, channels)), (from, to) -> {
        for (int r = from; r < to; r++) {
          columns(x.reals, x.offset + r * channels, v.reals, v.offset + r * channels, y.reals, y.offset + r * channels, channels,
              slope);
        }
      });
    }
  }

  private static int rest(SimdBuffer b) {
    int pixels = 1;
    for (int i = 2; i < b.rank(); i++) {
      pixels *= b.dim(i);
    }
    return pixels;
  }

  /** The slopes of 16 channels, 0 in padding lanes. */
  private static void blockSlopes(SimdBuffer slope, int block, Scratch.Lease t) {
    int first = block * Lanes.BLOCK;
    for (int k = 0; k < Lanes.BLOCK; k++) {
      int c = slope.count() == 1 ? 0 : first + k;
      t.array[t.offset + k] = c < slope.count() ? slope.reals[slope.offset + c] : 0f;
    }
  }

  private static void blocks(float[] x, int xo, float[] v, int vo, float[] y, int yo, int n, Scratch.Lease slopes) {
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var s = FloatVector.fromArray(Lanes.F, slopes.array, slopes.offset + g);
      for (int i = g; i < n; i += Lanes.BLOCK) {
        var w = FloatVector.fromArray(Lanes.F, v, vo + i);
        var positive = FloatVector.fromArray(Lanes.F, x, xo + i).compare(VectorOperators.GT, 0f);
        w.mul(s).blend(w, positive).intoArray(y, yo + i);
      }
    }
  }

  private static void run(float[] x, int xo, float[] v, int vo, float[] y, int yo, int n, float slope) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      var w = FloatVector.fromArray(Lanes.F, v, vo + i);
      var positive = FloatVector.fromArray(Lanes.F, x, xo + i).compare(VectorOperators.GT, 0f);
      w.mul(slope).blend(w, positive).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = x[xo + i] > 0 ? v[vo + i] : slope * v[vo + i];
    }
  }

  private static void columns(float[] x, int xo, float[] v, int vo, float[] y, int yo, int n, SimdBuffer slope) {
    float[] slopes = slope.reals;
    int so = slope.offset;
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      var w = FloatVector.fromArray(Lanes.F, v, vo + i);
      var positive = FloatVector.fromArray(Lanes.F, x, xo + i).compare(VectorOperators.GT, 0f);
      w.mul(FloatVector.fromArray(Lanes.F, slopes, so + i)).blend(w, positive).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = x[xo + i] > 0 ? v[vo + i] : slopes[so + i] * v[vo + i];
    }
  }

  private static void slopeGradient(SimdBackend backend, SimdBuffer x, SimdBuffer gy, SimdBuffer gSlope) {
    boolean shared = gSlope.count() == 1;
    int channels = x.rank() < 2 ? 1 : x.dim(1);
    double[] sums = new double[(channels + Lanes.BLOCK - 1) / Lanes.BLOCK * Lanes.BLOCK];
    if (x.blocked()) {
      backend.workers.run(x.channelBlocks(), cb -> blockGradient(backend, x, gy, cb, sums));
    } else {
      int images = x.rank() < 2 ? 1 : x.dim(0);
      int pixels = x.rank() < 2 ? (int) x.count() : rest(x);
      backend.workers.ranges(channels, Lanes.BLOCK, (from, to) -> {
        for (int n = 0; n < images; n++) {
          for (int c = from; c < to; c++) {
            sums[c] += plainGradient(x, gy, (n * channels + c) * pixels, pixels);
          }
        }
      });
    }
    double total = 0;
    for (int c = 0; c < channels; c++) {
      total += sums[c];
      if (!shared) {
        gSlope.reals[gSlope.offset + c] = (float) sums[c];
      }
    }
    if (shared) {
      gSlope.reals[gSlope.offset] = (float) total;
    }
  }

  private static double plainGradient(SimdBuffer x, SimdBuffer gy, int at, int n) {
    double sum = 0;
    for (int i = at; i < at + n; i++) {
      float v = x.reals[x.offset + i];
      sum += v > 0 ? 0.0 : (double) v * gy.reals[gy.offset + i];
    }
    return sum;
  }

  private static void blockGradient(SimdBackend backend, SimdBuffer x, SimdBuffer gy, int cb, double[] sums) {
    int plane = x.plane();
    try (var t = backend.scratch.lease(Lanes.BLOCK)) {
      for (int n = 0; n < x.dim(0); n++) {
        int base = (n * x.channelBlocks() + cb) * plane * Lanes.BLOCK;
        for (int p = 0; p < plane; p += SEGMENT) {
          int at = base + p * Lanes.BLOCK;
          int length = Math.min(SEGMENT, plane - p) * Lanes.BLOCK;
          segment(x.reals, x.offset + at, gy.reals, gy.offset + at, length, t.array, t.offset);
          for (int k = 0; k < Lanes.BLOCK; k++) {
            sums[cb * Lanes.BLOCK + k] += t.array[t.offset + k];
          }
        }
      }
    }
    Arrays.fill(sums, Math.min(x.dim(1), (cb + 1) * Lanes.BLOCK), (cb + 1) * Lanes.BLOCK, 0.0);
  }

  private static void segment(float[] x, int xo, float[] gy, int go, int n, float[] t, int to) {
    for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
      var sum = FloatVector.zero(Lanes.F);
      for (int i = g; i < n; i += Lanes.BLOCK) {
        var v = FloatVector.fromArray(Lanes.F, x, xo + i);
        var w = v.blend(0f, v.compare(VectorOperators.GT, 0f));
        sum = w.fma(FloatVector.fromArray(Lanes.F, gy, go + i), sum);
      }
      sum.intoArray(t, to + g);
    }
  }
}

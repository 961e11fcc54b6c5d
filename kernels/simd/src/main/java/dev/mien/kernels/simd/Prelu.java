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
    var gx = SimdBuffer.orNull(gradInput);
    if (x.blocked() && gradSlope != null) {
      blockBackward(backend, new SimdBuffer[] {x, slope, gy, gx}, SimdBuffer.of(gradSlope));
      return;
    }
    if (gradSlope != null) {
      slopeGradient(backend, x, gy, SimdBuffer.of(gradSlope)); // before gx, which may be gy
    }
    if (gx != null) {
      apply(backend, x, slope, gy, gx);
    }
  }

  /** {@code y = x > 0 ? v : slope v}: forward with v = x, backward with v = gy. */
  private static void apply(SimdBackend backend, SimdBuffer x, SimdBuffer slope, SimdBuffer v, SimdBuffer y) {
    boolean shared = slope.count() == 1;
    if (y.blocked()) {
      int length = y.plane() * Lanes.BLOCK;
      try (var t = blockSlopes(backend, y, slope)) {
        int grain = Math.max(1, UnaryForward.GRAIN / Math.max(1, length));
        backend.workers.ranges(y.dim(0) * y.channelBlocks(), grain, (from, to) -> {
          for (int u = from; u < to; u++) {
            int at = u * length;
            blocks(x.reals, x.offset + at, v.reals, v.offset + at, y.reals, y.offset + at, length, t.array,
                t.offset + u % y.channelBlocks() * Lanes.BLOCK);
          }
        });
      }
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

  /** The slope of each lane, 0 in padding lanes. */
  private static Scratch.Lease blockSlopes(SimdBackend backend, SimdBuffer y, SimdBuffer slope) {
    int lanes = y.channelBlocks() * Lanes.BLOCK;
    var t = backend.scratch.lease(lanes);
    for (int c = 0; c < lanes; c++) {
      t.array[t.offset + c] = c < y.dim(1) ? slope.reals[slope.offset + (slope.count() == 1 ? 0 : c)] : 0f;
    }
    return t;
  }

  /** Two vectors a step, as in {@link BatchNormForward}. */
  private static void blocks(float[] x, int xo, float[] v, int vo, float[] y, int yo, int n, float[] slopes, int so) {
    for (int g = 0; g < Lanes.BLOCK; g += 2 * Lanes.COUNT) {
      var slope0 = FloatVector.fromArray(Lanes.F, slopes, so + g);
      var slope1 = FloatVector.fromArray(Lanes.F, slopes, so + g + BatchNormForward.SECOND);
      int i = g;
      for (int end = n - Lanes.COUNT; i < end; i += BatchNormForward.STEP) {
        var w0 = FloatVector.fromArray(Lanes.F, v, vo + i);
        var w1 = FloatVector.fromArray(Lanes.F, v, vo + i + Lanes.COUNT);
        var positive0 = FloatVector.fromArray(Lanes.F, x, xo + i).compare(VectorOperators.GT, 0f);
        var positive1 = FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).compare(VectorOperators.GT, 0f);
        w0.mul(slope0).blend(w0, positive0).intoArray(y, yo + i);
        w1.mul(slope1).blend(w1, positive1).intoArray(y, yo + i + Lanes.COUNT);
      }
      if (i < n) {
        var w0 = FloatVector.fromArray(Lanes.F, v, vo + i);
        w0.mul(slope0).blend(w0, FloatVector.fromArray(Lanes.F, x, xo + i).compare(VectorOperators.GT, 0f)).intoArray(y, yo + i);
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
    int channels = x.rank() < 2 ? 1 : x.dim(1);
    double[] sums = new double[channels];
    int images = x.rank() < 2 ? 1 : x.dim(0);
    int pixels = x.rank() < 2 ? (int) x.count() : rest(x);
    backend.workers.ranges(channels, Lanes.BLOCK, (from, to) -> {
      for (int n = 0; n < images; n++) {
        for (int c = from; c < to; c++) {
          sums[c] += plainGradient(x, gy, (n * channels + c) * pixels, pixels);
        }
      }
    });
    store(sums, channels, gSlope);
  }

  private static void store(double[] sums, int channels, SimdBuffer gSlope) {
    double total = 0;
    for (int c = 0; c < channels; c++) {
      total += sums[c];
      if (gSlope.count() > 1) {
        gSlope.reals[gSlope.offset + c] = (float) sums[c];
      }
    }
    if (gSlope.count() == 1) {
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

  /** Both gradients in one pass: a plane is summed and then, while it is in the cache, multiplied. Operands x, slope, gy, gx. */
  private static void blockBackward(SimdBackend backend, SimdBuffer[] operands, SimdBuffer gSlope) {
    var x = operands[0];
    var gy = operands[2];
    var gx = operands[3];
    int lanes = x.channelBlocks() * Lanes.BLOCK;
    int length = x.plane() * Lanes.BLOCK;
    int planes = x.dim(0) * x.channelBlocks();
    double[] sums = new double[lanes];
    try (var slopes = blockSlopes(backend, x, operands[1]); var t = backend.scratch.lease(planes * Lanes.BLOCK);
        var parts = backend.scratch.leaseDoubles(planes * Lanes.BLOCK)) {
      backend.workers.ranges(planes, Math.max(1, UnaryForward.GRAIN / Math.max(1, length)), (from, to) -> {
        for (int u = from; u < to; u++) {
          int at = u * length;
          planeGradient(x, gy, at, length, t, parts, u * Lanes.BLOCK);
          if (gx != null) {
            blocks(x.reals, x.offset + at, gy.reals, gy.offset + at, gx.reals, gx.offset + at, length, slopes.array,
                slopes.offset + u % x.channelBlocks() * Lanes.BLOCK);
          }
        }
      });
      for (int i = 0; i < planes * Lanes.BLOCK; i++) {
        sums[i % lanes] += parts.array[parts.offset + i];
      }
    }
    store(sums, x.dim(1), gSlope);
  }

  private static void planeGradient(SimdBuffer x, SimdBuffer gy, int at, int length, Scratch.Lease t, Scratch.DoubleLease parts,
      int to) {
    Arrays.fill(parts.array, parts.offset + to, parts.offset + to + Lanes.BLOCK, 0.0);
    for (int p = 0; p < length; p += SEGMENT * Lanes.BLOCK) {
      int n = Math.min(SEGMENT * Lanes.BLOCK, length - p);
      segment(x.reals, x.offset + at + p, gy.reals, gy.offset + at + p, n, t.array, t.offset + to);
      NormShape.add(t.array, t.offset + to, parts.array, parts.offset + to, Lanes.BLOCK);
    }
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

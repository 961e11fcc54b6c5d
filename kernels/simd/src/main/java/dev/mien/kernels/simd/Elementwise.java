package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.CounterRandom;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Linear combination, dropout, and bytes to reals. */
final class Elementwise {
  /** Pixels whose 16 channels fit in 4 KiB. */
  private static final int TILE = 64;

  private Elementwise() {}

  static void axpby(SimdBackend backend, double alpha, Buffer input, double beta, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    float a = (float) alpha;
    float b = (float) beta;
    backend.workers.ranges(y.padded(), UnaryForward.GRAIN, (from, to) -> {
      if (b == 0) {
        scaled(a, x.reals, x.offset + from, y.reals, y.offset + from, to - from);
      } else {
        combined(a, x.reals, x.offset + from, b, y.reals, y.offset + from, to - from);
      }
    });
  }

  private static void scaled(float a, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).mul(a).intoArray(y, yo + i);
    }
  }

  private static void combined(float a, float[] x, int xo, float b, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i)
          .fma(FloatVector.broadcast(Lanes.F, a), FloatVector.fromArray(Lanes.F, y, yo + i).mul(b)).intoArray(y, yo + i);
    }
  }

  static void dropout(SimdBackend backend, double p, long key, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    // uniform(key, i) = k / 2^24 < p, asked of the integers
    var rule = new Dropout(key, (long) Math.ceil(p * 0x1p24), (float) (1 / (1 - p)));
    if (!y.blocked()) {
      backend.workers.ranges(y.physical, UnaryForward.GRAIN,
          (from, to) -> rule.run(x.reals, x.offset + from, y.reals, y.offset + from, new int[] {to - from, 1}, from));
      return;
    }
    int plane = y.plane();
    int tiles = (plane + TILE - 1) / TILE;
    backend.workers.ranges(y.dim(0) * y.channelBlocks() * tiles, 16, (from, to) -> {
      for (int u = from; u < to; u++) {
        int block = u / tiles;
        int p0 = u % tiles * TILE;
        int c0 = block % y.channelBlocks() * Lanes.BLOCK;
        int live = Math.min(Lanes.BLOCK, y.dim(1) - c0);
        int at = (block * plane + p0) * Lanes.BLOCK;
        long first = ((long) (block / y.channelBlocks()) * y.dim(1) + c0) * plane + p0;
        int[] run = {Math.min(TILE, plane - p0), Lanes.BLOCK};
        for (int k = 0; k < live; k++) {
          rule.run(x.reals, x.offset + at + k, y.reals, y.offset + at + k, run, first + (long) k * plane);
        }
      }
    });
    Layout.clearPadding(y);
  }

  /** Elements whose 24 random bits are below the limit are dropped. */
  private record Dropout(long key, long limit, float scale) {
    /** {@code run[0]} elements {@code run[1]} apart, with logical indices from {@code first}. */
    void run(float[] x, int xo, float[] y, int yo, int[] run, long first) {
      int step = run[1];
      for (int i = 0, n = run[0]; i < n; i++) {
        long below = (CounterRandom.bits(key, first + i) >>> 40) - limit >> 63;
        float v = x[xo + i * step] * scale;
        y[yo + i * step] = Float.intBitsToFloat(Float.floatToRawIntBits(v) & (int) ~below);
      }
    }
  }

  static void normalizeBytes(SimdBackend backend, Buffer input, float[] mean, float[] deviation, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    int channels = y.dim(1);
    int plane = y.plane();
    float[] table = new float[channels * 256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) (((i & 255) / 255.0 - mean[i >> 8]) / deviation[i >> 8]);
    }
    backend.workers.run(y.dim(0) * y.channelBlocks(), u -> {
      int n = u / y.channelBlocks();
      int c0 = u % y.channelBlocks() * Lanes.BLOCK;
      int live = Math.min(Lanes.BLOCK, channels - c0);
      int to = y.offset + u * plane * Lanes.BLOCK;
      if (live < Lanes.BLOCK) {
        Arrays.fill(y.reals, to, to + plane * Lanes.BLOCK, 0f);
      }
      for (int k = 0; k < live; k++) {
        int from = x.offset + (n * channels + c0 + k) * plane;
        int row = (c0 + k) * 256;
        for (int i = 0; i < plane; i++) {
          y.reals[to + i * Lanes.BLOCK + k] = table[row + (x.bytes[from + i] & 255)];
        }
      }
    });
  }
}

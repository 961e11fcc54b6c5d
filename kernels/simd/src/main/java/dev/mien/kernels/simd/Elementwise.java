package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.CounterRandom;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Linear combination, dropout, and bytes to reals. */
final class Elementwise {
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
    float scale = (float) (1 / (1 - p));
    if (!y.blocked()) {
      backend.workers.ranges(y.physical, UnaryForward.GRAIN, (from, to) -> {
        for (int i = from; i < to; i++) {
          boolean drop = CounterRandom.uniform(key, i) < p;
          y.reals[y.offset + i] = drop ? 0f : x.reals[x.offset + i] * scale;
        }
      });
      return;
    }
    int plane = y.plane();
    int channels = y.dim(1);
    backend.workers.run(y.dim(0) * y.channelBlocks(), u -> {
      int n = u / y.channelBlocks();
      int c0 = u % y.channelBlocks() * Lanes.BLOCK;
      int base = u * plane * Lanes.BLOCK;
      for (int k = 0; k < Lanes.BLOCK; k++) {
        long first = ((long) n * channels + c0 + k) * plane;
        for (int i = 0; i < plane; i++) {
          int at = base + i * Lanes.BLOCK + k;
          boolean drop = c0 + k >= channels || CounterRandom.uniform(key, first + i) < p;
          y.reals[y.offset + at] = drop ? 0f : x.reals[x.offset + at] * scale;
        }
      }
    });
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

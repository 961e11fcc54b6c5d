package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Bilinear resampling: two taps an axis, channels on the lanes. */
final class Resize {
  private Resize() {}

  /** For each output position: the two source positions and the weight of the second. */
  private record Taps(int[] first, int[] second, float[] weight) {
    static Taps of(boolean alignCorners, int in, int out) {
      var taps = new Taps(new int[out], new int[out], new float[out]);
      for (int i = 0; i < out; i++) {
        double source = alignCorners
            ? (out == 1 ? 0 : (double) i * (in - 1) / (out - 1))
            : Math.max(0, (i + 0.5) * in / out - 0.5);
        int first = Math.min((int) source, in - 1);
        taps.first[i] = first;
        taps.second[i] = Math.min(first + 1, in - 1);
        taps.weight[i] = taps.second[i] == first ? 0f : (float) (source - first);
      }
      return taps;
    }
  }

  static void forward(SimdBackend backend, boolean alignCorners, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    var rows = Taps.of(alignCorners, x.dim(2), y.dim(2));
    var columns = Taps.of(alignCorners, x.dim(3), y.dim(3));
    int height = y.dim(2);
    int inRow = x.dim(3) * Lanes.BLOCK;
    int outRow = y.dim(3) * Lanes.BLOCK;
    backend.workers.ranges(y.dim(0) * y.channelBlocks() * height, Math.max(1, UnaryForward.GRAIN / Math.max(1, outRow)),
        (from, to) -> {
          for (int r = from; r < to; r++) {
            int plane = x.offset + r / height * x.dim(2) * inRow;
            int p = r % height;
            mix(x.reals, plane + rows.first[p] * inRow, plane + rows.second[p] * inRow, rows.weight[p], columns, y.reals,
                y.offset + r * outRow);
          }
        });
  }

  private static void mix(float[] x, int upper, int lower, float down, Taps columns, float[] y, int yo) {
    float up = 1f - down;
    for (int q = 0, n = columns.first.length; q < n; q++) {
      int a = columns.first[q] * Lanes.BLOCK;
      int b = columns.second[q] * Lanes.BLOCK;
      float right = columns.weight[q];
      float left = 1f - right;
      for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
        var top = FloatVector.fromArray(Lanes.F, x, upper + b + g)
            .fma(FloatVector.broadcast(Lanes.F, right), FloatVector.fromArray(Lanes.F, x, upper + a + g).mul(left));
        var bottom = FloatVector.fromArray(Lanes.F, x, lower + b + g)
            .fma(FloatVector.broadcast(Lanes.F, right), FloatVector.fromArray(Lanes.F, x, lower + a + g).mul(left));
        bottom.fma(FloatVector.broadcast(Lanes.F, down), top.mul(up)).intoArray(y, yo + q * Lanes.BLOCK + g);
      }
    }
  }

  static void backward(SimdBackend backend, boolean alignCorners, Buffer gradOutput, Buffer gradInput) {
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    var rows = Taps.of(alignCorners, gx.dim(2), gy.dim(2));
    var columns = Taps.of(alignCorners, gx.dim(3), gy.dim(3));
    int inRow = gx.dim(3) * Lanes.BLOCK;
    int outRow = gy.dim(3) * Lanes.BLOCK;
    backend.workers.run(gx.dim(0) * gx.channelBlocks(), u -> {
      int plane = gx.offset + u * gx.dim(2) * inRow;
      Arrays.fill(gx.reals, plane, plane + gx.dim(2) * inRow, 0f);
      for (int p = 0; p < gy.dim(2); p++) {
        int from = gy.offset + (u * gy.dim(2) + p) * outRow;
        float down = rows.weight[p];
        spread(gy.reals, from, 1f - down, columns, gx.reals, plane + rows.first[p] * inRow);
        if (down != 0) {
          spread(gy.reals, from, down, columns, gx.reals, plane + rows.second[p] * inRow);
        }
      }
    });
  }

  private static void spread(float[] gy, int from, float weight, Taps columns, float[] gx, int row) {
    for (int q = 0, n = columns.first.length; q < n; q++) {
      int a = row + columns.first[q] * Lanes.BLOCK;
      int b = row + columns.second[q] * Lanes.BLOCK;
      float right = weight * columns.weight[q];
      float left = weight * (1f - columns.weight[q]);
      for (int g = 0; g < Lanes.BLOCK; g += Lanes.COUNT) {
        var v = FloatVector.fromArray(Lanes.F, gy, from + q * Lanes.BLOCK + g);
        v.fma(FloatVector.broadcast(Lanes.F, left), FloatVector.fromArray(Lanes.F, gx, a + g)).intoArray(gx, a + g);
        v.fma(FloatVector.broadcast(Lanes.F, right), FloatVector.fromArray(Lanes.F, gx, b + g)).intoArray(gx, b + g);
      }
    }
  }
}

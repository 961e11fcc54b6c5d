package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import java.util.Arrays;

/** Bilinear resampling: two taps per axis. */
final class ReferenceResize {
  private final ReferenceMemory memory;

  ReferenceResize(ReferenceMemory memory) {
    this.memory = memory;
  }

  void forward(boolean alignCorners, Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("resizeBilinear", "x", xBuffer);
    double[] y = memory.reals("resizeBilinear", "y", yBuffer);
    check("resizeBilinear", xBuffer, yBuffer);
    int w = xBuffer.dim(3);
    var rows = taps(alignCorners, xBuffer.dim(2), yBuffer.dim(2));
    var columns = taps(alignCorners, w, yBuffer.dim(3));
    int at = 0;
    for (int plane = 0; plane < xBuffer.dim(0) * xBuffer.dim(1); plane++) {
      int in = plane * xBuffer.dim(2) * w;
      for (var row : rows) {
        for (var column : columns) {
          double upper = mix(x[in + row.first * w + column.first], x[in + row.first * w + column.second], column.weight);
          double lower = mix(x[in + row.second * w + column.first], x[in + row.second * w + column.second], column.weight);
          y[at++] = mix(upper, lower, row.weight);
        }
      }
    }
  }

  private static double mix(double first, double second, double weight) {
    return (1 - weight) * first + weight * second;
  }

  void backward(boolean alignCorners, Buffer gyBuffer, Buffer gxBuffer) {
    double[] gy = memory.reals("resizeBilinearBackward", "gy", gyBuffer);
    double[] gx = memory.reals("resizeBilinearBackward", "gx", gxBuffer);
    check("resizeBilinearBackward", gxBuffer, gyBuffer);
    int w = gxBuffer.dim(3);
    var rows = taps(alignCorners, gxBuffer.dim(2), gyBuffer.dim(2));
    var columns = taps(alignCorners, w, gyBuffer.dim(3));
    Arrays.fill(gx, 0);
    int at = 0;
    for (int plane = 0; plane < gxBuffer.dim(0) * gxBuffer.dim(1); plane++) {
      int in = plane * gxBuffer.dim(2) * w;
      for (var row : rows) {
        for (var column : columns) {
          double g = gy[at++];
          gx[in + row.first * w + column.first] += (1 - row.weight) * (1 - column.weight) * g;
          gx[in + row.first * w + column.second] += (1 - row.weight) * column.weight * g;
          gx[in + row.second * w + column.first] += row.weight * (1 - column.weight) * g;
          gx[in + row.second * w + column.second] += row.weight * column.weight * g;
        }
      }
    }
  }

  private static void check(String kernel, Buffer small, Buffer large) {
    Check.image(kernel, "input", small);
    Check.image(kernel, "output", large, small.dim(0), small.dim(1), large.dim(2), large.dim(3));
    Check.that(small.dim(2) > 0 && small.dim(3) > 0 || large.count() == 0, kernel, "empty plane: input "
        + Arrays.toString(small.dims()) + ", output " + Arrays.toString(large.dims()));
    Check.distinct(kernel, "input", small, "output", large);
  }

  private static Taps[] taps(boolean alignCorners, int in, int out) {
    var taps = new Taps[out];
    for (int i = 0; i < out; i++) {
      double source;
      if (alignCorners) {
        source = out == 1 ? 0 : (double) i * (in - 1) / (out - 1);
      } else {
        source = Math.max(0, (i + 0.5) * in / out - 0.5);
      }
      int first = Math.min((int) source, in - 1);
      int second = Math.min(first + 1, in - 1);
      taps[i] = new Taps(first, second, second == first ? 0 : source - first);
    }
    return taps;
  }

  private record Taps(int first, int second, double weight) {}
}

package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import java.util.Arrays;

/** Rows with mean 0 and variance 1, and their gradient; a row is worked on in scratch as in {@link Softmax}. */
final class Standardization {
  private Standardization() {}

  static void forward(SimdBackend backend, double eps, Buffer input, Buffer output, Buffer scales) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    var scale = SimdBuffer.of(scales);
    int columns = x.dim(-1);
    RowTools.rows(backend, x, 1, (row, t, at, n) -> {
      RowTools.load(x.reals, x.offset + row * columns, columns, t, at, 0f);
      RowTools.subtract(t, at, n, (float) (Sums.row(t, at, n, t, at + n) / columns));
      Arrays.fill(t, at + columns, at + n, 0f); // the padding has lost the mean, too
      double variance = RowTools.dot(t, at, at, n, at + n) / columns;
      float s = (float) (1 / Math.sqrt(variance + eps));
      RowTools.scale(t, at, n, s);
      System.arraycopy(t, at, y.reals, y.offset + row * columns, columns);
      scale.reals[scale.offset + row] = s;
    });
  }

  static void backward(SimdBackend backend, Buffer output, Buffer scales, Buffer gradOutput, Buffer gradInput) {
    var y = SimdBuffer.of(output);
    var scale = SimdBuffer.of(scales);
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    int columns = y.dim(-1);
    RowTools.rows(backend, y, 2, (row, t, at, n) -> {
      int g = at + n;
      RowTools.load(y.reals, y.offset + row * columns, columns, t, at, 0f);
      RowTools.load(gy.reals, gy.offset + row * columns, columns, t, g, 0f);
      double mean = Sums.row(t, g, n, t, g + n) / columns;
      double dot = RowTools.dot(t, at, g, n, g + n) / columns;
      RowTools.subtractScaled(t, at, (float) dot, t, g, t, g, n);
      RowTools.subtract(t, g, n, (float) mean);
      RowTools.scale(t, g, n, scale.reals[scale.offset + row]);
      System.arraycopy(t, g, gx.reals, gx.offset + row * columns, columns);
    });
  }
}

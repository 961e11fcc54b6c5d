package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;

/** Softmax and log-softmax of rows, and their gradients. A row is worked on in scratch, padded, so that no loop has a tail. */
final class Softmax {
  /** Exponents below this give 0: subnormal numbers are slow, and nothing a float sum holds. */
  private static final float LOWEST = -80f;

  private Softmax() {}

  static void softmax(SimdBackend backend, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    int columns = x.dim(-1);
    RowTools.rows(backend, x, 1, (row, t, at, n) -> {
      RowTools.load(x.reals, x.offset + row * columns, columns, t, at, Float.NEGATIVE_INFINITY);
      float max = RowTools.max(t, at, n, t, at + n);
      VectorMath.expNormal(t, at, t, at, n, new VectorMath.Line(1f, -max, LOWEST));
      double sum = Sums.row(t, at, n, t, at + n);
      RowTools.scale(t, at, n, (float) (1 / sum));
      System.arraycopy(t, at, y.reals, y.offset + row * columns, columns);
    });
  }

  static void logSoftmax(SimdBackend backend, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    int columns = x.dim(-1);
    RowTools.rows(backend, x, 2, (row, t, at, n) -> {
      int e = at + n;
      int partials = e + n;
      RowTools.load(x.reals, x.offset + row * columns, columns, t, at, Float.NEGATIVE_INFINITY);
      float max = RowTools.max(t, at, n, t, partials);
      RowTools.subtract(t, at, n, max);
      VectorMath.expNormal(t, at, t, e, n, new VectorMath.Line(1f, 0f, LOWEST));
      double sum = Sums.row(t, e, n, t, partials);
      RowTools.subtract(t, at, n, (float) StrictMath.log(sum));
      System.arraycopy(t, at, y.reals, y.offset + row * columns, columns);
    });
  }

  static void softmaxBackward(SimdBackend backend, Buffer output, Buffer gradOutput, Buffer gradInput) {
    var y = SimdBuffer.of(output);
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    int columns = y.dim(-1);
    RowTools.rows(backend, y, 3, (row, t, at, n) -> {
      int g = at + n;
      int product = g + n;
      RowTools.load(y.reals, y.offset + row * columns, columns, t, at, 0f);
      RowTools.load(gy.reals, gy.offset + row * columns, columns, t, g, 0f);
      double dot = RowTools.dot(t, at, g, n, product + n);
      RowTools.multiplyShifted(t, at, t, g, (float) dot, t, product, n);
      System.arraycopy(t, product, gx.reals, gx.offset + row * columns, columns);
    });
  }

  static void logSoftmaxBackward(SimdBackend backend, Buffer output, Buffer gradOutput, Buffer gradInput) {
    var y = SimdBuffer.of(output);
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    int columns = y.dim(-1);
    RowTools.rows(backend, y, 2, (row, t, at, n) -> {
      int g = at + n;
      RowTools.load(y.reals, y.offset + row * columns, columns, t, at, 0f);
      RowTools.load(gy.reals, gy.offset + row * columns, columns, t, g, 0f);
      double sum = Sums.row(t, g, n, t, g + n);
      VectorMath.expNormal(t, at, t, at, n, new VectorMath.Line(1f, 0f, LOWEST));
      RowTools.subtractScaled(t, at, (float) sum, t, g, t, g, n);
      System.arraycopy(t, g, gx.reals, gx.offset + row * columns, columns);
    });
  }
}

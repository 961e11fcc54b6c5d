package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Pool;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Pooling, channels on the lanes. A row of the result stays in L1 while the taps of the window sweep over it one after the other:
 * a maximum or sum held in a register through nested loops was ten times slower. Adaptive windows go pixel by pixel.
 */
final class Pooling {
  private static final int B = Lanes.BLOCK;

  private Pooling() {}

  static void forward(SimdBackend backend, Pool pool, Buffer input, Buffer output, Buffer chosen) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    boolean maximum = Windows.maximum(pool);
    var choice = maximum ? SimdBuffer.orNull(chosen) : null;
    var windows = Windows.of(pool, x.dim(2), x.dim(3));
    int rows = y.dim(2);
    int rowLength = y.dim(3) * B;
    int taps = x.plane() / Math.max(1, y.plane()) + 1;
    int grain = Math.max(1, UnaryForward.GRAIN / Math.max(1, rowLength * taps));
    backend.workers.ranges(y.dim(0) * y.channelBlocks() * rows, grain, (from, to) -> {
      for (int r = from; r < to; r++) {
        int plane = x.offset + r / rows * x.plane() * B;
        var row = new Row(x.reals, plane, x.dim(3), y.reals, y.offset + r * rowLength, choice == null ? null : choice.ints,
            choice == null ? 0 : choice.offset + r * rowLength);
        if (maximum) {
          largest(windows, r % rows, row);
        } else {
          mean(windows, r % rows, row);
        }
      }
    });
    if (choice != null) {
      Layout.clearPadding(choice);
    }
  }

  /** One row of the result: its input plane of rows {@code width} pixels wide, and where it and its choices go. */
  private record Row(float[] x, int plane, int width, float[] y, int yo, int[] choice, int co) {}

  private static void largest(Windows w, int p, Row row) {
    int columns = w.columnFrom().length;
    Arrays.fill(row.y, row.yo, row.yo + columns * B, Float.NEGATIVE_INFINITY);
    for (int q = 0; row.choice != null && q < columns; q++) {
      int first = w.rowFrom()[p] * row.width + w.columnFrom()[q];
      Arrays.fill(row.choice, row.co + q * B, row.co + (q + 1) * B, first);
    }
    for (int r = w.rowFrom()[p]; r < w.rowTo()[p]; r++) {
      if (!w.regular()) {
        for (int q = 0; q < columns; q++) {
          for (int c = w.columnFrom()[q]; c < w.columnTo()[q]; c++) {
            maximumTap(row, r * row.width + c, 0, q, q + 1);
          }
        }
        continue;
      }
      for (int tap = 0; tap < w.kernelW(); tap++) {
        int from = w.firstColumn(tap);
        maximumTap(row, r * row.width + from * w.stride() - w.padding() + tap, w.stride(), from, w.lastColumn(tap, row.width));
      }
    }
  }

  /** Takes input pixels {@code pixel}, {@code pixel + stride}, ... into output columns {@code from} .. {@code to - 1}. */
  private static void maximumTap(Row row, int pixel, int stride, int from, int to) {
    int xo = row.plane + pixel * B;
    if (row.choice == null) {
      maximumSweep(row.x, xo, stride * B, row.y, row.yo + from * B, to - from);
    } else {
      choiceSweep(row.x, xo, row.y, row.yo + from * B, row.choice, row.co + from * B, to - from, pixel, stride);
    }
  }

  private static void maximumSweep(float[] x, int xo, int step, float[] y, int yo, int n) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      for (int q = 0; q < n; q++) {
        var v = FloatVector.fromArray(Lanes.F, x, xo + g + q * step);
        var best = FloatVector.fromArray(Lanes.F, y, yo + g + q * B);
        var wins = v.compare(VectorOperators.GT, best).or(v.compare(VectorOperators.NE, v));
        best.blend(v, wins).intoArray(y, yo + g + q * B);
      }
    }
  }

  /** As above, with the first position of the largest; the first NaN counts as larger than everything. */
  private static void choiceSweep(float[] x, int xo, float[] y, int yo, int[] choice, int co, int n, int pixel, int stride) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      for (int q = 0; q < n; q++) {
        var v = FloatVector.fromArray(Lanes.F, x, xo + g + q * stride * B);
        var best = FloatVector.fromArray(Lanes.F, y, yo + g + q * B);
        var nan = v.compare(VectorOperators.NE, v).and(best.compare(VectorOperators.EQ, best));
        var wins = v.compare(VectorOperators.GT, best).or(nan);
        best.blend(v, wins).intoArray(y, yo + g + q * B);
        IntVector.fromArray(Lanes.I, choice, co + g + q * B).blend(pixel + q * stride, wins.cast(Lanes.I))
            .intoArray(choice, co + g + q * B);
      }
    }
  }

  private static void mean(Windows w, int p, Row row) {
    int columns = w.columnFrom().length;
    if (!w.regular()) {
      for (int q = 0; q < columns; q++) {
        var window = new Window(row.plane, row.width, w.rowFrom()[p], w.rowTo()[p], w.columnFrom()[q], w.columnTo()[q]);
        windowMean(row.x, window, w.divisor(p, q), row.y, row.yo + q * B);
      }
      return;
    }
    Arrays.fill(row.y, row.yo, row.yo + columns * B, 0f);
    for (int r = w.rowFrom()[p]; r < w.rowTo()[p]; r++) {
      for (int tap = 0; tap < w.kernelW(); tap++) {
        int from = w.firstColumn(tap);
        int pixel = r * row.width + from * w.stride() - w.padding() + tap;
        sumSweep(row.x, row.plane + pixel * B, w.stride() * B, row.y, row.yo + from * B, w.lastColumn(tap, row.width) - from);
      }
    }
    for (int q = 0; q < columns; q++) {
      divide(row.y, row.yo + q * B, w.divisor(p, q));
    }
  }

  private static void sumSweep(float[] x, int xo, int step, float[] y, int yo, int n) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      for (int q = 0; q < n; q++) {
        FloatVector.fromArray(Lanes.F, y, yo + g + q * B).add(FloatVector.fromArray(Lanes.F, x, xo + g + q * step))
            .intoArray(y, yo + g + q * B);
      }
    }
  }

  private static void divide(float[] y, int yo, float divisor) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, y, yo + g).div(divisor).intoArray(y, yo + g);
    }
  }

  /** Rows r0 .. r1-1 and columns c0 .. c1-1 of the plane at {@code plane}, {@code width} pixels wide. */
  private record Window(int plane, int width, int r0, int r1, int c0, int c1) {}

  private static void windowMean(float[] x, Window w, float divisor, float[] y, int yo) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var total = FloatVector.zero(Lanes.F);
      for (int r = w.r0; r < w.r1; r++) {
        int from = w.plane + (r * w.width + w.c0) * B + g;
        int to = w.plane + (r * w.width + w.c1) * B + g;
        var row = FloatVector.zero(Lanes.F); // two levels of sums keep large windows accurate
        for (int i = from; i < to; i += B) {
          row = row.add(FloatVector.fromArray(Lanes.F, x, i));
        }
        total = total.add(row);
      }
      total.div(divisor).intoArray(y, yo + g);
    }
  }
}

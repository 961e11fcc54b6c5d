package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Pool;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Gradients of pooling. A plane belongs to one task, which adds row after row of the result and tap after tap, in order. */
final class PoolingBackward {
  private static final int B = Lanes.BLOCK;

  private PoolingBackward() {}

  static void run(SimdBackend backend, Pool pool, Buffer gradOutput, Buffer chosen, Buffer gradInput) {
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    var choice = Windows.maximum(pool) ? SimdBuffer.of(chosen) : null;
    var windows = Windows.of(pool, gx.dim(2), gx.dim(3));
    int length = gx.plane() * B;
    int rowLength = gy.dim(3) * B;
    backend.workers.ranges(gx.dim(0) * gx.channelBlocks(), Math.max(1, UnaryForward.GRAIN / Math.max(1, length)), (from, to) -> {
      try (var t = backend.scratch.lease(rowLength)) {
        Arrays.fill(gx.reals, gx.offset + from * length, gx.offset + to * length, 0f);
        for (int r = from * gy.dim(2); r < to * gy.dim(2); r++) {
          int p = r % gy.dim(2);
          System.arraycopy(gy.reals, gy.offset + r * rowLength, t.array, t.offset, rowLength);
          if (choice == null) {
            divide(windows, p, t);
          }
          row(windows, p, new Row(t.array, t.offset, choice == null ? null : choice.ints,
              choice == null ? 0 : choice.offset + r * rowLength, gx.reals, gx.offset + r / gy.dim(2) * length, gx.dim(3)));
        }
      }
    });
  }

  /** One row of the result's gradient, its choices, and the input plane of rows {@code width} pixels wide. */
  private record Row(float[] g, int go, int[] choice, int co, float[] gx, int plane, int width) {}

  private static void divide(Windows w, int p, Scratch.Lease t) {
    for (int q = 0; q < w.columnFrom().length; q++) {
      for (int g = 0; g < B; g += Lanes.COUNT) {
        int at = t.offset + q * B + g;
        FloatVector.fromArray(Lanes.F, t.array, at).div(w.divisor(p, q)).intoArray(t.array, at);
      }
    }
  }

  private static void row(Windows w, int p, Row row) {
    for (int r = w.rowFrom()[p]; r < w.rowTo()[p]; r++) {
      if (w.regular()) {
        for (int tap = 0; tap < w.kernelW(); tap++) {
          int from = w.firstColumn(tap);
          int pixel = r * row.width + from * w.stride() - w.padding() + tap;
          sweep(row, pixel, w.stride(), from, w.lastColumn(tap, row.width));
        }
      } else {
        for (int q = 0; q < w.columnFrom().length; q++) {
          int pixel = r * row.width + w.columnFrom()[q];
          window(row, pixel, w.columnTo()[q] - w.columnFrom()[q], q);
        }
      }
    }
  }

  /** Adds output columns {@code from} .. {@code to - 1} to pixels {@code pixel}, {@code pixel + stride} ... */
  private static void sweep(Row row, int pixel, int stride, int from, int to) {
    int out = row.plane + pixel * B;
    int go = row.go + from * B;
    if (row.choice == null) {
      add(row.g, go, row.gx, out, stride * B, to - from);
    } else {
      addChosen(row.g, go, row.choice, row.co + from * B, row.gx, out, to - from, pixel, stride);
    }
  }

  private static void add(float[] g, int go, float[] gx, int to, int step, int n) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      for (int q = 0; q < n; q++) {
        FloatVector.fromArray(Lanes.F, gx, to + k + q * step).add(FloatVector.fromArray(Lanes.F, g, go + k + q * B))
            .intoArray(gx, to + k + q * step);
      }
    }
  }

  private static void addChosen(float[] g, int go, int[] choice, int co, float[] gx, int to, int n, int pixel, int stride) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      for (int q = 0; q < n; q++) {
        var here = IntVector.fromArray(Lanes.I, choice, co + k + q * B).compare(VectorOperators.EQ, pixel + q * stride);
        var old = FloatVector.fromArray(Lanes.F, gx, to + k + q * stride * B);
        var sum = old.add(FloatVector.fromArray(Lanes.F, g, go + k + q * B));
        old.blend(sum, here.cast(Lanes.F)).intoArray(gx, to + k + q * stride * B);
      }
    }
  }

  /** Adds one output pixel to {@code n} neighbouring pixels. */
  private static void window(Row row, int pixel, int n, int q) {
    int out = row.plane + pixel * B;
    if (row.choice == null) {
      spread(row.g, row.go + q * B, row.gx, out, n);
    } else {
      spreadChosen(row.g, row.go + q * B, row.choice, row.co + q * B, row.gx, out, n, pixel);
    }
  }

  private static void spread(float[] g, int go, float[] gx, int to, int n) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, g, go + k);
      for (int c = 0; c < n; c++) {
        FloatVector.fromArray(Lanes.F, gx, to + k + c * B).add(v).intoArray(gx, to + k + c * B);
      }
    }
  }

  private static void spreadChosen(float[] g, int go, int[] choice, int co, float[] gx, int to, int n, int pixel) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, g, go + k);
      var at = IntVector.fromArray(Lanes.I, choice, co + k);
      for (int c = 0; c < n; c++) {
        var here = at.compare(VectorOperators.EQ, pixel + c);
        var old = FloatVector.fromArray(Lanes.F, gx, to + k + c * B);
        old.blend(old.add(v), here.cast(Lanes.F)).intoArray(gx, to + k + c * B);
      }
    }
  }
}

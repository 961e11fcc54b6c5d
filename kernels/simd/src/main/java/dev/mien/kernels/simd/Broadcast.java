package dev.mien.kernels.simd;

import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Functions of two arguments with broadcasting. Rows are joined to pieces of about a thousand elements; an operand that repeats
 * is spread once over such a piece, so the arithmetic always runs over contiguous memory.
 */
final class Broadcast {
  private static final int PIECE = VectorMath.PIECE;

  private Broadcast() {}

  static void binary(SimdBackend backend, Binary f, Buffer first, Buffer second, Buffer output) {
    var a = SimdBuffer.of(first);
    var b = SimdBuffer.of(second);
    var y = SimdBuffer.of(output);
    if (a.sameShape(y) && b.sameShape(y)) {
      backend.workers.ranges(y.physical, UnaryForward.GRAIN, (from, to) ->
          apply(f, a.reals, a.offset + from, b.reals, b.offset + from, y.reals, y.offset + from, to - from));
    } else {
      var walk = Walk.of(y, a, b, y);
      run(backend, walk, y, new Operand(a, 0, walk), new Operand(b, 1, walk), f);
    }
    if (f == Binary.DIVIDE || !a.sameShape(y) || !b.sameShape(y)) {
      Layout.clearPadding(y); // 0 / 0, or one channel spread over all lanes
    }
  }

  static void expand(SimdBackend backend, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    var walk = Walk.of(y, x, y);
    run(backend, walk, y, new Operand(x, 0, walk), null, null);
    Layout.clearPadding(y);
  }

  /** One input: its memory and how it moves over the last two axes. */
  private record Operand(SimdBuffer buffer, int index, Walk walk) {
    int elementStride() {
      return walk.strides()[index][walk.axes() - 1];
    }

    int rowStride() {
      return walk.axes() < 2 ? 0 : walk.strides()[index][walk.axes() - 2];
    }

    int base(int outer) {
      return buffer.offset + walk.at(index, outer, Math.min(2, walk.axes()));
    }
  }

  private static void run(SimdBackend backend, Walk walk, SimdBuffer y, Operand a, Operand b, Binary f) {
    int width = walk.innermost();
    int rows = walk.axes() < 2 ? 1 : walk.extents()[walk.axes() - 2];
    int outer = walk.outer(Math.min(2, walk.axes()));
    int rowsAtOnce = Math.max(1, PIECE / Math.max(1, width));
    int pieces = Math.max(1, (width + PIECE - 1) / PIECE);
    int rowGroups = (rows + rowsAtOnce - 1) / rowsAtOnce;
    int units = outer * rowGroups * pieces;
    backend.workers.ranges(units, 16, (from, to) -> {
      try (var t = backend.scratch.lease(2 * PIECE + 64)) {
        var ta = new Spread(a, t.array, t.offset);
        var tb = b == null ? null : new Spread(b, t.array, t.offset + PIECE);
        for (int u = from; u < to; u++) {
          int column = u % pieces * PIECE;
          int group = u / pieces % rowGroups;
          int block = u / pieces / rowGroups;
          int row = group * rowsAtOnce;
          int count = Math.min(rowsAtOnce, rows - row);
          int n = pieces == 1 ? width : Math.min(PIECE, width - column);
          int yo = y.offset + (block * rows + row) * width + column;
          ta.move(block, row, count, column, n);
          if (tb == null) {
            System.arraycopy(ta.array, ta.at, y.reals, yo, count * n);
          } else {
            tb.move(block, row, count, column, n);
            apply(f, ta.array, ta.at, tb.array, tb.at, y.reals, yo, count * n);
          }
        }
      }
    });
  }

  /** An operand made contiguous over a piece: where it lies, or a copy with its repetitions. */
  private static final class Spread {
    private final Operand operand;
    private final float[] scratch;
    private final int scratchAt;
    private int keptBase = -1;
    private int keptLength;
    float[] array;
    int at;

    Spread(Operand operand, float[] scratch, int scratchAt) {
      this.operand = operand;
      this.scratch = scratch;
      this.scratchAt = scratchAt;
    }

    void move(int block, int row, int rows, int column, int n) {
      int es = operand.elementStride();
      int rs = operand.rowStride();
      float[] from = operand.buffer().reals;
      int base = operand.base(block) + row * rs + column * es;
      if (es == 1 && (rows == 1 || rs == n)) {
        array = from;
        at = base;
        return;
      }
      array = scratch;
      at = scratchAt;
      if (rs == 0 && keptBase == base && keptLength >= rows * n) {
        return;
      }
      for (int r = 0; r < rows; r++) {
        int to = scratchAt + r * n;
        if (es == 0) {
          Arrays.fill(scratch, to, to + n, from[base + r * rs]);
        } else {
          System.arraycopy(from, base + r * rs, scratch, to, n);
        }
      }
      keptBase = rs == 0 ? base : -1;
      keptLength = rows * n;
    }
  }

  private static void apply(Binary f, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    switch (f) {
      case ADD -> add(a, ao, b, bo, y, yo, n);
      case SUBTRACT -> subtract(a, ao, b, bo, y, yo, n);
      case MULTIPLY -> multiply(a, ao, b, bo, y, yo, n);
      case DIVIDE -> divide(a, ao, b, bo, y, yo, n);
    }
  }

  private static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, a, ao + i).add(FloatVector.fromArray(Lanes.F, b, bo + i)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] + b[bo + i];
    }
  }

  private static void subtract(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, a, ao + i).sub(FloatVector.fromArray(Lanes.F, b, bo + i)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] - b[bo + i];
    }
  }

  private static void multiply(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, a, ao + i).mul(FloatVector.fromArray(Lanes.F, b, bo + i)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] * b[bo + i];
    }
  }

  private static void divide(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, a, ao + i).div(FloatVector.fromArray(Lanes.F, b, bo + i)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] / b[bo + i];
    }
  }
}

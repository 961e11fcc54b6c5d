package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Kernels that repeat, add up, join, cut and reorder. */
final class ReferenceMovement {
  private final ReferenceMemory memory;

  ReferenceMovement(ReferenceMemory memory) {
    this.memory = memory;
  }

  void expand(Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("expand", "x", xBuffer);
    double[] y = memory.reals("expand", "y", yBuffer);
    Check.distinct("expand", "x", xBuffer, "y", yBuffer);
    var at = Walk.broadcast("expand", "x", xBuffer, yBuffer);
    for (int i = 0; i < y.length; i++) {
      y[i] = x[at.offset()];
      at.next();
    }
  }

  void sum(Buffer xBuffer, Buffer yBuffer, double scale) {
    double[] x = memory.reals("sum", "x", xBuffer);
    double[] y = memory.reals("sum", "y", yBuffer);
    Check.that(xBuffer.rank() == yBuffer.rank(), "sum", "x " + Arrays.toString(xBuffer.dims()) + " and y "
        + Arrays.toString(yBuffer.dims()) + " must have one rank");
    var at = Walk.broadcast("sum", "y", yBuffer, xBuffer);
    double[] sums = new double[y.length];
    for (double value : x) {
      sums[at.offset()] += value;
      at.next();
    }
    for (int i = 0; i < y.length; i++) {
      y[i] = scale * sums[i];
    }
  }

  void concat(int axis, Buffer[] parts, Buffer yBuffer) {
    double[] y = memory.reals("concat", "y", yBuffer);
    axis("concat", axis, yBuffer);
    int start = 0;
    for (var part : parts) {
      double[] x = memory.reals("concat", "part", part);
      Check.distinct("concat", "part", part, "y", yBuffer);
      alike("concat", "part", part, axis, yBuffer);
      Check.that(start + part.dim(axis) <= yBuffer.dim(axis), "concat", "parts are longer than y "
          + Arrays.toString(yBuffer.dims()) + " along axis " + axis + " at part " + Arrays.toString(part.dims()));
      var block = Block.of(axis, part, yBuffer);
      for (int o = 0; o < block.outer; o++) {
        System.arraycopy(x, o * block.small, y, o * block.large + start * block.inner, block.small);
      }
      start += part.dim(axis);
    }
    Check.that(start == yBuffer.dim(axis), "concat", "parts have " + start + " along axis " + axis + ", y is "
        + Arrays.toString(yBuffer.dims()));
  }

  void slice(int axis, int start, Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("slice", "x", xBuffer);
    double[] y = memory.reals("slice", "y", yBuffer);
    axis("slice", axis, yBuffer);
    Check.distinct("slice", "x", xBuffer, "y", yBuffer);
    alike("slice", "x", xBuffer, axis, yBuffer);
    Check.that(start >= 0 && start + yBuffer.dim(axis) <= xBuffer.dim(axis), "slice", "y " + Arrays.toString(yBuffer.dims())
        + " from " + start + " along axis " + axis + " is outside x " + Arrays.toString(xBuffer.dims()));
    var block = Block.of(axis, yBuffer, xBuffer);
    for (int o = 0; o < block.outer; o++) {
      System.arraycopy(x, o * block.large + start * block.inner, y, o * block.small, block.small);
    }
  }

  private static void axis(String kernel, int axis, Buffer buffer) {
    Check.that(axis >= 0 && axis < buffer.rank(), kernel, "axis " + axis + " is outside shape " + Arrays.toString(buffer.dims()));
  }

  private static void alike(String kernel, String name, Buffer buffer, int axis, Buffer y) {
    boolean fits = buffer.rank() == y.rank() && buffer.kind() == y.kind();
    for (int i = 0; fits && i < y.rank(); i++) {
      fits = i == axis || buffer.dim(i) == y.dim(i);
    }
    Check.that(fits, kernel, name + " is " + buffer + ", y is " + y + "; only axis " + axis + " may differ");
  }

  /** A short and a long buffer that differ along one axis, as {@code outer} runs of {@code small} and {@code large} elements. */
  private record Block(int outer, int inner, int small, int large) {
    static Block of(int axis, Buffer shorter, Buffer longer) {
      int outer = 1;
      for (int i = 0; i < axis; i++) {
        outer *= longer.dim(i);
      }
      int inner = 1;
      for (int i = axis + 1; i < longer.rank(); i++) {
        inner *= longer.dim(i);
      }
      return new Block(outer, inner, shorter.dim(axis) * inner, longer.dim(axis) * inner);
    }
  }

  void permute(int[] order, Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("permute", "x", xBuffer);
    double[] y = memory.reals("permute", "y", yBuffer);
    Check.distinct("permute", "x", xBuffer, "y", yBuffer);
    Check.kind("permute", "x", xBuffer, Kind.PLAIN);
    Check.kind("permute", "y", yBuffer, Kind.PLAIN);
    int rank = xBuffer.rank();
    boolean[] used = new boolean[rank];
    boolean fits = order.length == rank && yBuffer.rank() == rank;
    for (int i = 0; fits && i < rank; i++) {
      fits = order[i] >= 0 && order[i] < rank && !used[order[i]] && yBuffer.dim(i) == xBuffer.dim(order[i]);
      if (fits) {
        used[order[i]] = true;
      }
    }
    Check.that(fits, "permute", "order " + Arrays.toString(order) + " does not take x " + Arrays.toString(xBuffer.dims())
        + " to y " + Arrays.toString(yBuffer.dims()));
    int[] own = Walk.strides(xBuffer.dims());
    int[] strides = new int[rank];
    for (int i = 0; i < rank; i++) {
      strides[i] = own[order[i]];
    }
    var at = new Walk(yBuffer.dims(), strides);
    for (int i = 0; i < y.length; i++) {
      y[i] = x[at.offset()];
      at.next();
    }
  }
}

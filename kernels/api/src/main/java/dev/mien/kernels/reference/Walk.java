package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import java.util.Arrays;

/** Visits the elements of a row-major index space in order and follows the offset of a strided operand. */
final class Walk {
  private final int[] dims;
  private final int[] strides;
  private final int[] position;
  private int offset;

  Walk(int[] dims, int[] strides) {
    this.dims = dims;
    this.strides = strides;
    this.position = new int[dims.length];
  }

  int offset() {
    return offset;
  }

  void next() {
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      offset += strides[axis];
      if (++position[axis] < dims[axis]) {
        return;
      }
      offset -= strides[axis] * dims[axis];
      position[axis] = 0;
    }
  }

  /** Row-major strides. */
  static int[] strides(int[] dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    return strides;
  }

  /** Walks {@code large}, following {@code small} with stride 0 along its extents of 1 and its missing leading axes. */
  static Walk broadcast(String kernel, String name, Buffer small, Buffer large) {
    int[] from = small.dims();
    int[] to = large.dims();
    int missing = to.length - from.length;
    int[] own = strides(from);
    int[] strides = new int[to.length];
    boolean fits = missing >= 0 && small.kind() == large.kind();
    for (int axis = 0; fits && axis < from.length; axis++) {
      fits = from[axis] == to[missing + axis] || from[axis] == 1;
      strides[missing + axis] = from[axis] == 1 ? 0 : own[axis];
    }
    if (!fits) {
      throw Check.error(kernel, name + " " + small.kind() + " " + Arrays.toString(from) + " does not broadcast to "
          + large.kind() + " " + Arrays.toString(to));
    }
    return new Walk(to, strides);
  }
}

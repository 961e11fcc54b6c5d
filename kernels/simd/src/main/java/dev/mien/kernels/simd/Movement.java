package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;

/** Joining, cutting and transposing. Works on any element type. */
final class Movement {
  private static final int TILE = 16;

  private Movement() {}

  static void concat(SimdBackend backend, int axis, Buffer[] parts, Buffer output) {
    var y = SimdBuffer.of(output);
    int at = 0;
    for (var part : parts) {
      var x = SimdBuffer.of(part);
      int extent = x.dim(axis);
      move(backend, axis < 0 ? axis + y.rank() : axis, extent, new Place(x, 0), new Place(y, at));
      at += extent;
    }
    Layout.clearPadding(y);
  }

  static void slice(SimdBackend backend, int axis, int start, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    move(backend, axis < 0 ? axis + y.rank() : axis, y.dim(axis), new Place(x, start), new Place(y, 0));
    Layout.clearPadding(y);
  }

  /** A buffer and where on the axis the copy begins. */
  private record Place(SimdBuffer buffer, int start) {
    Object array() {
      return buffer.block.array();
    }
  }

  /** Copies {@code extent} entries of an axis. */
  private static void move(SimdBackend backend, int axis, int extent, Place from, Place to) {
    if (!to.buffer.blocked()) {
      strips(backend, axis, extent, from, to, 1);
    } else if (axis != 1) {
      strips(backend, axis, extent, from, to, Lanes.BLOCK);
    } else if (from.start % Lanes.BLOCK == 0 && to.start % Lanes.BLOCK == 0) {
      channelBlocks(backend, (extent + Lanes.BLOCK - 1) / Lanes.BLOCK, from, to);
    } else {
      channels(backend, extent, from, to);
    }
  }

  private static int physicalExtent(SimdBuffer b, int axis) {
    return b.blocked() && axis == 1 ? b.channelBlocks() : b.dim(axis);
  }

  private static void strips(SimdBackend backend, int axis, int extent, Place from, Place to, int lanes) {
    int outer = 1;
    int inner = lanes;
    for (int i = 0; i < to.buffer.rank(); i++) {
      if (i < axis) {
        outer *= physicalExtent(to.buffer, i);
      } else if (i > axis) {
        inner *= physicalExtent(to.buffer, i);
      }
    }
    int length = extent * inner;
    int fromStride = from.buffer.dim(axis) * inner;
    int toStride = to.buffer.dim(axis) * inner;
    int fromAt = from.buffer.offset + from.start * inner;
    int toAt = to.buffer.offset + to.start * inner;
    backend.workers.ranges(outer, Math.max(1, UnaryForward.GRAIN / Math.max(1, length)), (a, b) -> {
      for (int i = a; i < b; i++) {
        System.arraycopy(from.array(), fromAt + i * fromStride, to.array(), toAt + i * toStride, length);
      }
    });
  }

  /** Whole blocks of channels; lanes behind the last channel are cleared or overwritten later. */
  private static void channelBlocks(SimdBackend backend, int blocks, Place from, Place to) {
    int block = to.buffer.plane() * Lanes.BLOCK;
    backend.workers.run(to.buffer.dim(0), n -> System.arraycopy(
        from.array(), from.buffer.offset + (n * from.buffer.channelBlocks() + from.start / Lanes.BLOCK) * block,
        to.array(), to.buffer.offset + (n * to.buffer.channelBlocks() + to.start / Lanes.BLOCK) * block, blocks * block));
  }

  private static void channels(SimdBackend backend, int count, Place from, Place to) {
    int plane = to.buffer.plane();
    boolean real = to.buffer.reals != null;
    backend.workers.run(to.buffer.dim(0), n -> {
      for (int c = 0; c < count; c++) {
        int a = lane(from.buffer, n, from.start + c, plane);
        int b = lane(to.buffer, n, to.start + c, plane);
        for (int p = 0; p < plane; p++) {
          if (real) {
            to.buffer.reals[b + p * Lanes.BLOCK] = from.buffer.reals[a + p * Lanes.BLOCK];
          } else {
            to.buffer.ints[b + p * Lanes.BLOCK] = from.buffer.ints[a + p * Lanes.BLOCK];
          }
        }
      }
    });
  }

  private static int lane(SimdBuffer b, int n, int c, int plane) {
    return b.offset + (n * b.channelBlocks() + c / Lanes.BLOCK) * plane * Lanes.BLOCK + c % Lanes.BLOCK;
  }

  static void permute(SimdBackend backend, int[] order, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    int rank = y.rank();
    int[] natural = new int[rank];
    int stride = 1;
    for (int i = rank - 1; i >= 0; i--) {
      natural[i] = stride;
      stride *= x.dim(i);
    }
    int[] strides = new int[rank];
    for (int i = 0; i < rank; i++) {
      strides[i] = natural[order[i]];
    }
    if (rank < 2 || y.count() == 0) {
      System.arraycopy(x.block.array(), x.offset, y.block.array(), y.offset, y.physical);
      return;
    }
    int columns = y.dim(-1);
    int rows = y.dim(-2);
    int columnStride = strides[rank - 1];
    int rowStride = strides[rank - 2];
    var walk = new Walk(y.dims(), new int[][] {strides});
    int tiles = (rows + TILE - 1) / TILE;
    int units = walk.outer(2) * tiles;
    backend.workers.ranges(units, Math.max(1, UnaryForward.GRAIN / Math.max(1, TILE * columns)), (from, to) -> {
      for (int u = from; u < to; u++) {
        int r0 = u % tiles * TILE;
        int source = x.offset + walk.at(0, u / tiles, 2) + r0 * rowStride;
        int target = y.offset + (u / tiles * rows + r0) * columns;
        tile(x, source, rowStride, columnStride, y, target, new int[] {Math.min(TILE, rows - r0), columns});
      }
    });
  }

  private static void tile(SimdBuffer x, int from, int rowStride, int columnStride, SimdBuffer y, int to, int[] extents) {
    int rows = extents[0];
    int columns = extents[1];
    if (columnStride == 1) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x.block.array(), from + r * rowStride, y.block.array(), to + r * columns, columns);
      }
      return;
    }
    int steps = columnStride;
    if (y.reals != null) {
      float[] a = x.reals;
      float[] b = y.reals;
      for (int c = 0; c < columns; c++) {
        for (int r = 0, f = from + c * steps; r < rows; r++, f += rowStride) {
          b[to + r * columns + c] = a[f];
        }
      }
    } else if (y.ints != null) {
      for (int c = 0; c < columns; c++) {
        for (int r = 0; r < rows; r++) {
          y.ints[to + r * columns + c] = x.ints[from + r * rowStride + c * steps];
        }
      }
    } else {
      for (int c = 0; c < columns; c++) {
        for (int r = 0; r < rows; r++) {
          y.bytes[to + r * columns + c] = x.bytes[from + r * rowStride + c * steps];
        }
      }
    }
  }
}

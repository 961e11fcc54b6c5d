package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Gemm;

/**
 * {@link Gemm} from packed panels: A as {@code [k][rows]}, B as {@code [k][columns]}.
 *
 * <p>Order of each output: when alpha is 1 the chain of fused multiply-adds, k ascending, starts at 0 (beta 0), at C (beta 1) or at
 * beta*C rounded. Otherwise it starts at 0 and the result is {@code alpha * chain} (beta 0) or {@code fma(beta, C, alpha * chain)}.
 * Blocks of k go on from where the chain stopped.
 */
final class MatrixProduct {
  /** Steps of k in a block: a panel of A (14 rows) then fills the level-1 cache. */
  private static final int DEPTH = 768;
  /** Rows and columns of a task; columns * DEPTH floats stay in the level-2 cache. */
  private static final int TASK_ROWS = 112;
  private static final int TASK_COLUMNS = 256;
  /** Rows and columns packed at a time, which bounds the scratch to about 25 MiB. */
  private static final int PACK_ROWS = 4032;
  private static final int PACK_COLUMNS = 4096;

  private final Gemm g;
  private final float[] a;
  private final float[] b;
  private final float[] c;
  private final int aBase;
  private final int bBase;
  private final int cBase;
  private final Workers workers;
  private final Scratch scratch;

  private MatrixProduct(Workers workers, Scratch scratch, Gemm g, SimdBuffer[] abc, int batch) {
    this.workers = workers;
    this.scratch = scratch;
    this.g = g;
    a = abc[0].reals;
    b = abc[1].reals;
    c = abc[2].reals;
    aBase = abc[0].offset + g.a().offset() + batch * g.a().batchStride();
    bBase = abc[1].offset + g.b().offset() + batch * g.b().batchStride();
    cBase = abc[2].offset + g.c().offset() + batch * g.c().batchStride();
  }

  /** See {@link dev.mien.kernels.Dense#gemm}. */
  static void run(Workers workers, Scratch scratch, Gemm g, Buffer a, Buffer b, Buffer c) {
    if (g.m() == 0 || g.n() == 0 || g.batch() == 0) {
      return;
    }
    SimdBuffer[] abc = {SimdBuffer.of(a), SimdBuffer.of(b), SimdBuffer.of(c)};
    workers.run(g.batch(), i -> new MatrixProduct(workers, scratch, g, abc, i).run());
  }

  /** See {@link dev.mien.kernels.Dense#linear}: the chain starts at the bias. */
  static void linear(Workers workers, Scratch scratch, Buffer x, Buffer w, Buffer bias, Buffer y) {
    int rows = x.dim(0);
    int columns = w.dim(0);
    if (bias != null) {
      var from = SimdBuffer.of(bias);
      var to = SimdBuffer.of(y);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(from.reals, from.offset, to.reals, to.offset + i * columns, columns);
      }
    }
    run(workers, scratch, Gemm.of(rows, columns, x.dim(1), false, true, bias == null ? 0 : 1), x, w, y);
  }

  private void run() {
    if (g.alpha() == 1f) {
      if (g.beta() != 1f && g.beta() != 0f) {
        for (int i = 0; i < g.m(); i++) {
          for (int j = cBase + i * g.c().leading(), end = j + g.n(); j < end; j++) {
            c[j] *= g.beta();
          }
        }
      }
      chains(c, cBase, g.c().leading(), g.beta() == 0f);
      return;
    }
    try (var lease = scratch.lease(Math.multiplyExact(g.m(), g.n()))) {
      chains(lease.array, lease.offset, g.n(), true);
      for (int i = 0; i < g.m(); i++) {
        blend(lease.array, lease.offset + i * g.n(), cBase + i * g.c().leading());
      }
    }
  }

  private void blend(float[] chain, int from, int to) {
    for (int j = 0; j < g.n(); j++) {
      float scaled = g.alpha() * chain[from + j];
      c[to + j] = g.beta() == 0f ? scaled : Math.fma(g.beta(), c[to + j], scaled);
    }
  }

  private void chains(float[] out, int outBase, int outRow, boolean fresh) {
    int columns = Math.min(g.n(), PACK_COLUMNS);
    int rows = Math.min(g.m(), PACK_ROWS);
    int depth = Math.min(g.k(), DEPTH);
    int width = 2 * Lanes.COUNT;
    int aSize = (rows + 13) * depth;
    int bSize = Taps.ceilDiv(columns, width) * width * depth;
    try (var lease = scratch.lease(aSize + 32 + bSize + width)) {
      var block = new Block(lease.array, lease.offset, lease.offset + ((aSize + 31) & ~31), out, outRow);
      java.util.Arrays.fill(lease.array, block.bPacked + bSize, block.bPacked + bSize + width, 0f);
      block.zeros = block.bPacked + bSize;
      for (int n0 = 0; n0 < g.n(); n0 += columns) {
        block.columnFirst = n0;
        block.columns = Math.min(columns, g.n() - n0);
        for (int k0 = 0; k0 == 0 || k0 < g.k(); k0 += DEPTH) {
          block.stepFirst = k0;
          block.steps = Math.min(depth, g.k() - k0);
          workers.run(Taps.ceilDiv(block.columns, width), block::packB);
          for (int m0 = 0; m0 < g.m(); m0 += rows) {
            block.rowFirst = m0;
            block.rows = Math.min(rows, g.m() - m0);
            block.outBase = outBase + m0 * outRow + n0;
            block.fresh = fresh && k0 == 0;
            int rowTasks = Taps.ceilDiv(block.rows, TASK_ROWS);
            workers.run(rowTasks, block::packA);
            workers.run(rowTasks * Taps.ceilDiv(block.columns, TASK_COLUMNS), block::multiply);
          }
        }
      }
    }
  }

  /** Rows of the tile that starts at {@code row} of {@code end}: the largest kernel that the rest fills, or the next one above it. */
  static int tileRows(int row, int end) {
    int rest = end - row;
    if (Lanes.COUNT < 16) {
      return rest >= 3 ? 4 : rest;
    }
    if (rest == 15 || rest == 16 || rest == 24) {
      return 8;
    }
    if (rest >= 14) {
      return rest > 22 && rest < 27 ? 12 : 14;
    }
    return rest > 12 ? 14 : rest > 8 ? 12 : rest > 4 ? 8 : rest > 2 ? 4 : rest;
  }

  /** One block of rows, columns and steps. */
  private final class Block {
    private final float[] packed;
    private final int aPacked;
    private final int bPacked;
    private final float[] out;
    private final int outRow;
    private int zeros;
    private int rowFirst;
    private int rows;
    private int columnFirst;
    private int columns;
    private int stepFirst;
    private int steps;
    private int outBase;
    private boolean fresh;

    Block(float[] packed, int aPacked, int bPacked, float[] out, int outRow) {
      this.packed = packed;
      this.aPacked = aPacked;
      this.bPacked = bPacked;
      this.out = out;
      this.outRow = outRow;
    }

    void packB(int panel) {
      int width = 2 * Lanes.COUNT;
      int from = panel * width;
      int lanes = Math.min(width, columns - from);
      int panelWidth = lanes > Lanes.COUNT ? width : Lanes.COUNT;
      int leading = g.b().leading();
      int to = bPacked + from * steps;
      if (g.transposeB()) {
        int at = bBase + (columnFirst + from) * leading + stepFirst;
        PanelPack.across(b, at, leading, lanes, packed, to, panelWidth, steps);
      } else {
        PanelPack.along(b, bBase + stepFirst * leading + columnFirst + from, leading, lanes, packed, to, panelWidth, steps);
      }
    }

    void packA(int task) {
      int end = Math.min(rows, (task + 1) * TASK_ROWS);
      int leading = g.a().leading();
      for (int row = task * TASK_ROWS, height; row < end; row += height) {
        height = tileRows(row, end);
        int lanes = Math.min(height, end - row);
        int to = aPacked + row * steps;
        if (g.transposeA()) {
          PanelPack.along(a, aBase + stepFirst * leading + rowFirst + row, leading, lanes, packed, to, height, steps);
        } else {
          PanelPack.across(a, aBase + (rowFirst + row) * leading + stepFirst, leading, lanes, packed, to, height, steps);
        }
      }
    }

    void multiply(int task) {
      int columnTasks = Taps.ceilDiv(columns, TASK_COLUMNS);
      int rowEnd = Math.min(rows, (task / columnTasks + 1) * TASK_ROWS);
      int columnEnd = Math.min(columns, (task % columnTasks + 1) * TASK_COLUMNS);
      int width = 2 * Lanes.COUNT;
      var tile = new GemmTile();
      tile.a = packed;
      tile.b = packed;
      try (var lease = scratch.lease(14 * width)) {
        for (int row = task / columnTasks * TASK_ROWS, height; row < rowEnd; row += height) {
          height = tileRows(row, rowEnd);
          tile.aBase = aPacked + row * steps;
          for (int column = task % columnTasks * TASK_COLUMNS; column < columnEnd; column += width) {
            tile.bBase = bPacked + column * steps;
            tile(tile, row, Math.min(height, rowEnd - row), height, column, Math.min(width, columnEnd - column), lease);
          }
        }
      }
    }

    private void tile(GemmTile tile, int row, int validRows, int height, int column, int validColumns, Scratch.Lease lease) {
      int vectors = validColumns > Lanes.COUNT ? 2 : 1;
      int width = vectors * Lanes.COUNT;
      int at = outBase + row * outRow + column;
      boolean whole = validRows == height && validColumns == width;
      tile.c = whole ? out : lease.array;
      tile.cBase = whole ? at : lease.offset;
      tile.cRow = whole ? outRow : width;
      tile.start = fresh ? packed : tile.c;
      tile.startBase = fresh ? zeros : tile.cBase;
      tile.startRow = fresh ? 0 : tile.cRow;
      if (!whole && !fresh) {
        for (int i = 0; i < validRows; i++) {
          System.arraycopy(out, at + i * outRow, lease.array, lease.offset + i * width, validColumns);
        }
      }
      tile.run(height, vectors, steps);
      if (!whole) {
        for (int i = 0; i < validRows; i++) {
          System.arraycopy(lease.array, lease.offset + i * width, out, at + i * outRow, validColumns);
        }
      }
    }
  }
}

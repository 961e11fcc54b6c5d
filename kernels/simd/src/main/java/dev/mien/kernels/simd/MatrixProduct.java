package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Gemm;

/**
 * {@link Gemm} from packed panels: A as {@code [k][rows]}, B as {@code [k][columns]}.
 *
 * <p>Order of each output: when alpha is 1 the chain of fused multiply-adds, k ascending, starts at 0 (beta 0), at C (beta 1) or
 * at beta*C rounded. Otherwise it starts at 0 and the result is {@code alpha * chain} (beta 0) or
 * {@code fma(beta, C, alpha * chain)}. Blocks of k go on from where the chain stopped.
 */
final class MatrixProduct {
  /** Steps of k in a block: a panel of A (14 rows) then fills the level-1 cache. */
  private static final int DEPTH = 768;
  /** Rows and columns of a task; columns * DEPTH floats stay in the level-2 cache. */
  private static final int TASK_ROWS = Lanes.NARROW ? 114 : 112;
  private static final int TASK_COLUMNS = 256;
  /** An operand that more tasks than this read is packed once for all, otherwise by each task into its own cache. */
  private static final int SHARE = 2;
  /** Rows and columns packed at a time, which bounds the scratch to about 25 MiB. */
  private static final int PACK_ROWS = 4032;
  private static final int PACK_COLUMNS = 4096;
  /** Columns of a panel of B. */
  private static final int WIDTH = 2 * Lanes.COUNT;

  private final Gemm g;
  private final float[] a;
  private final float[] b;
  private final float[] c;
  private final int aBase;
  private final int bBase;
  private final int cBase;
  private final SimdBuffer frozenB;
  private final Workers workers;
  private final Scratch scratch;

  /** The key of the panels of B over the whole of k. */
  private record Panels(int base, int k, int n, int leading, boolean transposed) {}

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
    frozenB = abc[1].forms() != null && g.k() > 0 ? abc[1] : null;
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
    var block = new Block(out, outRow);
    int depth = Math.min(g.k(), DEPTH);
    int rows = Math.min(g.m(), PACK_ROWS);
    int columns = Math.min(g.n(), PACK_COLUMNS);
    block.shareA = Taps.ceilDiv(columns, TASK_COLUMNS) > SHARE;
    block.shareB = frozenB != null || Taps.ceilDiv(rows, TASK_ROWS) > SHARE;
    int aSize = block.shareA ? (rows + 13) * depth : 0;
    int bSize = block.shareB && frozenB == null ? panelColumns(columns) * depth : 0;
    try (var lease = scratch.lease(WIDTH + bSize + aSize); var frozen = frozenB == null ? null : frozen(block)) {
      block.packed = lease.array;
      block.zeros = lease.offset;
      block.sharedA = lease.offset + WIDTH + bSize;
      block.packedB = frozen == null ? lease.array : frozen.array;
      java.util.Arrays.fill(lease.array, lease.offset, lease.offset + WIDTH, 0f);
      for (int n0 = 0; n0 < g.n(); n0 += columns) {
        block.columnFirst = n0;
        block.columns = Math.min(columns, g.n() - n0);
        for (int k0 = 0; k0 == 0 || k0 < g.k(); k0 += DEPTH) {
          block.stepFirst = k0;
          block.steps = Math.min(depth, g.k() - k0);
          block.sharedB = frozen == null ? lease.offset + WIDTH : frozen.offset + k0 * panelColumns(g.n()) + n0 * block.steps;
          if (block.shareB && frozen == null) {
            packShared(block, lease.array);
          }
          for (int m0 = 0; m0 < g.m(); m0 += rows) {
            block.rowFirst = m0;
            block.rows = Math.min(rows, g.m() - m0);
            block.outBase = outBase + m0 * outRow + n0;
            block.fresh = fresh && k0 == 0;
            rows(block, lease);
          }
        }
      }
    }
  }

  private void packShared(Block block, float[] target) {
    workers.run(Taps.ceilDiv(block.columns, TASK_COLUMNS), i -> {
      int from = i * TASK_COLUMNS;
      block.packB(from, Math.min(block.columns, from + TASK_COLUMNS), target, block.sharedB + from * block.steps);
    });
  }

  /** All panels of a frozen B, those of a block of k together: panels over the whole of k would share the sets of a cache. */
  private Scratch.Lease frozen(Block block) {
    var key = new Panels(bBase, g.k(), g.n(), g.b().leading(), g.transposeB());
    return scratch.derived(frozenB, key, Math.multiplyExact(panelColumns(g.n()), g.k()), (array, offset) -> {
      block.columnFirst = 0;
      block.columns = g.n();
      for (int k0 = 0; k0 < g.k(); k0 += DEPTH) {
        block.stepFirst = k0;
        block.steps = Math.min(DEPTH, g.k() - k0);
        block.sharedB = offset + k0 * panelColumns(g.n());
        packShared(block, array);
      }
    });
  }

  private static int panelColumns(int columns) {
    return Taps.ceilDiv(columns, WIDTH) * WIDTH;
  }

  /** The rows of one block: tasks of rows and columns. */
  private void rows(Block block, Scratch.Lease lease) {
    int rowTasks = Taps.ceilDiv(block.rows, TASK_ROWS);
    if (block.shareA) {
      workers.run(rowTasks, i -> block.packA(i, lease.array, block.sharedA + i * TASK_ROWS * block.steps));
    }
    int columnTasks = Taps.ceilDiv(block.columns, TASK_COLUMNS);
    int rowsEach = block.shareB ? 1 : rowTasks;
    int columnsEach = block.shareA || !block.shareB ? 1 : columnTasks;
    workers.run(rowTasks / rowsEach * (columnTasks / columnsEach), i -> {
      int columnGroups = columnTasks / columnsEach;
      block.multiply(i / columnGroups * rowsEach, rowsEach, i % columnGroups * columnsEach, columnsEach);
    });
  }

  /** Rows of the tile at {@code row} of {@code end}: the largest kernel that the rest fills, or the next one above it. */
  static int tileRows(int row, int end) {
    int rest = end - row;
    if (Lanes.NARROW) {
      return rest <= 2 ? rest : rest == 3 || rest == 4 || rest == 7 || rest == 8 ? 4 : 6;
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
    private final float[] out;
    private final int outRow;
    private boolean shareA;
    private boolean shareB;
    private float[] packed;
    private float[] packedB;
    private int sharedA;
    private int sharedB;
    private int zeros;
    private int rowFirst;
    private int rows;
    private int columnFirst;
    private int columns;
    private int stepFirst;
    private int steps;
    private int outBase;
    private boolean fresh;

    Block(float[] out, int outRow) {
      this.out = out;
      this.outRow = outRow;
    }

    /** Packs the panels of columns {@code from .. end-1} of the block. */
    void packB(int from, int end, float[] target, int to) {
      int leading = g.b().leading();
      int whole = g.transposeB() ? 0 : (end - from) / WIDTH;
      if (whole > 0) {
        var m = new PanelPack.Matrix(b, bBase + stepFirst * leading + columnFirst + from, leading);
        PanelPack.panels(m, whole, target, to, steps);
      }
      for (int column = from + whole * WIDTH; column < end; column += WIDTH) {
        int lanes = Math.min(WIDTH, end - column);
        int panelWidth = lanes > Lanes.COUNT ? WIDTH : Lanes.COUNT;
        int panel = to + (column - from) * steps;
        if (g.transposeB()) {
          int at = bBase + (columnFirst + column) * leading + stepFirst;
          PanelPack.across(new PanelPack.Matrix(b, at, leading), lanes, target, panel, panelWidth, steps);
        } else {
          int at = bBase + stepFirst * leading + columnFirst + column;
          PanelPack.along(new PanelPack.Matrix(b, at, leading), lanes, target, panel, panelWidth, steps);
        }
      }
    }

    /** Packs the rows of a task. */
    void packA(int rowTask, float[] target, int to) {
      int first = rowTask * TASK_ROWS;
      int end = Math.min(rows, first + TASK_ROWS);
      int leading = g.a().leading();
      for (int row = first, height; row < end; row += height) {
        height = tileRows(row, end);
        int lanes = Math.min(height, end - row);
        int at = to + (row - first) * steps;
        if (g.transposeA()) {
          var m = new PanelPack.Matrix(a, aBase + stepFirst * leading + rowFirst + row, leading);
          PanelPack.along(m, lanes, target, at, height, steps);
        } else {
          var m = new PanelPack.Matrix(a, aBase + (rowFirst + row) * leading + stepFirst, leading);
          PanelPack.across(m, lanes, target, at, height, steps);
        }
      }
    }

    /** Multiplies {@code rowTasks} by {@code columnTasks} task sizes; an operand that is not shared is packed here, once. */
    void multiply(int rowTask, int rowTasks, int columnTask, int columnTasks) {
      int rowFrom = rowTask * TASK_ROWS;
      int rowEnd = Math.min(rows, rowFrom + rowTasks * TASK_ROWS);
      int columnFrom = columnTask * TASK_COLUMNS;
      int columnEnd = Math.min(columns, columnFrom + columnTasks * TASK_COLUMNS);
      int ownB = shareB ? 0 : panelColumns(columnEnd - columnFrom) * steps;
      int ownA = shareA ? 0 : (rowEnd - rowFrom + 13) * steps;
      try (var lease = scratch.lease(14 * WIDTH + ownB + ownA)) {
        var tile = new GemmTile();
        tile.a = shareA ? packed : lease.array;
        tile.b = shareB ? packedB : lease.array;
        int bAt = shareB ? sharedB + columnFrom * steps : lease.offset + 14 * WIDTH;
        int aAt = shareA ? sharedA + rowFrom * steps : lease.offset + 14 * WIDTH + ownB;
        if (!shareB) {
          packB(columnFrom, columnEnd, lease.array, bAt);
        }
        for (int t = rowTask; !shareA && t < rowTask + rowTasks; t++) {
          packA(t, lease.array, aAt + (t - rowTask) * TASK_ROWS * steps);
        }
        for (int c0 = columnFrom; c0 < columnEnd; c0 += TASK_COLUMNS) {
          int c1 = Math.min(columnEnd, c0 + TASK_COLUMNS);
          int b = bAt + (c0 - columnFrom) * steps;
          for (int t = rowTask; t < rowTask + rowTasks; t++) {
            multiply(tile, t, c0, c1, aAt + (t * TASK_ROWS - rowFrom) * steps, b, lease);
          }
        }
      }
    }

    private void multiply(GemmTile tile, int rowTask, int c0, int c1, int aAt, int bAt, Scratch.Lease own) {
      int first = rowTask * TASK_ROWS;
      int end = Math.min(rows, first + TASK_ROWS);
      for (int row = first, height; row < end; row += height) {
        height = tileRows(row, end);
        tile.aBase = aAt + (row - first) * steps;
        for (int column = c0; column < c1; column += WIDTH) {
          int wide = Math.min(WIDTH, c1 - column);
          tile.bBase = bAt + (column - c0) * steps;
          tile(tile, row, Math.min(height, end - row), height, column, wide, own);
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

package dev.mien.kernels.simd;

import java.util.Arrays;

/**
 * Weight gradient of a 3x3 convolution with stride 1, the adjoint of {@link WinogradConvolution} in the weight: x and gy are transformed,
 * multiplied as 36 matrices over all tiles, and the sums transformed back to 3x3.
 *
 * <p>Order of each output: at each position one chain of fused multiply-adds from 0 over the tiles (image, row, column), ascending; between
 * fixed expressions.
 */
final class WinogradWeightGradient {
  private static final int P = WinogradShape.POSITIONS;
  /** Tiles transformed at a time: a block of channels of one position of x and of gy share a level-1 cache. */
  private static final int BLOCK_TILES = 128;
  private static final int ROWS = Lanes.NARROW ? 16 : 4;
  private static final int PIECES = 4;

  private final WinogradShape shape;
  private final SimdBuffer x;
  private final SimdBuffer gy;
  private final SimdBuffer gw;
  private final int inBlocks;
  private final int outBlocks;
  /** Rows of sums: input channels in whole units of {@link #ROWS}. */
  private final int rows;
  private final int panels;
  private final int capacity;
  private final int inStride;
  private final int outStride;
  private final int sumStride;
  private final int[] offsets;
  /** Where the channels of each unit lie in a position of x. */
  private final int[] unitOffsets;

  WinogradWeightGradient(WinogradShape shape, SimdBuffer x, SimdBuffer gy, SimdBuffer gw) {
    this.shape = shape;
    this.x = x;
    this.gy = gy;
    this.gw = gw;
    inBlocks = x.channelBlocks();
    outBlocks = gy.channelBlocks();
    rows = (gw.dim(1) + ROWS - 1) / ROWS * ROWS;
    panels = (gw.dim(0) + width() - 1) / width();
    capacity = Math.min(BLOCK_TILES, shape.tiles());
    inStride = WinogradShape.stride(inBlocks, capacity);
    outStride = WinogradShape.stride(outBlocks, capacity);
    sumStride = panels * rows * width() + 16;
    offsets = new int[capacity];
    Arrays.setAll(offsets, i -> i * 16);
    unitOffsets = new int[rows / ROWS];
    Arrays.setAll(unitOffsets, q -> q * ROWS / 16 * capacity * 16 + q * ROWS % 16);
  }

  private static int width() {
    return 2 * Lanes.COUNT;
  }

  void run(Workers workers, Scratch scratch) {
    int tiles = shape.tiles();
    int zeros = 12 * width();
    try (var lease = scratch.lease(P * (inStride + outStride)); var sumLease = scratch.lease(P * sumStride + zeros)) {
      float[] sums = sumLease.array;
      int base = sumLease.offset + zeros;
      Arrays.fill(sums, sumLease.offset, base, 0f);
      for (int from = 0; from < tiles; from += capacity) {
        var block = new Block(lease, from, Math.min(tiles, from + capacity));
        workers.run((inBlocks + outBlocks) * PIECES, i -> block.transform(i / PIECES, i % PIECES, scratch));
        int parts = Math.min(4, panels);
        int start = from == 0 ? sumLease.offset : -1;
        workers.run(P * parts, i -> {
          for (int panel = panels * (i % parts) / parts; panel < panels * (i % parts + 1) / parts; panel++) {
            block.multiply(i / parts, panel, sums, base, start);
          }
        });
      }
      workers.run(panels, i -> finish(i, sums, base, scratch));
    }
  }

  /** Tiles {@code from .. to-1} of x and gy in the transformed domain. */
  private final class Block {
    private final float[] values;
    private final int v;
    private final int d;
    private final int from;
    private final int to;

    Block(Scratch.Lease lease, int from, int to) {
      values = lease.array;
      v = lease.offset;
      d = v + P * inStride;
      this.from = from;
      this.to = to;
    }

    /** One of {@value #PIECES} pieces of the tiles of a block of channels: first those of x, then those of gy. */
    void transform(int block, int piece, Scratch scratch) {
      int first = from + (to - from) * piece / PIECES;
      int end = from + (to - from) * (piece + 1) / PIECES;
      try (var own = new WinogradTile(scratch)) {
        if (block < inBlocks) {
          new WinogradInput(shape, x, own).run(block, first, end, values, v + (block * capacity + first - from) * 16, inStride);
        } else {
          gradient(block - inBlocks, first, end, own);
        }
      }
    }

    private void gradient(int block, int first, int end, WinogradTile tile) {
      int plane = gy.plane() * 16;
      int row = shape.outWidth() * 16;
      var cursor = shape.new Cursor(first);
      for (int t = first; t < end; t++, cursor.next()) {
        int source = gy.offset + (cursor.image * outBlocks + block) * plane + cursor.outPixel() * 16;
        tile.from(gy.reals, source, row);
        if (!cursor.whole()) {
          Arrays.fill(tile.temporary, tile.patch, tile.patch + 256, 0f);
          for (int i = 0; i < cursor.outRows(); i++) {
            System.arraycopy(gy.reals, source + i * row, tile.temporary, tile.patch + i * 64, cursor.outColumns() * 16);
          }
          tile.from(tile.temporary, tile.patch, 64);
        }
        tile.to(values, d + (block * capacity + t - from) * 16, outStride);
        WinogradTransforms.gradient(tile);
      }
    }

    void multiply(int position, int panel, float[] sums, int base, int zeros) {
      int first = panel * width();
      int vectors = outBlocks * 16 - first > Lanes.COUNT ? 2 : 1;
      var tile = new GradTile();
      tile.x = values;
      tile.gy = values;
      tile.offsets = offsets;
      tile.gyBase = d + position * outStride + first / 16 * capacity * 16 + first % 16;
      tile.gyVector = Lanes.COUNT == 16 ? capacity * 16 : Lanes.COUNT;
      tile.sum = sums;
      int units = rows / ROWS;
      int sum = base + position * sumStride + panel * rows * width();
      if (Lanes.NARROW) {
        tile.start = sums;
        tile.x0 = v + position * inStride;
        tile.sumBase = sum;
        tile.startBase = zeros;
        tile.fresh = zeros >= 0;
        tile.linear = true;
        var narrow = new NarrowUnits(units, ROWS);
        for (int q = 0; q < units; q++) {
          narrow.add(unitOffsets[q], q * ROWS * vectors * Lanes.COUNT, Math.min(ROWS, gw.dim(1) - q * ROWS), vectors * Lanes.COUNT);
        }
        narrow.run(tile, vectors, 0, to - from);
        return;
      }
      int most = 3;
      for (int q = 0; q < units;) {
        int count = units - q == most + 1 ? most - 1 : Math.min(most, units - q);
        int at = v + position * inStride;
        tile.x0 = at + unitOffsets[q];
        tile.x1 = at + unitOffsets[Math.min(q + 1, units - 1)];
        tile.x2 = at + unitOffsets[Math.min(q + 2, units - 1)];
        tile.start = sums;
        tile.sumBase = sum + q * ROWS * vectors * Lanes.COUNT;
        tile.startBase = zeros >= 0 ? zeros : tile.sumBase;
        tile.run(count, ROWS, vectors, to - from);
        q += count;
      }
    }
  }

  private void finish(int panel, float[] sums, int base, Scratch scratch) {
    int first = panel * width();
    int lanes = Math.min(width(), gw.dim(0) - first);
    int vectors = outBlocks * 16 - first > Lanes.COUNT ? 2 : 1;
    int panelWidth = vectors * Lanes.COUNT;
    int[] position = new int[gw.dim(1) * 9];
    Arrays.setAll(position, i -> i * panelWidth);
    try (var lease = scratch.lease(position.length * panelWidth); var tile = new WinogradTile(scratch)) {
      for (int c = 0; c < gw.dim(1); c++) {
        tile.from(sums, base + panel * rows * width() + c * panelWidth, sumStride);
        tile.to(lease.array, lease.offset + c * 9 * panelWidth, panelWidth);
        WinogradTransforms.weightGradient(tile, panelWidth);
      }
      var target = new WeightPack.Source(gw.reals, gw.offset + first * position.length, position.length);
      WeightPack.unpack(lease.array, lease.offset, position, target, lanes);
    }
  }
}

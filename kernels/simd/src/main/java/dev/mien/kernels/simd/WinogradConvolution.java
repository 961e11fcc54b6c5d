package dev.mien.kernels.simd;

import java.util.Arrays;

/**
 * A 3x3 convolution with stride 1 by Winograd's F(4x4, 3x3), forward or (with turned weights) its data gradient: tiles are transformed,
 * multiplied as 36 matrices, and transformed back.
 *
 * <p>Order of each output: the transforms are fixed expressions; between them, at each position, one chain of fused multiply-adds from 0 over
 * the input channels, ascending; the bias is added last. How tiles are cut into blocks does not show in the bits.
 */
final class WinogradConvolution {
  private static final int P = WinogradShape.POSITIONS;
  /** Floats of transformed input and output of a block of tiles, about: they should stay in a level-2 cache. */
  private static final int BLOCK_FLOATS = Integer.getInteger("wino.block", 128 * 1024);
  private static final int MIN_TILES = Integer.getInteger("wino.min", 28);
  private static final int TASKS = 8;
  /** Input channels whose weights are transformed at a time. */
  private static final int WEIGHT_CHANNELS = 32;

  /** Weight with its strides between output and input channels; {@code turned} by 180 degrees for the data gradient. */
  record Weight(SimdBuffer values, int outStride, int inStride, int in, int out, boolean turned, SimdBuffer bias) {}

  private final WinogradShape shape;
  private final SimdBuffer x;
  private final SimdBuffer y;
  private final Weight weight;
  private final int inBlocks;
  private final int outBlocks;
  private final int panels;
  private final int weightStride;
  private float[] weights;
  private int weightBase;

  WinogradConvolution(WinogradShape shape, SimdBuffer x, SimdBuffer y, Weight weight) {
    this.shape = shape;
    this.x = x;
    this.y = y;
    this.weight = weight;
    inBlocks = x.channelBlocks();
    outBlocks = y.channelBlocks();
    panels = (weight.out + 2 * Lanes.COUNT - 1) / (2 * Lanes.COUNT);
    weightStride = panels * 2 * Lanes.COUNT * weight.in + 16;
  }

  void run(Workers workers, Scratch scratch) {
    int tiles = shape.tiles();
    try (var lease = scratch.lease(P * weightStride)) {
      weights = lease.array;
      weightBase = lease.offset;
      workers.run(panels, i -> packPanel(i, scratch));
      int limit = Math.max(MIN_TILES, BLOCK_FLOATS / (P * 16 * Math.max(inBlocks, outBlocks)) / 28 * 28);
      int blocks = Math.max(1, (tiles + limit - 1) / limit);
      if (blocks >= TASKS) {
        workers.run(blocks, i -> {
          int from = (int) ((long) tiles * i / blocks);
          int to = (int) ((long) tiles * (i + 1) / blocks);
          try (var b = new Block(scratch, from, to)) {
            b.all(scratch);
          }
        });
      } else {
        try (var b = new Block(scratch, 0, tiles)) {
          b.together(workers, scratch);
        }
      }
    }
    Layout.clearPadding(y);
  }

  private int width() {
    return 2 * Lanes.COUNT;
  }

  private void packPanel(int panel, Scratch scratch) {
    int first = panel * width();
    int lanes = Math.min(width(), weight.out - first);
    try (var lease = scratch.lease(WEIGHT_CHANNELS * 9 * width() + WinogradTransforms.TEMPORARY)) {
      int tmp = lease.offset + WEIGHT_CHANNELS * 9 * width();
      var source = new WeightPack.Source(weight.values.reals, weight.values.offset + first * weight.outStride, weight.outStride);
      var target = new WeightPack.Panel(lease.array, lease.offset, width());
      for (int c0 = 0; c0 < weight.in; c0 += WEIGHT_CHANNELS) {
        int count = Math.min(WEIGHT_CHANNELS, weight.in - c0);
        int[] k = new int[count * 9];
        for (int i = 0; i < k.length; i++) {
          k[i] = (c0 + i / 9) * weight.inStride + i % 9;
        }
        WeightPack.pack(source, k, weight.inStride == 9 ? k.length : 9, lanes, target);
        for (int c = 0; c < count; c++) {
          int at = lease.offset + c * 9 * width();
          int to = weightBase + (panel * weight.in + c0 + c) * width();
          WinogradTransforms.weight(lease.array, weight.turned ? at + 8 * width() : at, weight.turned ? -width() : width(), width(),
              lease.array, tmp, weights, to, weightStride);
        }
      }
    }
  }

  /** Tiles {@code from .. to-1} in the transformed domain. */
  private final class Block implements AutoCloseable {
    private final int from;
    private final int to;
    private final int capacity;
    private final int inStride;
    private final int outStride;
    private final Scratch.Lease lease;
    private final int v;
    private final int m;
    private final int zeros;
    private final int[] offsets = new int[weight.in];

    Block(Scratch scratch, int from, int to) {
      this.from = from;
      this.to = to;
      // Kernels take four tiles at least; what they compute behind the last is never read.
      capacity = (to - from + 3) / 4 * 4;
      inStride = WinogradShape.stride(inBlocks, capacity);
      outStride = WinogradShape.stride(outBlocks, capacity);
      lease = scratch.lease(P * (inStride + outStride) + width());
      v = lease.offset;
      m = v + P * inStride;
      zeros = m + P * outStride;
      Arrays.fill(lease.array, zeros, zeros + width(), 0f);
      for (int k = 0; k < offsets.length; k++) {
        offsets[k] = k / 16 * capacity * 16 + k % 16;
      }
    }

    @Override
    public void close() {
      lease.close();
    }

    void all(Scratch scratch) {
      try (var own = patches(scratch)) {
        for (int b = 0; b < inBlocks; b++) {
          input(b, from, to, own);
        }
        var tile = new ConvTile();
        for (int p = 0; p < P; p++) {
          for (int panel = 0; panel < panels; panel++) {
            multiply(tile, p, panel);
          }
        }
        for (int b = 0; b < outBlocks; b++) {
          output(b, from, to, own);
        }
      }
    }

    void together(Workers workers, Scratch scratch) {
      int pieces = Math.max(1, (to - from) / 16);
      workers.run(inBlocks * pieces, i -> {
        try (var own = patches(scratch)) {
          int n = i % pieces;
          input(i / pieces, from + (to - from) * n / pieces, from + (to - from) * (n + 1) / pieces, own);
        }
      });
      int parts = Math.min(panels, 4);
      workers.run(P * parts, i -> {
        var tile = new ConvTile();
        int part = i % parts;
        for (int panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++) {
          multiply(tile, i / parts, panel);
        }
      });
      workers.run(outBlocks * pieces, i -> {
        try (var own = patches(scratch)) {
          int n = i % pieces;
          output(i / pieces, from + (to - from) * n / pieces, from + (to - from) * (n + 1) / pieces, own);
        }
      });
    }

    /** The temporary of a transform, and a patch for tiles at the border. */
    private Scratch.Lease patches(Scratch scratch) {
      return scratch.lease(2 * WinogradTransforms.TEMPORARY + 16);
    }

    private void input(int block, int first, int end, Scratch.Lease own) {
      new WinogradInput(shape, x, own).run(block, first, end, lease.array, v + (block * capacity + first - from) * 16, inStride);
    }

    private void multiply(ConvTile tile, int position, int panel) {
      int first = panel * width();
      int vectors = outBlocks * 16 - first > Lanes.COUNT ? 2 : 1;
      tile.x = lease.array;
      tile.offsets = offsets;
      tile.w = weights;
      tile.wBase = weightBase + position * weightStride + panel * weight.in * width();
      tile.y = lease.array;
      tile.yPixel = 16;
      tile.yVector = Lanes.COUNT == 16 ? capacity * 16 : Lanes.COUNT;
      int in = v + position * inStride;
      int out = m + position * outStride + first / 16 * capacity * 16 + first % 16;
      int tiles = to - from;
      for (int t = 0; t < tiles;) {
        int rest = tiles - t;
        int pixels = rest >= 14 && Lanes.COUNT == 16 ? 7 : 4;
        int groups = pixels == 7 ? 2 : Lanes.COUNT < 16 ? 1 : rest >= 9 ? 3 : rest > 4 ? 2 : 1;
        tile.start = lease.array;
        tile.s0 = zeros;
        tile.s1 = zeros;
        tile.s2 = zeros;
        tile.sPixel = 0;
        tile.sVector = Lanes.COUNT;
        int step = pixels * 16;
        tile.x0 = in + t * 16;
        tile.x1 = tile.x0 + step;
        tile.x2 = tile.x1 + step;
        tile.y0 = out + t * 16;
        tile.y1 = tile.y0 + step;
        tile.y2 = tile.y1 + step;
        tile.run(groups, pixels, vectors, 0, weight.in);
        t += groups * pixels;
      }
    }

    private void bias(int block, float[] array, int to) {
      Arrays.fill(array, to, to + 16, 0f);
      if (weight.bias != null) {
        System.arraycopy(weight.bias.reals, weight.bias.offset + block * 16, array, to, Math.min(16, weight.out - block * 16));
      }
    }

    private void output(int block, int first, int end, Scratch.Lease own) {
      int plane = y.plane() * 16;
      int row = shape.outWidth() * 16;
      int patch = own.offset + WinogradTransforms.TEMPORARY;
      int bias = patch + WinogradTransforms.TEMPORARY;
      bias(block, own.array, bias);
      var cursor = shape.new Cursor(first);
      for (int t = first; t < end; t++, cursor.next()) {
        int source = m + (block * capacity + t - from) * 16;
        int target = y.offset + (cursor.image * outBlocks + block) * plane + cursor.row * WinogradShape.OUT * row
            + cursor.column * WinogradShape.OUT * 16;
        if (cursor.whole()) {
          WinogradTransforms.output(lease.array, source, outStride, own.array, own.offset, bias, y.reals, target, row);
        } else {
          WinogradTransforms.output(lease.array, source, outStride, own.array, own.offset, bias, own.array, patch, 64);
          int rows = Math.min(WinogradShape.OUT, shape.outHeight() - cursor.row * WinogradShape.OUT);
          int columns = Math.min(WinogradShape.OUT, shape.outWidth() - cursor.column * WinogradShape.OUT);
          for (int i = 0; i < rows; i++) {
            System.arraycopy(own.array, patch + i * 64, y.reals, target + i * row, columns * 16);
          }
        }
      }
    }
  }
}

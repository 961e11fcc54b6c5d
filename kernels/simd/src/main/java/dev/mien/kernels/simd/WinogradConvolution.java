package dev.mien.kernels.simd;

import dev.mien.kernels.Epilogue;
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
  private static final int BLOCK_FLOATS = 128 * 1024;
  private static final int MIN_TILES = 28;
  private static final int TASKS = 8;
  /** Tiles that a kernel takes at a time on narrow vectors. */
  private static final int GROUP = 6;
  /** Up to so many tiles each panel's weights are transformed piece by piece in the cache, where they are used once, and never stored whole. */
  private static final int FEW_TILES = 64;
  /** Input channels whose weights are transformed at a time. */
  private static final int WEIGHT_CHANNELS = 64;

  /** Weight with its strides between output and input channels; {@code turned} by 180 degrees for the data gradient. */
  record Weight(SimdBuffer values, int outStride, int inStride, int in, int out, boolean turned, SimdBuffer bias) {}

  private final WinogradShape shape;
  private final SimdBuffer x;
  private final SimdBuffer y;
  private final Weight weight;
  private final ConvolutionEpilogue epilogue;
  private final int inBlocks;
  private final int outBlocks;
  private final int panels;
  private final int weightStride;
  private final int[] wholeChunk;
  private final int[] lastChunk;
  private float[] weights;
  private int weightBase;

  /** @param after what follows beside the bias, or null */
  WinogradConvolution(WinogradShape shape, SimdBuffer x, SimdBuffer y, Weight weight, Epilogue after) {
    this.shape = shape;
    this.x = x;
    this.y = y;
    this.weight = weight;
    this.epilogue = ConvolutionEpilogue.of(after, y);
    inBlocks = x.channelBlocks();
    outBlocks = y.channelBlocks();
    panels = (weight.out + 2 * Lanes.COUNT - 1) / (2 * Lanes.COUNT);
    weightStride = panels * 2 * Lanes.COUNT * weight.in + 16;
    wholeChunk = weight.in < WEIGHT_CHANNELS ? null : chunk(WEIGHT_CHANNELS, weight.inStride);
    lastChunk = chunk(weight.in % WEIGHT_CHANNELS, weight.inStride);
  }

  void run(Workers workers, Scratch scratch) {
    int tiles = shape.tiles();
    if (tiles <= FEW_TILES && weight.values.forms() == null) {
      try (var block = new Block(scratch, 0, tiles)) {
        block.panelByPanel(workers, scratch);
      }
    } else {
      var key = new Transformed(weight.outStride, weight.inStride, weight.turned);
      try (var lease = scratch.derived(weight.values, key, P * weightStride, (array, offset) ->
          workers.run(panels, i -> transformPanel(i, array, offset, scratch)))) {
        weights = lease.array;
        weightBase = lease.offset;
        multiplyTiles(workers, scratch, tiles);
      }
    }
    Layout.clearPadding(y);
  }

  /** The key of transformed weights. */
  private record Transformed(int outStride, int inStride, boolean turned) {}

  private void multiplyTiles(Workers workers, Scratch scratch, int tiles) {
    int limit = Math.max(MIN_TILES, BLOCK_FLOATS / (P * 16 * Math.max(inBlocks, outBlocks)) / 28 * 28);
    int blocks = Math.max(1, (tiles + limit - 1) / limit);
    if (blocks >= TASKS) {
      workers.run(blocks, i -> {
        int from = (int) ((long) tiles * i / blocks);
        int to = (int) ((long) tiles * (i + 1) / blocks);
        try (var block = new Block(scratch, from, to)) {
          block.alone(scratch);
        }
      });
    } else {
      try (var block = new Block(scratch, 0, tiles)) {
        block.together(workers, scratch);
      }
    }
  }

  private static int width() {
    return 2 * Lanes.COUNT;
  }

  /** Vectors of output channels in a panel: one where a second would lie behind the last block. */
  private int vectors(int panel) {
    return outBlocks * 16 - panel * width() > Lanes.COUNT ? 2 : 1;
  }

  private int width(int panel) {
    return vectors(panel) * Lanes.COUNT;
  }

  private void transformPanel(int panel, float[] array, int offset, Scratch scratch) {
    for (int c = 0; c < weight.in; c += WEIGHT_CHANNELS) {
      int count = Math.min(WEIGHT_CHANNELS, weight.in - c);
      transform(panel, c, count, new WinogradWeights(array, offset + panel * weight.in * width() + c * width(panel), weightStride), scratch);
    }
  }

  /** Where the weights of so many channels lie, from the first on. */
  private static int[] chunk(int channels, int stride) {
    int[] k = new int[channels * 9];
    for (int i = 0; i < k.length; i++) {
      k[i] = i / 9 * stride + i % 9;
    }
    return k;
  }

  /** Transformed weights: positions {@code stride} apart, in each {@code [channel][width]}. */
  private record WinogradWeights(float[] array, int offset, int stride) {}

  private void transform(int panel, int channel, int count, WinogradWeights target, Scratch scratch) {
    int first = panel * width();
    int width = width(panel);
    int lanes = Math.min(width, weight.out - first);
    int[] k = count == WEIGHT_CHANNELS ? wholeChunk : lastChunk;
    int from = weight.values.offset + first * weight.outStride + channel * weight.inStride;
    try (var lease = scratch.lease(count * 9 * width); var tile = new WinogradTile(scratch)) {
      var source = new WeightPack.Source(weight.values.reals, from, weight.outStride);
      WeightPack.pack(source, k, weight.inStride == 9 ? k.length : 9, lanes, new WeightPack.Panel(lease.array, lease.offset, width));
      for (int c = 0; c < count; c++) {
        int at = lease.offset + c * 9 * width;
        tile.from(lease.array, weight.turned ? at + 8 * width : at, weight.turned ? -width : width);
        tile.to(target.array, target.offset + c * width, target.stride);
        WinogradTransforms.weight(tile, width);
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
    /** Narrow vectors: where each group of six tiles begins. */
    private final int[] groups;

    Block(Scratch scratch, int from, int to) {
      this.from = from;
      this.to = to;
      // Kernels take whole groups; the tiles that they compute behind the last are never read.
      capacity = to - from + (Lanes.NARROW ? GROUP - 1 : 3);
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
      groups = new int[Lanes.NARROW ? Taps.ceilDiv(to - from, GROUP) : 0];
      Arrays.setAll(groups, g -> g * GROUP * 16);
    }

    @Override
    public void close() {
      lease.close();
    }

    void alone(Scratch scratch) {
      try (var own = new WinogradTile(scratch)) {
        for (int b = 0; b < inBlocks; b++) {
          input(b, from, to, own);
        }
        var tile = new ConvTile();
        for (int p = 0; p < P; p++) {
          multiply(tile, p, 0, panels);
        }
        for (int b = 0; b < outBlocks; b++) {
          output(b, from, to, own);
        }
      }
    }

    /** The whole team, one phase after the other. */
    void together(Workers workers, Scratch scratch) {
      workers.run(inBlocks * pieces(), i -> inputPiece(i, scratch));
      int parts = Math.min(panels, 4);
      workers.run(P * parts, i -> multiply(new ConvTile(), i / parts, panels * (i % parts) / parts, panels * (i % parts + 1) / parts));
      workers.run(outBlocks * pieces(), i -> outputPiece(i, scratch));
    }

    /** The whole team; weights are transformed where they are used. */
    void panelByPanel(Workers workers, Scratch scratch) {
      workers.run(inBlocks * pieces(), i -> inputPiece(i, scratch));
      workers.run(panels, panel -> {
        var tile = new ConvTile();
        int stride = WEIGHT_CHANNELS * width() + 16;
        try (var own = scratch.lease(P * stride)) {
          var target = new WinogradWeights(own.array, own.offset, stride);
          for (int c = 0; c < weight.in; c += WEIGHT_CHANNELS) {
            int count = Math.min(WEIGHT_CHANNELS, weight.in - c);
            transform(panel, c, count, target, scratch);
            tile.w = own.array;
            for (int p = 0; p < P; p++) {
              tile.wBase = own.offset + p * stride - c * width(panel);
              multiply(tile, p, panel, c, c + count);
            }
          }
        }
      });
      workers.run(outBlocks * pieces(), i -> outputPiece(i, scratch));
    }

    /** Pieces of the tiles for the transforms. */
    private int pieces() {
      return Math.max(1, (to - from) / 16);
    }

    private int border(int piece) {
      return from + (int) ((long) (to - from) * piece / pieces());
    }

    private void inputPiece(int i, Scratch scratch) {
      try (var own = new WinogradTile(scratch)) {
        input(i / pieces(), border(i % pieces()), border(i % pieces() + 1), own);
      }
    }

    private void outputPiece(int i, Scratch scratch) {
      try (var own = new WinogradTile(scratch)) {
        output(i / pieces(), border(i % pieces()), border(i % pieces() + 1), own);
      }
    }

    private void input(int block, int first, int end, WinogradTile own) {
      new WinogradInput(shape, x, own).run(block, first, end, lease.array, v + (block * capacity + first - from) * 16, inStride);
    }

    private void multiply(ConvTile tile, int position, int firstPanel, int panelEnd) {
      tile.w = weights;
      for (int panel = firstPanel; panel < panelEnd; panel++) {
        tile.wBase = weightBase + position * weightStride + panel * weight.in * width();
        multiply(tile, position, panel, 0, weight.in);
      }
    }

    /** Input channels {@code channel .. channelEnd-1}; from another than the first on the sums go on. */
    private void multiply(ConvTile tile, int position, int panel, int channel, int channelEnd) {
      int first = panel * width();
      tile.x = lease.array;
      tile.y = lease.array;
      tile.offsets = offsets;
      tile.yPixel = 16;
      tile.yVector = Lanes.COUNT == 16 ? capacity * 16 : Lanes.COUNT;
      int in = v + position * inStride;
      int out = m + position * outStride + first / 16 * capacity * 16 + first % 16;
      if (Lanes.NARROW) {
        tile.xs = groups;
        tile.ys = groups;
        tile.x0 = in;
        tile.y0 = out;
        tile.fresh = channel == 0;
        begin(tile, channel == 0);
        tile.runGroups(0, groups.length, GROUP, vectors(panel), channel, channelEnd);
        return;
      }
      for (int t = 0, tiles = to - from; t < tiles;) {
        int rest = tiles - t;
        int pixels = rest >= 14 ? 7 : 4;
        int count = pixels == 7 ? 2 : rest >= 9 ? 3 : rest > 4 ? 2 : 1;
        int step = pixels * 16;
        tile.x0 = in + t * 16;
        tile.x1 = tile.x0 + step;
        tile.x2 = tile.x1 + step;
        tile.y0 = out + t * 16;
        tile.y1 = tile.y0 + step;
        tile.y2 = tile.y1 + step;
        begin(tile, channel == 0);
        tile.run(count, pixels, vectors(panel), channel, channelEnd);
        t += count * pixels;
      }
    }

    /** Chains start at 0, or go on from what lies in the result. */
    private void begin(ConvTile tile, boolean fresh) {
      if (!fresh) {
        tile.continueFromY();
        return;
      }
      tile.start = lease.array;
      tile.s0 = zeros;
      tile.s1 = zeros;
      tile.s2 = zeros;
      tile.sPixel = 0;
      tile.sVector = Lanes.COUNT;
    }

    private void bias(int block, WinogradTile tile) {
      Arrays.fill(tile.temporary, tile.bias, tile.bias + 16, 0f);
      if (weight.bias != null) {
        System.arraycopy(weight.bias.reals, weight.bias.offset + block * 16, tile.temporary, tile.bias, Math.min(16, weight.out - block * 16));
      }
    }

    private void output(int block, int first, int end, WinogradTile tile) {
      int plane = y.plane();
      int row = shape.outWidth() * 16;
      bias(block, tile);
      var cursor = shape.new Cursor(first);
      for (int t = first; t < end; t++, cursor.next()) {
        int imageBlock = cursor.image * outBlocks + block;
        int target = y.offset + (imageBlock * plane + cursor.outPixel()) * 16;
        tile.from(lease.array, m + (block * capacity + t - from) * 16, outStride);
        if (cursor.whole()) {
          tile.to(y.reals, target, row);
          WinogradTransforms.output(tile);
        } else {
          tile.to(tile.temporary, tile.patch, 64);
          WinogradTransforms.output(tile);
          for (int i = 0; i < cursor.outRows(); i++) {
            System.arraycopy(tile.temporary, tile.patch + i * 64, y.reals, target + i * row, cursor.outColumns() * 16);
          }
        }
        for (int i = 0; epilogue != null && i < cursor.outRows(); i++) {
          epilogue.apply(imageBlock, cursor.outPixel() + i * shape.outWidth(), cursor.outColumns(), 0, 16);
        }
      }
    }
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.Conv2d;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One dense convolution in the direct method, with everything that follows from shapes: panels of output channels, chunks of
 * input channels, bands of pixels. Forward is one pass; the data gradient is one pass for each pixel phase of its stride.
 *
 * <p>Order of each output: bias (or 0), then a chain of fused multiply-adds over input channel, tap row, tap column, ascending.
 */
final class DirectPass {
  /** Floats of input that a band may hold: with a panel of weights it shares a level-2 cache of 1 MiB. */
  private static final int BAND_FLOATS = 64 * 1024;
  /** Steps of k after which a chain goes through memory, so that a panel's part stays in the cache. */
  private static final int CHUNK_STEPS = 1280;
  private static final int TASKS = 16;
  /** Lanes of a panel at most. */
  static final int PANEL = 2 * Lanes.COUNT;

  /** Weight with its strides between channels of the output, of the input and between groups; bias or null. */
  record Weight(SimdBuffer values, int outStride, int inStride, int groupStride, SimdBuffer bias) {}

  /** Groups and channels in each, seen from this pass. */
  record Channels(int groups, int in, int out) {
    int total() {
      return groups * out;
    }
  }

  /** Grid pixel (r, s) is output pixel (rowFirst + r*rowStep, columnFirst + s*columnStep). */
  record Placement(int rowFirst, int rowStep, int columnFirst, int columnStep) {}

  /**
   * Blocks of {@code size x size} neighbouring output pixels whose few channels share the lanes: lane (h * size + v) * channels + c
   * is channel c of pixel (h, v) of a block, and {@link Channels#out} counts lanes.
   */
  record Blocks(Conv2d geometry, int kernelH, int kernelW, int size, int channels) {}

  /** Output channels {@code first .. first+count-1}, packed from {@code offset} of the packed weights. */
  record Panel(int group, int first, int count, int vectors, int offset, boolean aligned) {
    int width() {
      return vectors * Lanes.COUNT;
    }
  }

  final Taps taps;
  final Channels channels;
  final Placement placement;
  final SimdBuffer in;
  final SimdBuffer out;
  final Weight weight;
  /** Null where every lane is a channel. */
  final Blocks blocks;

  /** Whether the pixels of a band, input and output, lie one behind the other. */
  final boolean flat;
  final int pixels;
  final int maxGroups;
  final List<Panel> panels = new ArrayList<>();
  final int panelsPerGroup;
  final int packedSize;
  final int steps;
  final int chunkBlocks;
  final int bandImages;
  final int bandRows;
  final int imageBands;
  final int rowBands;
  final int splits;
  final Window window;
  /** Input offset of every step of k of all groups, one behind the other. */
  final int[] offsets;

  DirectPass(Taps taps, Channels channels, Placement placement, SimdBuffer in, SimdBuffer out, Weight weight) {
    this(taps, channels, placement, in, out, weight, null);
  }

  /** The data gradient for pictures: {@code gx} with so few channels that {@code blocks} of its pixels fill the lanes. */
  static DirectPass ofBlocks(Blocks blocks, SimdBuffer gy, SimdBuffer gx, Weight weight) {
    var taps = Taps.blocks(blocks.geometry, blocks.kernelH, blocks.kernelW, blocks.size, gx.dim(2), gx.dim(3));
    var channels = new Channels(1, gy.dim(1), blocks.size * blocks.size * blocks.channels);
    return new DirectPass(taps, channels, new Placement(0, blocks.size, 0, blocks.size), gy, gx, weight, blocks);
  }

  private DirectPass(Taps taps, Channels channels, Placement placement, SimdBuffer in, SimdBuffer out, Weight weight, Blocks blocks) {
    this.blocks = blocks;
    this.taps = taps;
    this.channels = channels;
    this.placement = placement;
    this.in = in;
    this.out = out;
    this.weight = weight;
    steps = channels.in * taps.count();
    flat = placement.rowStep == 1 && placement.columnStep == 1 && taps.pointwise(in.dim(2), in.dim(3));
    pixels = pixels(flat ? taps.gridH() * taps.gridW() : taps.gridW());
    maxGroups = Lanes.NARROW ? 1 : pixels == 7 ? 2 : 3;
    packedSize = cutPanels();
    panelsPerGroup = panels.size() / channels.groups;

    int inBlocks = widestGroup();
    int minimumWidth = flat ? 1 : pixels;
    chunkBlocks = evenly(inBlocks, Math.max(1, CHUNK_STEPS / (16 * Math.max(1, taps.count()))));
    var oneRow = new Window(taps, in, new Window.Size(1, chunkBlocks, 1), minimumWidth, false);
    int rowFloats = Math.max(1, oneRow.rowAdvance * chunkBlocks);
    int images = Math.max(1, in.dim(0));
    int rows = Math.max(1, taps.gridH());
    int halo = Taps.ceilDiv(taps.lastRow() - taps.firstRow(), taps.strideH());
    bandRows = evenly(rows, Math.max(1, BAND_FLOATS / rowFloats - halo));
    rowBands = Taps.ceilDiv(rows, bandRows);
    bandImages = evenly(images, rowBands > 1 ? 1 : Math.max(1, BAND_FLOATS / (rowFloats * (rows + halo))));
    imageBands = Taps.ceilDiv(images, bandImages);
    splits = Math.clamp(Taps.ceilDiv(TASKS, imageBands * rowBands * channels.groups), 1, Math.max(1, panelsPerGroup));
    window = new Window(taps, in, new Window.Size(bandImages, chunkBlocks, bandRows), minimumWidth, false);
    offsets = offsets();
  }

  /** Neighbouring pixels of a group: 7 or 4, whichever wastes less of a row; on narrow vectors 6, or 4, which cost 5, where they fit. */
  private static int pixels(int width) {
    int fours = Taps.ceilDiv(width, 4);
    if (Lanes.NARROW) {
      return width % 4 == 0 && fours * 5 < Taps.ceilDiv(width, 6) * 6 ? 4 : 6;
    }
    return fours * 4 < Taps.ceilDiv(width, 7) * 7 ? 4 : 7;
  }

  /** The length of equal pieces of at most {@code limit}. */
  static int evenly(int length, int limit) {
    return Taps.ceilDiv(length, Taps.ceilDiv(length, limit));
  }

  private int cutPanels() {
    int width = 2 * Lanes.COUNT;
    int offset = 0;
    for (int g = 0; g < channels.groups; g++) {
      for (int o = 0; o < channels.out; o += width) {
        int first = g * channels.out + o;
        int count = Math.min(width, channels.out - o);
        int vectors = count > Lanes.COUNT ? 2 : 1;
        boolean full = blocks == null && (count == vectors * Lanes.COUNT || first + count == channels.total());
        panels.add(new Panel(g, first, count, vectors, offset, full && first % Math.min(16, width) == 0));
        offset += steps * vectors * Lanes.COUNT;
      }
    }
    return offset;
  }

  private int widestGroup() {
    int widest = 1;
    for (int g = 0; g < channels.groups; g++) {
      widest = Math.max(widest, blockEnd(g) - firstBlock(g));
    }
    return widest;
  }

  int firstBlock(int group) {
    return group * channels.in / 16;
  }

  int blockEnd(int group) {
    return ((group + 1) * channels.in + 15) / 16;
  }

  private int[] offsets() {
    int[] result = new int[channels.groups * steps];
    int k = 0;
    for (int g = 0; g < channels.groups; g++) {
      for (int c = g * channels.in; c < (g + 1) * channels.in; c++) {
        int block = (c / 16 - firstBlock(g)) % chunkBlocks;
        for (int t = 0; t < taps.count(); t++) {
          result[k++] = block * window.blockStride + c % 16 + window.tapOffset[t];
        }
      }
    }
    return result;
  }

  int tasks() {
    return in.dim(0) == 0 || taps.gridH() == 0 || taps.gridW() == 0 ? 0 : imageBands * rowBands * channels.groups * splits;
  }

  Window.Band band(int index) {
    int image = index / rowBands * bandImages;
    int row = index % rowBands * bandRows;
    return new Window.Band(image, Math.min(bandImages, in.dim(0) - image), row, Math.min(bandRows, taps.gridH() - row));
  }

  /** Everything that {@link #pack} depends on beside the weights. */
  record Form(List<Integer> taps, Channels channels, Blocks blocks, int offset, int outStride, int inStride, int groupStride) {}

  Form form() {
    return new Form(Arrays.stream(taps.index()).boxed().toList(), channels, blocks, weight.values.offset, weight.outStride,
        weight.inStride, weight.groupStride);
  }

  /** Packs one panel. */
  void pack(int index, float[] packed, int base) {
    Panel p = panels.get(index);
    if (blocks != null) {
      packBlocks(p, packed, base + p.offset);
      return;
    }
    int[] k = new int[steps];
    for (int c = 0, i = 0; c < channels.in; c++) {
      for (int t = 0; t < taps.count(); t++) {
        k[i++] = c * weight.inStride + taps.index()[t];
      }
    }
    int from = weight.values.offset + p.group * weight.groupStride + (p.first - p.group * channels.out) * weight.outStride;
    int run = 1;
    while (run < steps && k[run] == run) {
      run++;
    }
    var source = new WeightPack.Source(weight.values.reals, from, weight.outStride);
    WeightPack.pack(source, k, run, p.count, new WeightPack.Panel(packed, base + p.offset, p.width()));
  }

  /** A tap that does not reach a pixel of the block has weight 0 for it. */
  private void packBlocks(Panel p, float[] packed, int base) {
    Arrays.fill(packed, base, base + steps * p.width(), 0f);
    for (int lane = 0; lane < p.count; lane++) {
      int pixel = (p.first + lane) / blocks.channels;
      int from = weight.values.offset + (p.first + lane) % blocks.channels * weight.outStride;
      for (int t = 0; t < taps.count(); t++) {
        int tap = taps.blockIndex(blocks.geometry, blocks.kernelH, blocks.kernelW, t, pixel / blocks.size, pixel % blocks.size);
        for (int c = 0; tap >= 0 && c < channels.in; c++) {
          packed[base + (c * taps.count() + t) * p.width() + lane] = weight.values.reals[from + c * weight.inStride + tap];
        }
      }
    }
  }

  /** Writes the bias as the panels see it, {@link #PANEL} floats for each; zeros without one. */
  void spreadBias(float[] to, int base) {
    Arrays.fill(to, base, base + panels.size() * PANEL, 0f);
    SimdBuffer bias = weight.bias;
    for (int i = 0; bias != null && i < panels.size(); i++) {
      Panel p = panels.get(i);
      System.arraycopy(bias.reals, bias.offset + p.first, to, base + i * PANEL, p.count);
    }
  }
}

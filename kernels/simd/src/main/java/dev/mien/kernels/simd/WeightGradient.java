package dev.mien.kernels.simd;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Weight gradient: for every (input channel, tap) one row, output channels on the lanes, a reduction over pixels.
 *
 * <p>Order of each output: pixels (image, row, column, ascending) are cut into segments whose length follows from the shape; each
 * segment is a chain of fused multiply-adds from 0; segments are added in order. Work is also cut over input and output channels.
 */
final class WeightGradient {
  /** What a band of x (one block of channels) and of gy (32 channels) may hold: they share a level-1 cache of 48 KiB. */
  private static final int BAND_FLOATS = 32 * 1024;
  private static final int SEGMENT_PIXELS = 4096;
  private static final int SEGMENTS = 32;
  /** Scratch for the sums of all segments, about. */
  private static final long SUM_FLOATS = 8 << 20;
  private static final int TASKS = 16;
  /** Pixels after which the next rows come: gy and a block of x then stay in a level-1 cache of 32 KiB. */
  private static final int NEAR_PIXELS = Lanes.COUNT == 16 ? Integer.MAX_VALUE : 224;

  /** Output channels {@code first .. first+count-1} against input channels of units {@code unit .. unitEnd-1}. */
  private record Panel(int first, int count, int vectors, int unit, int unitEnd, int offset) {
    int width() {
      return vectors * Lanes.COUNT;
    }
  }

  private final Taps taps;
  private final int groups;
  private final SimdBuffer x;
  private final SimdBuffer gy;
  private final SimdBuffer gw;
  /** Input channels that a kernel takes at one place: 4 (a whole block on narrow vectors), or the 3 of a colour picture. */
  private final int unit;
  private final int inPerGroup;
  private final int outPerGroup;
  private final List<Panel> panels = new ArrayList<>();
  private final int sumSize;

  private final int taskBlocks;
  private final int blockGroups;
  private final int panelSplits;
  private final int bandRows;
  private final int bandImages;
  private final int rowBands;
  private final int bands;
  private final int bandsPerSegment;
  private final int segments;
  private final Window window;
  private final int[] offsets;
  /** Whether the pixels of a band lie side by side. */
  private final boolean linear;

  WeightGradient(Taps taps, int groups, SimdBuffer x, SimdBuffer gy, SimdBuffer gw) {
    this.taps = taps;
    this.groups = groups;
    this.x = x;
    this.gy = gy;
    this.gw = gw;
    inPerGroup = gw.dim(1);
    outPerGroup = gw.dim(0) / groups;
    unit = gw.dim(1) * groups == 3 ? 3 : Lanes.NARROW ? 16 : 4;
    sumSize = cutPanels();

    int images = x.dim(0);
    int rows = taps.gridH();
    int gyRow = taps.gridW() * 32;
    int xRow = Math.max(1, new Window(taps, x, new Window.Size(1, 1, 1), 1, true).rowAdvance);
    int halo = Taps.ceilDiv(taps.lastRow() - taps.firstRow(), taps.strideH()) * xRow;
    int rowLimit = Math.max(1, (BAND_FLOATS - halo) / (gyRow + xRow));
    bandRows = Math.max(1, Taps.ceilDiv(rows, Math.max(1, Taps.ceilDiv(rows, rowLimit))));
    rowBands = Taps.ceilDiv(rows, bandRows);
    int perImage = rows * (gyRow + xRow) + halo;
    int imageLimit = rowBands > 1 ? 1 : Math.max(1, BAND_FLOATS / Math.max(1, perImage));
    bandImages = Math.max(1, Taps.ceilDiv(images, Math.max(1, Taps.ceilDiv(images, imageLimit))));
    int imageBands = Taps.ceilDiv(images, bandImages);
    bands = rowBands * imageBands;
    int pixels = images * rows * taps.gridW();
    int most = (int) Math.clamp(SUM_FLOATS / Math.max(1, gw.count()), 1, SEGMENTS);
    int segmentPixels = Math.max(SEGMENT_PIXELS, Taps.ceilDiv(pixels, most));
    bandsPerSegment = Math.max(1, Taps.ceilDiv(segmentPixels, Math.max(1, bandImages * bandRows * taps.gridW())));
    segments = Math.max(1, Taps.ceilDiv(bands, bandsPerSegment));

    int blocks = x.channelBlocks();
    int blockLimit = Math.max(1, Taps.ceilDiv(6, taps.count()));
    taskBlocks = groups > 1 ? widestPanel() : Taps.ceilDiv(blocks, Math.max(1, Taps.ceilDiv(blocks, blockLimit)));
    blockGroups = groups > 1 ? 1 : Taps.ceilDiv(blocks, taskBlocks);
    panelSplits = groups > 1 ? panels.size() : Math.clamp(Taps.ceilDiv(TASKS, segments * blockGroups), 1, panels.size());
    window = new Window(taps, x, new Window.Size(bandImages, taskBlocks, bandRows), 1, bandImages == 1);
    offsets = offsets();
    linear = IntStream.range(0, offsets.length).allMatch(i -> offsets[i] == 16 * i);
  }

  private int cutPanels() {
    int width = 2 * Lanes.COUNT;
    boolean aligned = outPerGroup % 16 == 0 || groups == 1;
    int run = aligned ? outPerGroup : gw.dim(0);
    int offset = 0;
    for (int start = 0; start < gw.dim(0); start += run) {
      for (int o = start; o < start + run; o += width) {
        int count = Math.min(width, start + run - o);
        int vectors = count > Lanes.COUNT ? 2 : 1;
        int firstGroup = o / outPerGroup;
        int lastGroup = (o + count - 1) / outPerGroup;
        var panel = new Panel(o, count, vectors, firstGroup * inPerGroup / unit,
            Taps.ceilDiv((lastGroup + 1) * inPerGroup, unit), offset);
        panels.add(panel);
        offset += (panel.unitEnd - panel.unit) * taps.count() * unit * panel.width();
      }
    }
    return offset;
  }

  private int widestPanel() {
    int widest = 1;
    for (var p : panels) {
      widest = Math.max(widest, Taps.ceilDiv(p.unitEnd * unit, 16) - p.unit * unit / 16);
    }
    return widest;
  }

  private int[] offsets() {
    int[] result = new int[bandImages * bandRows * taps.gridW()];
    int i = 0;
    for (int n = 0; n < bandImages; n++) {
      for (int r = 0; r < bandRows; r++) {
        for (int s = 0; s < taps.gridW(); s++) {
          result[i++] = n * window.imageStride + r * window.rowAdvance + s * 16;
        }
      }
    }
    return result;
  }

  void run(Workers workers, Scratch scratch) {
    if (panels.isEmpty() || taps.count() == 0) {
      return;
    }
    int zeros = 12 * 2 * Lanes.COUNT;
    try (var lease = scratch.lease(Math.multiplyExact(sumSize, segments) + zeros)) {
      float[] sums = lease.array;
      int base = lease.offset + zeros;
      java.util.Arrays.fill(sums, lease.offset, base, 0f);
      if (bands == 0) {
        java.util.Arrays.fill(sums, base, base + sumSize, 0f);
      }
      workers.run(bands == 0 ? 0 : segments * blockGroups * panelSplits, 
          i -> new Task(i, sums, lease.offset, base).run(scratch));
      workers.run(panels.size(), i -> finish(panels.get(i), sums, base));
    }
  }

  /** One segment of bands against some blocks of input channels and some panels. */
  private final class Task {
    private final int segment;
    private final int firstPanel;
    private final int panelEnd;
    private final int firstBlock;
    private final int blocks;
    private final float[] sums;
    private final int zeros;
    private final int base;
    private final GradTile tile = new GradTile();
    private final NarrowUnits units = new NarrowUnits(Taps.ceilDiv(x.channelBlocks() * 16, unit) * taps.count(), unit);

    Task(int index, float[] sums, int zeros, int base) {
      int split = index % panelSplits;
      int blockGroup = index / panelSplits % blockGroups;
      segment = index / panelSplits / blockGroups;
      firstPanel = split * panels.size() / panelSplits;
      panelEnd = (split + 1) * panels.size() / panelSplits;
      firstBlock = groups > 1 ? panels.get(firstPanel).unit * unit / 16 : blockGroup * taskBlocks;
      blocks = Math.min(taskBlocks, x.channelBlocks() - firstBlock);
      this.sums = sums;
      this.zeros = zeros;
      this.base = base + segment * sumSize;
      tile.offsets = offsets;
      tile.linear = linear && unit != 3;
      tile.start = sums;
      tile.sum = sums;
    }

    void run(Scratch scratch) {
      int copied = bandImages > 1 ? 2 * 16 * offsets.length : 0;
      try (var lease = scratch.lease(Math.max(1, window.floats + copied))) {
        int first = segment * bandsPerSegment;
        for (int b = first; b < Math.min(bands, first + bandsPerSegment); b++) {
          int image = b / rowBands * bandImages;
          int row = b % rowBands * bandRows;
          var band = new Window.Band(image, Math.min(bandImages, x.dim(0) - image), row, Math.min(bandRows, taps.gridH() - row));
          int xBase = lease.offset + copied;
          tile.x = lease.array;
          if (window.inPlace) {
            tile.x = x.reals;
            xBase = window.base(x, image, firstBlock, row);
          } else {
            window.copy(x, band, firstBlock, blocks, lease.array, xBase);
          }
          int pixels = band.images() * band.rows() * taps.gridW();
          for (int p = firstPanel; p < panelEnd; p++) {
            pointAtOutputs(panels.get(p), band, lease);
            int step = DirectPass.evenly(pixels, NEAR_PIXELS);
            for (int pixel = 0; pixel < pixels; pixel += step) {
              panel(panels.get(p), xBase, pixel, Math.min(pixels, pixel + step), b == first && pixel == 0);
            }
          }
        }
      }
    }

    /** Points the tile at gy: in place, or in a copy where a band spans images. */
    private void pointAtOutputs(Panel panel, Window.Band band, Scratch.Lease lease) {
      int plane = gy.plane() * 16;
      int block = panel.first / 16;
      int image = gy.offset + (band.image() * gy.channelBlocks() + block) * plane;
      int lane = panel.first % 16;
      tile.gyVector = Lanes.COUNT;
      if (bandImages == 1) {
        tile.gy = gy.reals;
        tile.gyBase = image + band.row() * gy.dim(3) * 16 + lane;
        if (Lanes.COUNT == 16) {
          tile.gyVector = plane;
        }
        return;
      }
      int copies = Lanes.COUNT == 16 ? panel.vectors : 1;
      for (int v = 0; v < copies; v++) {
        for (int n = 0; n < band.images(); n++) {
          System.arraycopy(gy.reals, image + (n * gy.channelBlocks() + v) * plane, lease.array,
              lease.offset + (v * band.images() + n) * plane, plane);
        }
      }
      tile.gy = lease.array;
      tile.gyBase = lease.offset + lane;
      if (Lanes.COUNT == 16) {
        tile.gyVector = band.images() * plane;
      }
    }

    private void panel(Panel panel, int xBase, int pixel, int pixelEnd, boolean first) {
      int count = taps.count();
      int from = (Math.max(panel.unit, firstBlock * 16 / unit) - panel.unit) * count;
      int to = (Math.min(panel.unitEnd, (firstBlock + blocks) * 16 / unit) - panel.unit) * count;
      if (Lanes.NARROW) {
        tile.x0 = xBase;
        tile.sumBase = base + panel.offset;
        tile.startBase = zeros;
        tile.fresh = first;
        units.clear();
        for (int q = from; q < to; q++) {
          int channels = Math.min(unit, inPerGroup * groups - (panel.unit + q / count) * unit);
          units.add(input(panel, q), q * unit * panel.width(), channels, panel.width());
        }
        units.run(tile, panel.vectors, pixel, pixelEnd);
        return;
      }
      int most = 12 / unit;
      for (int q = from; q < to;) {
        int units = to - q == most + 1 && most > 1 ? most - 1 : Math.min(most, to - q);
        tile.x0 = xBase + input(panel, q);
        tile.x1 = xBase + input(panel, Math.min(q + 1, to - 1));
        tile.x2 = xBase + input(panel, Math.min(q + 2, to - 1));
        tile.x3 = xBase + input(panel, Math.min(q + 3, to - 1));
        tile.sumBase = base + panel.offset + q * unit * panel.width();
        tile.start = sums;
        tile.startBase = first ? zeros : tile.sumBase;
        tile.run(units, unit, panel.vectors, pixel, pixelEnd);
        q += units;
      }
    }

    private int input(Panel panel, int q) {
      int channel = (panel.unit + q / taps.count()) * unit;
      return (channel / 16 - firstBlock) * window.blockStride + channel % 16 + window.tapOffset[q % taps.count()];
    }
  }

  /** Adds the segments and writes the weights of a panel. */
  private void finish(Panel panel, float[] sums, int base) {
    int from = base + panel.offset;
    int size = (panel.unitEnd - panel.unit) * taps.count() * unit * panel.width();
    for (int s = 1; s < segments; s++) {
      int other = from + s * sumSize;
      for (int i = 0; i < size; i++) {
        sums[from + i] += sums[other + i];
      }
    }
    for (int o = panel.first; o < panel.first + panel.count;) {
      int group = o / outPerGroup;
      int lanes = Math.min(panel.first + panel.count, (group + 1) * outPerGroup) - o;
      int[] position = new int[inPerGroup * taps.count()];
      for (int i = 0; i < position.length; i++) {
        int c = group * inPerGroup + i / taps.count();
        position[i] = (((c / unit - panel.unit) * taps.count() + i % taps.count()) * unit + c % unit) * panel.width();
      }
      var target = new WeightPack.Source(gw.reals, gw.offset + o * position.length, position.length);
      WeightPack.unpack(sums, from + o - panel.first, position, target, lanes);
      o += lanes;
    }
  }
}

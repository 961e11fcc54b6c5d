package dev.mien.kernels.simd;

import dev.mien.kernels.Epilogue;
import java.util.Arrays;
import java.util.List;

/** Runs {@link DirectPass passes}: weights are packed into shared scratch, then bands of pixels are worked off by the team. */
final class DirectConvolution {
  private final DirectPass pass;
  private final float[] packed;
  private final int packedBase;
  private final float[] bias;
  private final int biasBase;
  private final ConvolutionEpilogue epilogue;

  private DirectConvolution(DirectPass pass, Scratch.Lease packed, int packedBase, Scratch.Lease bias, int biasBase,
      ConvolutionEpilogue epilogue) {
    this.pass = pass;
    this.packed = packed.array;
    this.packedBase = packed.offset + packedBase;
    this.bias = bias.array;
    this.biasBase = bias.offset + biasBase;
    this.epilogue = epilogue;
  }

  /** Passes write disjoint pixels, so their tasks run as one job. */
  static void run(Workers workers, Scratch scratch, List<DirectPass> passes) {
    run(workers, scratch, passes, null);
  }

  /** As above, and then what follows the convolution, its bias excepted; null for nothing. */
  static void run(Workers workers, Scratch scratch, List<DirectPass> passes, Epilogue after) {
    if (passes.isEmpty()) {
      return;
    }
    int count = passes.size();
    int[] base = new int[count];
    int[] biasBase = new int[count];
    int[] firstPanel = new int[count + 1];
    int[] firstTask = new int[count + 1];
    int floats = 0;
    for (int i = 0; i < count; i++) {
      DirectPass p = passes.get(i);
      base[i] = floats;
      biasBase[i] = firstPanel[i] * DirectPass.PANEL;
      floats += p.packedSize;
      firstPanel[i + 1] = firstPanel[i] + p.panels.size();
      firstTask[i + 1] = firstTask[i] + p.tasks();
    }
    var epilogue = ConvolutionEpilogue.of(after, passes.getFirst().out);
    SimdBuffer weights = passes.getFirst().weight.values();
    FrozenForms.Fill pack = (array, offset) -> workers.run(firstPanel[count], i -> {
      int n = which(firstPanel, i);
      passes.get(n).pack(i - firstPanel[n], array, offset + base[n]);
    });
    var key = new Packed(passes.stream().map(DirectPass::form).toList());
    try (var packed = scratch.derived(weights, key, floats, pack);
        var bias = scratch.lease(Math.max(1, firstPanel[count] * DirectPass.PANEL))) {
      for (int i = 0; i < count; i++) {
        passes.get(i).spreadBias(bias.array, bias.offset + biasBase[i]);
      }
      workers.run(firstTask[count], i -> {
        int n = which(firstTask, i);
        new DirectConvolution(passes.get(n), packed, base[n], bias, biasBase[n], epilogue).task(i - firstTask[n], scratch);
      });
    }
  }

  /** The key of packed weights: what each pass takes in which order. */
  private record Packed(List<DirectPass.Form> passes) {}

  private static int which(int[] first, int index) {
    int n = 0;
    while (index >= first[n + 1]) {
      n++;
    }
    return n;
  }

  private void task(int index, Scratch scratch) {
    int split = index % pass.splits;
    int group = index / pass.splits % pass.channels.groups();
    Window.Band band = pass.band(index / pass.splits / pass.channels.groups());
    int from = group * pass.panelsPerGroup + split * pass.panelsPerGroup / pass.splits;
    int to = group * pass.panelsPerGroup + (split + 1) * pass.panelsPerGroup / pass.splits;
    try (var lease = scratch.lease(Task.TILE_FLOATS + pass.window.floats + 16 * pass.pixels)) {
      var task = new Task(band, lease);
      int blockEnd = pass.blockEnd(group);
      for (int block = pass.firstBlock(group); block < blockEnd; block += pass.chunkBlocks) {
        task.read(block, Math.min(pass.chunkBlocks, blockEnd - block));
        boolean last = block + pass.chunkBlocks >= blockEnd;
        for (int p = from; p < to; p++) {
          task.panel(p);
          if (last && epilogue != null) {
            task.finish(pass.panels.get(p));
          }
        }
      }
      if (to == pass.panels.size() && pass.blocks == null) {
        task.zeroPadding();
      }
    }
  }

  /** A band of pixels: for each chunk of input channels every panel of output channels, for each panel all tiles of pixels. */
  private final class Task {
    static final int TILE_FLOATS = 14 * 32;
    private final Window.Band band;
    private final PixelGroups pixels;
    private final float[] scratch;
    private final int ownTile;
    private final ConvTile tile = new ConvTile();
    private final float[] image = pass.out.reals;
    private final int plane = pass.out.plane() * 16;
    private final int pixelStep = pass.placement.columnStep() * 16;
    private int firstBlock;
    private int x;

    Task(Window.Band band, Scratch.Lease lease) {
      this.band = band;
      this.pixels = new PixelGroups(pass, band);
      this.scratch = lease.array;
      this.ownTile = lease.offset;
      tile.offsets = pass.offsets;
      tile.w = packed;
      tile.xs = pixels.x;
      tile.ys = pixels.y;
    }

    /** Makes some blocks of input channels ready. */
    void read(int block, int blocks) {
      firstBlock = block;
      tile.x = scratch;
      x = ownTile + TILE_FLOATS;
      pass.window.copy(pass.in, band, block, blocks, scratch, x);
    }

    void panel(int index) {
      DirectPass.Panel panel = pass.panels.get(index);
      int firstChannel = panel.group() * pass.channels.in();
      int taps = pass.taps.count();
      int from = (Math.max(firstChannel, firstBlock * 16) - firstChannel) * taps;
      int to = (Math.min(firstChannel + pass.channels.in(), (firstBlock + pass.chunkBlocks) * 16) - firstChannel) * taps;
      int shift = panel.group() * pass.steps;
      tile.wBase = packedBase + panel.offset() - shift * panel.width();
      int firstBias = biasBase + index * DirectPass.PANEL;
      if (Lanes.NARROW) {
        for (int g = 0; g < pixels.count;) {
          g += run(panel, g, firstBias, shift + from, shift + to, from == 0);
        }
        return;
      }
      for (int g = 0; g < pixels.count;) {
        int groups = Math.min(pass.maxGroups, pixels.count - g);
        boolean direct = panel.aligned() && pixels.whole(g, groups);
        tile.x0 = x + pixels.x[g];
        tile.x1 = x + pixels.x[g + 1];
        tile.x2 = x + pixels.x[g + 2];
        if (direct) {
          pointAtImage(panel, g);
        } else {
          pointAtOwnTile(panel);
        }
        if (from == 0) {
          startAt(firstBias);
        } else {
          if (!direct) {
            move(panel, g, groups, true);
          }
          tile.continueFromY();
        }
        tile.run(groups, pass.pixels, panel.vectors(), shift + from, shift + to);
        if (!direct) {
          move(panel, g, groups, false);
        }
        g += groups;
      }
    }

    /** Narrow vectors: runs whole groups from {@code g} on in one call, or one ragged group; says how many. */
    private int run(DirectPass.Panel panel, int g, int firstBias, int from, int to, boolean fresh) {
      int whole = panel.aligned() ? pixels.wholeRun(g) : 0;
      if (whole > 0) {
        pointAtImage(panel, g);
      } else {
        pointAtOwnTile(panel);
        if (!fresh) {
          move(panel, g, 1, true);
        }
      }
      tile.x0 = x;
      tile.y0 -= pixels.y[g];
      tile.fresh = fresh;
      if (fresh) {
        startAt(firstBias);
      } else {
        tile.continueFromY();
      }
      int count = Math.max(1, whole);
      tile.runGroups(g, g + count, pass.pixels, panel.vectors(), from, to);
      if (whole == 0) {
        move(panel, g, 1, false);
      }
      return count;
    }

    private void pointAtImage(DirectPass.Panel panel, int g) {
      int y = pass.out.offset + panel.first() / 16 * plane + panel.first() % 16;
      tile.y = image;
      tile.y0 = y + pixels.y[g];
      tile.y1 = y + pixels.y[g + 1];
      tile.y2 = y + pixels.y[g + 2];
      tile.yPixel = pixelStep;
      tile.yVector = Lanes.COUNT == 16 ? plane : Lanes.COUNT;
    }

    private void pointAtOwnTile(DirectPass.Panel panel) {
      tile.y = scratch;
      tile.y0 = ownTile;
      tile.y1 = tile.y0 + pass.pixels * panel.width();
      tile.y2 = tile.y1 + pass.pixels * panel.width();
      tile.yPixel = panel.width();
      tile.yVector = Lanes.COUNT;
    }

    private void startAt(int at) {
      tile.start = bias;
      tile.s0 = at;
      tile.s1 = at;
      tile.s2 = at;
      tile.sPixel = 0;
      tile.sVector = Lanes.COUNT;
    }

    /** Channels of the pixels of blocks, from ({@code load}) or to the image; the padding lanes behind the last channel become 0. */
    private void moveBlocks(DirectPass.Panel panel, int g, int groups, boolean load) {
      int size = pass.blocks.size();
      int channels = pass.blocks.channels();
      int height = pass.out.dim(2);
      int width = pass.out.dim(3);
      for (int i = g; i < g + groups; i++) {
        for (int p = pixels.from[i]; p < pixels.to[i]; p++) {
          int at = ownTile + ((i - g) * pass.pixels + p) * panel.width();
          int first = (pixels.y[i] + p * pixelStep) / 16;
          int row = first % (height * width) / width;
          int column = first % width;
          for (int lane = 0; lane < panel.count(); lane++) {
            int pixel = (panel.first() + lane) / channels;
            int c = (panel.first() + lane) % channels;
            if (row + pixel / size >= height || column + pixel % size >= width) {
              continue;
            }
            int target = pass.out.offset + (first + pixel / size * width + pixel % size) * 16 + c;
            if (load) {
              scratch[at + lane] = image[target];
            } else {
              image[target] = scratch[at + lane];
              if (c == channels - 1) {
                Arrays.fill(image, target + 1, target + 16 - c, 0f);
              }
            }
          }
        }
      }
    }

    /** Moves the wanted part of the own tile from ({@code load}) or to the image. */
    private void move(DirectPass.Panel panel, int g, int groups, boolean load) {
      if (pass.blocks != null) {
        moveBlocks(panel, g, groups, load);
        return;
      }
      int end = panel.aligned() ? panel.width() : panel.count();
      for (int i = g; i < g + groups; i++) {
        for (int p = pixels.from[i]; p < pixels.to[i]; p++) {
          int at = ownTile + ((i - g) * pass.pixels + p) * panel.width();
          int pixel = pass.out.offset + pixels.y[i] + p * pixelStep;
          for (int lane = 0; lane < end;) {
            int channel = panel.first() + lane;
            int count = Math.min(16 - channel % 16, end - lane);
            int target = pixel + channel / 16 * plane + channel % 16;
            if (load) {
              System.arraycopy(image, target, scratch, at + lane, count);
            } else {
              System.arraycopy(scratch, at + lane, image, target, count);
            }
            lane += count;
          }
        }
      }
    }

    /** Applies the epilogue to the rows of this band, channels of one aligned panel. */
    void finish(DirectPass.Panel panel) {
      int end = panel.first() + panel.width();
      for (int n = band.image(); n < band.image() + band.images(); n++) {
        for (int channel = panel.first(); channel < end; channel += 16 - channel % 16) {
          int block = n * pass.out.channelBlocks() + channel / 16;
          int laneEnd = Math.min(16, end - channel / 16 * 16);
          epilogue.apply(block, band.row() * pass.taps.gridW(), band.rows() * pass.taps.gridW(), channel % 16, laneEnd);
        }
      }
    }

    /** Padding lanes hold 0 even where 0 times an infinite input was added to them. */
    void zeroPadding() {
      int used = pass.channels.total() % 16;
      if (used == 0) {
        return;
      }
      int base = pass.out.offset + (pass.out.channelBlocks() - 1) * plane;
      for (int i = 0; i < pixels.count; i++) {
        for (int p = pixels.from[i]; p < pixels.to[i]; p++) {
          int at = base + pixels.y[i] + p * pixelStep;
          Arrays.fill(image, at + used, at + 16, 0f);
        }
      }
    }
  }
}

package dev.mien.kernels.simd;

import java.util.Arrays;
import java.util.List;

/** Runs {@link DirectPass passes}: weights are packed into shared scratch, then bands of pixels are worked off by the team. */
final class DirectConvolution {
  private final DirectPass pass;
  private final float[] packed;
  private final int packedBase;

  private DirectConvolution(DirectPass pass, float[] packed, int packedBase) {
    this.pass = pass;
    this.packed = packed;
    this.packedBase = packedBase;
  }

  /** Passes write disjoint pixels, so their tasks run as one job. */
  static void run(Workers workers, Scratch scratch, List<DirectPass> passes) {
    int[] base = new int[passes.size()];
    int[] firstPanel = new int[passes.size() + 1];
    int[] firstTask = new int[passes.size() + 1];
    int floats = 0;
    for (int i = 0; i < base.length; i++) {
      DirectPass p = passes.get(i);
      base[i] = floats;
      floats += p.packedSize + p.panels.size() * 2 * Lanes.COUNT;
      firstPanel[i + 1] = firstPanel[i] + p.panels.size();
      firstTask[i + 1] = firstTask[i] + p.tasks();
    }
    try (var lease = scratch.lease(Math.max(1, floats))) {
      workers.run(firstPanel[base.length], i -> {
        int n = which(firstPanel, i);
        passes.get(n).pack(i - firstPanel[n], lease.array, lease.offset + base[n]);
      });
      workers.run(firstTask[base.length], i -> {
        int n = which(firstTask, i);
        new DirectConvolution(passes.get(n), lease.array, lease.offset + base[n]).task(i - firstTask[n], scratch);
      });
    }
  }

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
    var pixels = new PixelGroups(pass, band);
    int tileFloats = 14 * 32;
    try (var lease = scratch.lease(pass.window.floats + tileFloats)) {
      int firstBlock = pass.firstBlock(group);
      int blockEnd = pass.blockEnd(group);
      var tile = new ConvTile();
      tile.offsets = pass.offsets;
      for (int block = firstBlock; block < blockEnd; block += pass.chunkBlocks) {
        int blocks = Math.min(pass.chunkBlocks, blockEnd - block);
        int x = window(band, block, blocks, lease, tileFloats, tile);
        for (int p = from; p < to; p++) {
          panel(pass.panels.get(p), p, block, x, pixels, tile, lease);
        }
      }
    }
    zeroPadding(pixels, to);
  }

  private int window(Window.Band band, int block, int blocks, Scratch.Lease lease, int at, ConvTile tile) {
    if (pass.window.inPlace) {
      tile.x = pass.in.reals;
      return pass.window.base(pass.in, band.image(), block, band.row());
    }
    tile.x = lease.array;
    pass.window.copy(pass.in, band, block, blocks, lease.array, lease.offset + at);
    return lease.offset + at;
  }

  private void panel(DirectPass.Panel panel, int index, int block, int x, PixelGroups pixels, ConvTile tile, Scratch.Lease lease) {
    int group = panel.group();
    int firstChannel = group * pass.channels.in();
    int perBlock = pass.taps.count();
    int from = (Math.max(firstChannel, block * 16) - firstChannel) * perBlock;
    int to = (Math.min(firstChannel + pass.channels.in(), (block + pass.chunkBlocks) * 16) - firstChannel) * perBlock;
    int shift = group * pass.steps;
    boolean first = from == 0;
    tile.w = packed;
    tile.wBase = packedBase + panel.offset() - shift * panel.width();
    int plane = pass.out.plane() * 16;
    int y = pass.out.offset + panel.first() / 16 * plane + panel.first() % 16;
    int bias = packedBase + pass.packedSize + index * 2 * Lanes.COUNT;
    for (int g = 0; g < pixels.count; g += pass.maxGroups) {
      int groups = Math.min(pass.maxGroups, pixels.count - g);
      boolean direct = panel.aligned() && pixels.whole(g, groups);
      tile.x0 = x + pixels.x[g];
      tile.x1 = x + pixels.x[g + 1];
      tile.x2 = x + pixels.x[g + 2];
      if (direct) {
        tile.y = pass.out.reals;
        tile.y0 = y + pixels.y[g];
        tile.y1 = y + pixels.y[g + 1];
        tile.y2 = y + pixels.y[g + 2];
        tile.yPixel = pass.placement.columnStep() * 16;
        tile.yVector = Lanes.COUNT == 16 ? plane : Lanes.COUNT;
      } else {
        tile.y = lease.array;
        tile.y0 = lease.offset;
        tile.y1 = tile.y0 + pass.pixels * panel.width();
        tile.y2 = tile.y1 + pass.pixels * panel.width();
        tile.yPixel = panel.width();
        tile.yVector = Lanes.COUNT;
        if (!first) {
          move(panel, pixels, g, groups, lease, true);
        }
      }
      if (first) {
        tile.start = packed;
        tile.s0 = bias;
        tile.s1 = bias;
        tile.s2 = bias;
        tile.sPixel = 0;
        tile.sVector = Lanes.COUNT;
      } else {
        tile.continueFromY();
      }
      tile.run(groups, pass.pixels, panel.vectors(), shift + from, shift + to);
      if (!direct) {
        move(panel, pixels, g, groups, lease, false);
      }
    }
  }

  /** Moves the wanted part of a tile between scratch and the image. */
  private void move(DirectPass.Panel panel, PixelGroups pixels, int g, int groups, Scratch.Lease lease, boolean load) {
    float[] image = pass.out.reals;
    int plane = pass.out.plane() * 16;
    int end = panel.aligned() ? panel.width() : panel.count();
    for (int i = g; i < g + groups; i++) {
      for (int p = pixels.from[i]; p < pixels.to[i]; p++) {
        int at = lease.offset + ((i - g) * pass.pixels + p) * panel.width();
        int pixel = pass.out.offset + pixels.y[i] + p * pass.placement.columnStep() * 16;
        for (int lane = 0; lane < end;) {
          int channel = panel.first() + lane;
          int count = Math.min(16 - channel % 16, end - lane);
          int target = pixel + channel / 16 * plane + channel % 16;
          if (load) {
            System.arraycopy(image, target, lease.array, at + lane, count);
          } else {
            System.arraycopy(lease.array, at + lane, image, target, count);
          }
          lane += count;
        }
      }
    }
  }

  /** Padding lanes hold 0 even where 0 times an infinite input was added to them. */
  private void zeroPadding(PixelGroups pixels, int panelEnd) {
    int used = pass.channels.total() % 16;
    if (used == 0 || panelEnd < pass.panels.size()) {
      return;
    }
    int base = pass.out.offset + (pass.out.channelBlocks() - 1) * pass.out.plane() * 16;
    for (int i = 0; i < pixels.count; i++) {
      for (int p = pixels.from[i]; p < pixels.to[i]; p++) {
        int at = base + pixels.y[i] + p * pass.placement.columnStep() * 16;
        Arrays.fill(pass.out.reals, at + used, at + 16, 0f);
      }
    }
  }
}

package dev.mien.kernels.simd;

import java.util.Arrays;

/** Transforms tiles of an image; tiles that reach over the border are read through a patch with zeros. */
final class WinogradInput {
  private final WinogradShape shape;
  private final SimdBuffer x;
  private final WinogradTile tile;

  WinogradInput(WinogradShape shape, SimdBuffer x, WinogradTile tile) {
    this.shape = shape;
    this.x = x;
    this.tile = tile;
  }

  /** Tiles {@code first .. end-1} of a block of channels, 16 floats apart from {@code v[to]} on, positions {@code stride} apart. */
  void run(int block, int first, int end, float[] v, int to, int stride) {
    int plane = x.plane() * 16;
    int row = shape.width() * 16;
    var cursor = shape.new Cursor(first);
    for (int t = first, target = to; t < end; t++, target += 16, cursor.next()) {
      int base = x.offset + (cursor.image * x.channelBlocks() + block) * plane;
      if (cursor.inside()) {
        tile.from(x.reals, base + cursor.inRow() * row + cursor.inColumn() * 16, row);
      } else {
        copyPatch(cursor, base);
        tile.from(tile.temporary, tile.patch, 96);
      }
      tile.to(v, target, stride);
      WinogradTransforms.input(tile);
    }
  }

  private void copyPatch(WinogradShape.Cursor cursor, int base) {
    float[] patch = tile.temporary;
    int left = Math.max(0, -cursor.inColumn());
    int right = Math.min(WinogradShape.IN, shape.width() - cursor.inColumn());
    for (int i = 0; i < WinogradShape.IN; i++) {
      int r = cursor.inRow() + i;
      int at = tile.patch + i * 96;
      if (r < 0 || r >= shape.height()) {
        Arrays.fill(patch, at, at + 96, 0f);
        continue;
      }
      Arrays.fill(patch, at, at + left * 16, 0f);
      Arrays.fill(patch, at + right * 16, at + 96, 0f);
      System.arraycopy(x.reals, base + (r * shape.width() + cursor.inColumn() + left) * 16, patch, at + left * 16, (right - left) * 16);
    }
  }
}

package dev.mien.kernels.simd;

import java.util.Arrays;

/** Transforms tiles of an image; tiles that reach over the border are read through a patch with zeros. */
final class WinogradInput {
  private final WinogradShape shape;
  private final SimdBuffer x;
  private final float[] own;
  private final int temporary;
  private final int patch;

  /** @param own working memory of twice {@link WinogradTransforms#TEMPORARY} */
  WinogradInput(WinogradShape shape, SimdBuffer x, Scratch.Lease own) {
    this.shape = shape;
    this.x = x;
    this.own = own.array;
    temporary = own.offset;
    patch = own.offset + WinogradTransforms.TEMPORARY;
  }

  /** Tiles {@code first .. end-1} of a block of channels, 16 floats apart from {@code v[to]} on, positions {@code stride} apart. */
  void run(int block, int first, int end, float[] v, int to, int stride) {
    int plane = x.plane() * 16;
    int row = shape.width() * 16;
    var cursor = shape.new Cursor(first);
    for (int t = first, target = to; t < end; t++, target += 16, cursor.next()) {
      int base = x.offset + (cursor.image * x.channelBlocks() + block) * plane;
      if (cursor.inside()) {
        WinogradTransforms.input(x.reals, base + cursor.inRow() * row + cursor.inColumn() * 16, row, own, temporary, v, target, stride);
      } else {
        copyPatch(cursor, base);
        WinogradTransforms.input(own, patch, 96, own, temporary, v, target, stride);
      }
    }
  }

  private void copyPatch(WinogradShape.Cursor cursor, int base) {
    int left = Math.max(0, -cursor.inColumn());
    int right = Math.min(WinogradShape.IN, shape.width() - cursor.inColumn());
    for (int i = 0; i < WinogradShape.IN; i++) {
      int r = cursor.inRow() + i;
      int at = patch + i * 96;
      if (r < 0 || r >= shape.height()) {
        Arrays.fill(own, at, at + 96, 0f);
        continue;
      }
      Arrays.fill(own, at, at + left * 16, 0f);
      Arrays.fill(own, at + right * 16, at + 96, 0f);
      System.arraycopy(x.reals, base + (r * shape.width() + cursor.inColumn() + left) * 16, own, at + left * 16, (right - left) * 16);
    }
  }
}

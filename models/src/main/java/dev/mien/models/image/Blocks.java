package dev.mien.models.image;

import java.util.Arrays;

/** Means over blocks of whole pixels: the first, cheap part of a large reduction. */
final class Blocks {
  private Blocks() {}

  /** Means of {@code blockX x blockY} pixels; a block that hangs over the edge repeats the last row or column. */
  static RgbImage means(RgbImage image, int blockX, int blockY, int width, int height) {
    byte[] in = image.samples();
    var out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int stride = 3 * image.width();
    int area = blockX * blockY;
    var sums = new int[stride];
    for (int y = 0, o = 0; y < height; y++) {
      Arrays.fill(sums, 0);
      for (int r = 0; r < blockY; r++) {
        int base = Math.min(image.height() - 1, y * blockY + r) * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += in[base + i] & 0xFF;
        }
      }
      for (int x = 0; x < width; x++) {
        for (int k = 0; k < 3; k++) {
          int sum = area / 2;
          for (int c = 0; c < blockX; c++) {
            sum += sums[3 * Math.min(image.width() - 1, x * blockX + c) + k];
          }
          out[o++] = (byte) (sum / area);
        }
      }
    }
    return RgbImage.owning(width, height, out);
  }
}

package dev.mien.training.data;

import dev.mien.models.image.RgbImage;

/**
 * What is kept of an image to find its duplicates.
 *
 * @param bytesHash SHA-256 of the file (hex): equal for byte-identical files
 * @param differenceHash 64-bit dHash: bit 8y+x says whether cell (x+1, y) of a 9x8 grid of mean luma is brighter than cell (x, y)
 * @param mirroredHash the same of the image seen in a mirror
 * @param thumbnail mean colour of 16x16 cells, RGB interleaved: tells real near-duplicates from faces that merely sit alike
 */
record ImageSignature(String bytesHash, long differenceHash, long mirroredHash, byte[] thumbnail) {
  /** Near-duplicates differ in at most so many of the 64 bits. */
  static final int MAX_HASH_DISTANCE = 8;
  /** Mean absolute difference of the thumbnails of near-duplicates, relative to their contrast. */
  static final double MAX_RELATIVE_DIFFERENCE = 0.25;
  /** Hash distance and correlation that are enough where brightness or colour was changed. */
  static final int SAME_SHAPE_HASH_DISTANCE = 2;
  static final double SAME_SHAPE_CORRELATION = 0.94;

  private static final int SIDE = 16;

  static ImageSignature of(String bytesHash, RgbImage image) {
    var pixels = image.toBytes();
    var grid = cells(pixels, image, 9, 8);
    return new ImageSignature(bytesHash, hash(grid, false), hash(grid, true), cells(pixels, image, SIDE, SIDE));
  }

  private static long hash(byte[] grid, boolean mirrored) {
    long hash = 0;
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        int left = luma(grid, 9 * y + (mirrored ? 8 - x : x));
        int right = luma(grid, 9 * y + (mirrored ? 7 - x : x + 1));
        hash |= right > left ? 1L << (8 * y + x) : 0;
      }
    }
    return hash;
  }

  private static int luma(byte[] rgb, int cell) {
    return 77 * (rgb[3 * cell] & 255) + 150 * (rgb[3 * cell + 1] & 255) + 29 * (rgb[3 * cell + 2] & 255);
  }

  /** Whether the other image shows the same picture, scaled, recompressed, retouched, recoloured or mirrored. */
  boolean isNear(ImageSignature other) {
    return looksLike(other, Long.bitCount(differenceHash ^ other.differenceHash), false)
        || looksLike(other, Long.bitCount(differenceHash ^ other.mirroredHash), true);
  }

  private boolean looksLike(ImageSignature other, int hashDistance, boolean mirrored) {
    return hashDistance <= MAX_HASH_DISTANCE
        && (difference(other, mirrored) <= MAX_RELATIVE_DIFFERENCE * Math.min(contrast(), other.contrast())
            || hashDistance <= SAME_SHAPE_HASH_DISTANCE && correlation(other, mirrored) >= SAME_SHAPE_CORRELATION);
  }

  /** Mean absolute difference of the thumbnails, 0..255. */
  private double difference(ImageSignature other, boolean mirrored) {
    int sum = 0;
    for (int i = 0; i < thumbnail.length; i++) {
      sum += Math.abs(value(i, false) - other.value(i, mirrored));
    }
    return (double) sum / thumbnail.length;
  }

  /** Mean absolute deviation of the thumbnail from its mean: 0 for a flat picture, which resembles nothing but its equal. */
  private double contrast() {
    double mean = mean();
    double sum = 0;
    for (int i = 0; i < thumbnail.length; i++) {
      sum += Math.abs(value(i, false) - mean);
    }
    return sum / thumbnail.length;
  }

  /** Pearson correlation of the thumbnails, 0 where one is flat. */
  private double correlation(ImageSignature other, boolean mirrored) {
    double mean = mean();
    double otherMean = other.mean();
    double product = 0;
    double square = 0;
    double otherSquare = 0;
    for (int i = 0; i < thumbnail.length; i++) {
      double a = value(i, false) - mean;
      double b = other.value(i, mirrored) - otherMean;
      product += a * b;
      square += a * a;
      otherSquare += b * b;
    }
    return square == 0 || otherSquare == 0 ? 0 : product / Math.sqrt(square * otherSquare);
  }

  private double mean() {
    long sum = 0;
    for (int i = 0; i < thumbnail.length; i++) {
      sum += value(i, false);
    }
    return (double) sum / thumbnail.length;
  }

  private int value(int i, boolean mirrored) {
    int cell = i / 3;
    int at = mirrored ? 3 * (cell / SIDE * SIDE + SIDE - 1 - cell % SIDE) + i % 3 : i;
    return thumbnail[at] & 255;
  }

  /** Mean colour of each cell of a grid over the image, in whole numbers so that every machine agrees. */
  private static byte[] cells(byte[] pixels, RgbImage image, int columns, int rows) {
    var out = new byte[3 * columns * rows];
    int width = image.width();
    int height = image.height();
    for (int j = 0; j < rows; j++) {
      int top = (int) ((long) j * height / rows);
      int bottom = Math.max(top + 1, (int) ((long) (j + 1) * height / rows));
      for (int i = 0; i < columns; i++) {
        int left = (int) ((long) i * width / columns);
        int right = Math.max(left + 1, (int) ((long) (i + 1) * width / columns));
        mean(pixels, width, new int[] {left, right, top, bottom}, out, 3 * (j * columns + i));
      }
    }
    return out;
  }

  private static void mean(byte[] pixels, int width, int[] box, byte[] out, int at) {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = box[2]; y < box[3]; y++) {
      for (int p = 3 * (y * width + box[0]); p < 3 * (y * width + box[1]); p += 3) {
        red += pixels[p] & 255;
        green += pixels[p + 1] & 255;
        blue += pixels[p + 2] & 255;
      }
    }
    long count = (long) (box[1] - box[0]) * (box[3] - box[2]);
    out[at] = (byte) (red / count);
    out[at + 1] = (byte) (green / count);
    out[at + 2] = (byte) (blue / count);
  }
}

package dev.mien.models.image;

/**
 * The one resize, crop, warp and normalise code, shared by training and inference: plain float arithmetic in a fixed order, so
 * the same picture gives the same bytes on every machine.
 */
public final class ImageTransforms {
  private ImageTransforms() {}

  /** The picture at {@code width x height} under {@link ResizeFilter#BILINEAR}; proportions are not kept. */
  public static RgbImage resize(RgbImage image, int width, int height) {
    return resize(image, Box.of(image), width, height, ResizeFilter.BILINEAR);
  }

  /** The part of a picture inside {@code box}, which must not leave it, at {@code width x height}: crop and resize in one. */
  public static RgbImage resize(RgbImage image, Box box, int width, int height, ResizeFilter filter) {
    requireSize(width, height);
    if (!box.isInside(image)) {
      throw new IllegalArgumentException(box + " leaves the picture of " + image.width() + " x " + image.height()
          + "; use a warp, which says what lies outside");
    }
    if (box.equals(Box.of(image)) && width == image.width() && height == image.height()) {
      return image;
    }
    return Resampler.resize(image, box, width, height, filter);
  }

  /**
   * The picture with its shorter side at {@code side} pixels, proportions kept; the longer one is rounded down, as torchvision
   * does.
   */
  public static RgbImage resizeShortSide(RgbImage image, int side) {
    int shorter = Math.min(image.width(), image.height());
    int width = (int) Math.max(1, (long) image.width() * side / shorter);
    int height = (int) Math.max(1, (long) image.height() * side / shorter);
    return resize(image, width, height);
  }

  /** The rectangle of whole pixels whose first is (x, y). */
  public static RgbImage crop(RgbImage image, int x, int y, int width, int height) {
    requireSize(width, height);
    if (x < 0 || y < 0 || width > image.width() - x || height > image.height() - y) {
      throw new IllegalArgumentException("a crop of " + width + " x " + height + " at (" + x + ", " + y
          + ") leaves the picture of " + image.width() + " x " + image.height());
    }
    var out = new byte[3 * width * height];
    for (int row = 0; row < height; row++) {
      System.arraycopy(image.samples(), 3 * ((y + row) * image.width() + x), out, 3 * row * width, 3 * width);
    }
    return RgbImage.owning(width, height, out);
  }

  /** The middle {@code width x height}; an odd remainder goes to the right and below. */
  public static RgbImage centerCrop(RgbImage image, int width, int height) {
    return crop(image, (image.width() - width) / 2, (image.height() - height) / 2, width, height);
  }

  /** The mirror image, left for right. */
  public static RgbImage flipHorizontal(RgbImage image) {
    byte[] in = image.samples();
    var out = new byte[in.length];
    int width = image.width();
    for (int y = 0, i = 0; y < image.height(); y++) {
      for (int x = 0, o = 3 * (y + 1) * width - 3; x < width; x++, i += 3, o -= 3) {
        out[o] = in[i];
        out[o + 1] = in[i + 1];
        out[o + 2] = in[i + 2];
      }
    }
    return RgbImage.owning(width, image.height(), out);
  }

  /**
   * A {@code width x height} picture whose point p shows the source at {@code toSource(p)}: linear interpolation, widened to a
   * triangle over the reduction where the map reduces, so that one warp may rotate, shear, crop and reduce without aliasing.
   *
   * @param toSource from the result to the source, in continuous coordinates
   */
  public static RgbImage warp(RgbImage image, Affine2d toSource, int width, int height, Border border) {
    requireWarp(toSource, width, height);
    return Warper.warp(image, toSource, width, height, border);
  }

  /**
   * The same without the widening: four pixels make one however much the map reduces, as OpenCV's {@code warpAffine} has it. It aliases, and
   * serves those who must repeat pictures that were made so.
   */
  public static RgbImage warpPlain(RgbImage image, Affine2d toSource, int width, int height, Border border) {
    requireWarp(toSource, width, height);
    return Warper.warpPlain(image, toSource, width, height, border);
  }

  private static void requireWarp(Affine2d toSource, int width, int height) {
    requireSize(width, height);
    double largest = Math.max(Math.abs(toSource.applyX(0, 0)) + Math.abs(toSource.applyX(width, height)),
        Math.abs(toSource.applyY(0, 0)) + Math.abs(toSource.applyY(width, height)));
    if (!(largest + Math.abs(toSource.xx()) + Math.abs(toSource.xy()) + Math.abs(toSource.yx())
        + Math.abs(toSource.yy()) < 1e9)) {
      throw new IllegalArgumentException("a warp needs finite numbers of the size of pictures, got " + toSource);
    }
  }

  /** The picture with the rectangle of whole pixels whose first is (x, y) in one colour; what leaves the picture is cut off. */
  public static RgbImage fill(RgbImage image, int x, int y, int width, int height, Rgb colour) {
    byte[] out = image.toBytes();
    int right = (int) Math.min(image.width(), (long) x + width);
    int bottom = (int) Math.min(image.height(), (long) y + height);
    for (int row = Math.max(0, y); row < bottom; row++) {
      for (int column = Math.max(0, x); column < right; column++) {
        int o = 3 * (row * image.width() + column);
        out[o] = (byte) colour.red();
        out[o + 1] = (byte) colour.green();
        out[o + 2] = (byte) colour.blue();
      }
    }
    return RgbImage.owning(image.width(), image.height(), out);
  }

  /** The picture with everything black but the rectangle of whole pixels whose first is (x, y). */
  public static RgbImage blackOutside(RgbImage image, int x, int y, int width, int height) {
    var kept = crop(image, x, y, width, height);
    var out = new byte[image.samples().length];
    for (int row = 0; row < height; row++) {
      System.arraycopy(kept.samples(), 3 * row * width, out, 3 * ((y + row) * image.width() + x), 3 * width);
    }
    return RgbImage.owning(image.width(), image.height(), out);
  }

  /**
   * Writes the normalised picture as [3, height, width] (red plane first) to {@code target[offset ...]}.
   *
   * @param target a batch [N, 3, height, width]; image n begins at {@code n * 3 * height * width}
   */
  public static void writeChw(RgbImage image, Normalization normalization, float[] target, int offset) {
    byte[] in = image.samples();
    if (offset < 0 || offset > target.length - in.length) {
      throw new IllegalArgumentException("a picture [3, " + image.height() + ", " + image.width() + "] needs " + in.length
          + " floats from " + offset + ", the target has " + target.length);
    }
    int plane = in.length / 3;
    for (int c = 0; c < 3; c++) {
      float[] table = normalization.table(c);
      for (int p = 0, i = c, o = offset + c * plane; p < plane; p++, i += 3) {
        target[o++] = table[in[i] & 0xFF];
      }
    }
  }

  /** The picture whose normalised form [3, height, width] begins at {@code source[offset]}, rounded and clamped to 8 bits. */
  public static RgbImage readChw(float[] source, int offset, int width, int height, Normalization normalization) {
    requireSize(width, height);
    int plane = Math.multiplyExact(width, height);
    if (offset < 0 || offset > source.length - Math.multiplyExact(3, plane)) {
      throw new IllegalArgumentException("a picture [3, " + height + ", " + width + "] needs " + 3 * plane + " floats from "
          + offset + ", the source has " + source.length);
    }
    var out = new byte[3 * plane];
    for (int c = 0; c < 3; c++) {
      for (int p = 0; p < plane; p++) {
        out[3 * p + c] = (byte) normalization.sample(source[offset + c * plane + p], c);
      }
    }
    return RgbImage.owning(width, height, out);
  }

  private static void requireSize(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > 700_000_000) {
      throw new IllegalArgumentException("a picture of " + width + " x " + height
          + " cannot be made; both sides must be at least 1");
    }
  }

  /** The whole picture in the middle of a square, continued by its edge: a network's square input would stretch what it shows otherwise. */
  public static RgbImage squared(RgbImage image) {
    int side = Math.max(image.width(), image.height());
    return image.width() == image.height() ? image
        : warp(image, Affine2d.translation((image.width() - side) / 2, (image.height() - side) / 2), side, side, Border.REPLICATE);
  }
}

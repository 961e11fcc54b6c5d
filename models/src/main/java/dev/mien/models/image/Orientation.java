package dev.mien.models.image;

/** The EXIF orientations 1 to 8: what must be done to a stored picture to look at it upright. */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  ROTATED_180(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  NEEDS_CLOCKWISE(true, true, false),
  TRANSVERSED(true, true, true),
  NEEDS_COUNTERCLOCKWISE(true, false, true);

  private static final int TAG = 0x0112;

  private final boolean transpose;
  private final boolean mirrorX;
  private final boolean mirrorY;

  /** First transposed, then mirrored in the result's coordinates. */
  Orientation(boolean transpose, boolean mirrorX, boolean mirrorY) {
    this.transpose = transpose;
    this.mirrorX = mirrorX;
    this.mirrorY = mirrorY;
  }

  /**
   * Reads the orientation from an EXIF block (a TIFF header and its first directory) in {@code bytes[from, to)}. Anything odd
   * counts as upright: EXIF is a remark beside the picture, and a broken remark is no reason to lose the picture.
   */
  static Orientation fromExif(byte[] bytes, int from, int to) {
    if (to - from < 14) {
      return UPRIGHT;
    }
    boolean little = bytes[from] == 'I' && bytes[from + 1] == 'I';
    boolean big = bytes[from] == 'M' && bytes[from + 1] == 'M';
    if (!(little || big) || u16(bytes, from + 2, little) != 42) {
      return UPRIGHT;
    }
    long offset = (long) u16(bytes, from + 4 + (little ? 2 : 0), little) << 16 | u16(bytes, from + 4 + (little ? 0 : 2), little);
    if (offset < 8 || offset > to - from - 2) {
      return UPRIGHT;
    }
    int directory = from + (int) offset;
    int entries = u16(bytes, directory, little);
    for (int i = 0, at = directory + 2; i < entries && at + 12 <= to; i++, at += 12) {
      if (u16(bytes, at, little) == TAG) {
        int type = u16(bytes, at + 2, little);
        int value = type == 3 ? u16(bytes, at + 8, little) : 0;
        return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  RgbImage upright(RgbImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    int width = transpose ? image.height() : image.width();
    int height = transpose ? image.width() : image.height();
    byte[] in = image.samples();
    var out = new byte[in.length];
    int stepX = 3 * (transpose ? image.width() : 1);
    int stepY = 3 * (transpose ? 1 : image.width());
    for (int y = 0, o = 0; y < height; y++) {
      int i = (mirrorY ? height - 1 - y : y) * stepY + (mirrorX ? (width - 1) * stepX : 0);
      for (int x = 0; x < width; x++, o += 3, i += mirrorX ? -stepX : stepX) {
        out[o] = in[i];
        out[o + 1] = in[i + 1];
        out[o + 2] = in[i + 2];
      }
    }
    return RgbImage.owning(width, height, out);
  }

  private static int u16(byte[] bytes, int at, boolean little) {
    int a = bytes[at] & 0xFF;
    int b = bytes[at + 1] & 0xFF;
    return little ? b << 8 | a : a << 8 | b;
  }
}

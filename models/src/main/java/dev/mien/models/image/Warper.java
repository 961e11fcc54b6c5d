package dev.mien.models.image;

/**
 * A general affine warp: every result pixel is a weighted mean of source pixels under a triangle in x and one in y, each as wide
 * as the map's reduction along that axis (at least one pixel each side). Pure scaling therefore equals the antialiased resize,
 * and no reduction makes linear interpolation.
 */
final class Warper {
  /**
   * Reductions above this are first halved, thirded ... by exact block means, so that a pixel never sums more than 8 x 8 samples.
   */
  private static final double LARGEST_REDUCTION = 3.5;
  private static final double RADIUS_CAP = 4;

  private final byte[] in;
  private final int sourceWidth;
  private final int sourceHeight;
  private final Border border;
  private final double radiusX;
  private final double radiusY;
  private final int[] columns;
  private final float[] columnWeights;

  private Warper(RgbImage image, Border border, double radiusX, double radiusY) {
    this.in = image.samples();
    this.sourceWidth = image.width();
    this.sourceHeight = image.height();
    this.border = border;
    this.radiusX = radiusX;
    this.radiusY = radiusY;
    this.columns = new int[(int) Math.ceil(2 * radiusX) + 2];
    this.columnWeights = new float[columns.length];
  }

  static RgbImage warp(RgbImage image, Affine2d toSource, int width, int height, Border border) {
    double scaleX = Math.sqrt(toSource.xx() * toSource.xx() + toSource.xy() * toSource.xy());
    double scaleY = Math.sqrt(toSource.yx() * toSource.yx() + toSource.yy() * toSource.yy());
    int blockX = block(scaleX, image.width());
    int blockY = block(scaleY, image.height());
    if (blockX > 1 && image.width() > 1 || blockY > 1 && image.height() > 1) {
      int reducedWidth = (image.width() + blockX - 1) / blockX;
      int reducedHeight = (image.height() + blockY - 1) / blockY;
      var reduced = Blocks.means(image, blockX, blockY, reducedWidth, reducedHeight);
      return warp(reduced, Affine2d.scaling(1.0 / blockX, 1.0 / blockY).after(toSource), width, height, border);
    }
    var out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    // Above the cap the source is smaller than a result pixel, and has been averaged to one pixel already.
    var warper = new Warper(image, border, Math.clamp(scaleX, 1, RADIUS_CAP), Math.clamp(scaleY, 1, RADIUS_CAP));
    if (scaleX <= 1.0000001 && scaleY <= 1.0000001) {
      warper.interpolate(toSource, width, height, out);
    } else {
      warper.filter(toSource, width, height, out);
    }
    return RgbImage.owning(width, height, out);
  }

  static RgbImage warpPlain(RgbImage image, Affine2d toSource, int width, int height, Border border) {
    var out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    new Warper(image, border, 1, 1).interpolate(toSource, width, height, out);
    return RgbImage.owning(width, height, out);
  }

  private static int block(double scale, int size) {
    return scale <= LARGEST_REDUCTION ? 1 : (int) Math.min(size, scale / 1.75);
  }

  /** Two by two samples for a pixel. */
  private void interpolate(Affine2d map, int width, int height, byte[] out) {
    int o = 0;
    for (int y = 0; y < height; y++) {
      double startX = map.xy() * (y + 0.5) + map.x0() - 0.5;
      double startY = map.yy() * (y + 0.5) + map.y0() - 0.5;
      for (int x = 0; x < width; x++, o += 3) {
        double u = startX + map.xx() * (x + 0.5);
        double v = startY + map.yx() * (x + 0.5);
        int i = (int) Math.floor(u);
        int j = (int) Math.floor(v);
        float fx = (float) (u - i);
        float fy = (float) (v - j);
        if (i >= 0 && j >= 0 && i < sourceWidth - 1 && j < sourceHeight - 1) {
          int a = 3 * (j * sourceWidth + i);
          int c = a + 3 * sourceWidth;
          for (int k = 0; k < 3; k++) {
            float top = (in[a + k] & 0xFF) + fx * ((in[a + 3 + k] & 0xFF) - (in[a + k] & 0xFF));
            float bottom = (in[c + k] & 0xFF) + fx * ((in[c + 3 + k] & 0xFF) - (in[c + k] & 0xFF));
            out[o + k] = (byte) (int) (top + fy * (bottom - top) + 0.5f);
          }
        } else {
          atBorder(i, j, fx, fy, out, o);
        }
      }
    }
  }

  private void atBorder(int i, int j, float fx, float fy, byte[] out, int o) {
    int left = border.inside(i, sourceWidth);
    int right = border.inside(i + 1, sourceWidth);
    int top = border.inside(j, sourceHeight);
    int bottom = border.inside(j + 1, sourceHeight);
    for (int k = 0; k < 3; k++) {
      float above = sample(left, top, k) + fx * (sample(right, top, k) - sample(left, top, k));
      float below = sample(left, bottom, k) + fx * (sample(right, bottom, k) - sample(left, bottom, k));
      out[o + k] = (byte) (int) (above + fy * (below - above) + 0.5f);
    }
  }

  private int sample(int x, int y, int k) {
    return x < 0 || y < 0 ? 0 : in[3 * (y * sourceWidth + x) + k] & 0xFF;
  }

  private void filter(Affine2d map, int width, int height, byte[] out) {
    int o = 0;
    for (int y = 0; y < height; y++) {
      double startX = map.xy() * (y + 0.5) + map.x0();
      double startY = map.yy() * (y + 0.5) + map.y0();
      for (int x = 0; x < width; x++, o += 3) {
        filterPixel(startX + map.xx() * (x + 0.5), startY + map.yx() * (x + 0.5), out, o);
      }
    }
  }

  private void filterPixel(double u, double v, byte[] out, int o) {
    int left = (int) Math.floor(u - radiusX + 0.5);
    int top = (int) Math.floor(v - radiusY + 0.5);
    float scaleX = (float) (1 / radiusX);
    float scaleY = (float) (1 / radiusY);
    float fromX = (float) (left + 0.5 - u);
    float fromY = (float) (top + 0.5 - v);
    float sumX = 0;
    for (int k = 0; k < columns.length; k++) {
      float weight = Math.max(0, 1 - Math.abs(fromX + k) * scaleX);
      sumX += weight;
      columns[k] = border.inside(left + k, sourceWidth);
      columnWeights[k] = columns[k] < 0 ? 0 : weight;
    }
    float red = 0;
    float green = 0;
    float blue = 0;
    float sumY = 0;
    int rows = (int) Math.ceil(2 * radiusY) + 2;
    for (int r = 0; r < rows; r++) {
      float weightY = Math.max(0, 1 - Math.abs(fromY + r) * scaleY);
      sumY += weightY;
      int row = border.inside(top + r, sourceHeight);
      if (row < 0 || weightY == 0) {
        continue;
      }
      int base = row * sourceWidth;
      for (int k = 0; k < columns.length; k++) {
        float weight = columnWeights[k] * weightY;
        int i = 3 * (base + Math.max(0, columns[k]));
        red += weight * (in[i] & 0xFF);
        green += weight * (in[i + 1] & 0xFF);
        blue += weight * (in[i + 2] & 0xFF);
      }
    }
    float norm = 1 / (sumX * sumY);
    out[o] = (byte) Math.min(255, (int) (red * norm + 0.5f));
    out[o + 1] = (byte) Math.min(255, (int) (green * norm + 0.5f));
    out[o + 2] = (byte) Math.min(255, (int) (blue * norm + 0.5f));
  }
}

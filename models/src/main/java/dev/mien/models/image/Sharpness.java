package dev.mien.models.image;

/** How sharp a picture is, without a model: a blurred one changes slowly from pixel to pixel. */
public final class Sharpness {
  private Sharpness() {}

  /**
   * The variance of the Laplacian {@code f(x-1, y) + f(x+1, y) + f(x, y-1) + f(x, y+1) - 4 f(x, y)} over all pixels of the grey picture
   * {@code 0.299 R + 0.587 G + 0.114 B}, 0..255, mirrored about its outermost pixels: OpenCV's {@code Laplacian(grey, CV_64F).var()}, but that
   * grey is not rounded. It grows with contrast and noise too, and can be compared between pictures of one size only.
   */
  public static double laplacianVariance(RgbImage image) {
    int width = image.width();
    int height = image.height();
    double[] grey = grey(image);
    double sum = 0;
    double squares = 0;
    for (int y = 0; y < height; y++) {
      int above = width * mirrored(y - 1, height);
      int below = width * mirrored(y + 1, height);
      for (int x = 0; x < width; x++) {
        double value = grey[y * width + mirrored(x - 1, width)] + grey[y * width + mirrored(x + 1, width)] + grey[above + x] + grey[below + x]
            - 4 * grey[y * width + x];
        sum += value;
        squares += value * value;
      }
    }
    double mean = sum / grey.length;
    return Math.max(0, squares / grey.length - mean * mean);
  }

  private static double[] grey(RgbImage image) {
    byte[] in = image.samples();
    var grey = new double[in.length / 3];
    for (int p = 0, i = 0; p < grey.length; p++, i += 3) {
      grey[p] = 0.299 * (in[i] & 0xFF) + 0.587 * (in[i + 1] & 0xFF) + 0.114 * (in[i + 2] & 0xFF);
    }
    return grey;
  }

  private static int mirrored(int i, int size) {
    return size == 1 ? 0 : i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
  }
}

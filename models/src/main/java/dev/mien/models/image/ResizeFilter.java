package dev.mien.models.image;

/** How samples are weighted when a picture is resized. The first two widen with the reduction, so that nothing aliases. */
public enum ResizeFilter {
  /** A triangle over two result pixels (Pillow's and torchvision's antialiased BILINEAR); linear interpolation when enlarging. */
  BILINEAR,
  /** The exact mean over the area that a result pixel covers; linear interpolation when enlarging (OpenCV's INTER_AREA). */
  AREA,
  /** The source pixel under the centre; aliases when reducing. */
  NEAREST,
  /** Linear interpolation between two pixels at any scale; aliases when reducing (OpenCV's INTER_LINEAR). */
  LINEAR,
  /** Cubic convolution over four pixels with a = -0.75 at any scale; aliases when reducing (OpenCV's INTER_CUBIC). */
  CUBIC,
  /** {@code sinc(d) sinc(d / 4)} over eight pixels at any scale; aliases when reducing (OpenCV's INTER_LANCZOS4). */
  LANCZOS4;

  private static final double CUBIC_A = -0.75;

  /** Half the width of the filter, in source pixels, when {@code scale} source pixels fall on a result pixel. */
  double support(double scale) {
    return switch (this) {
      case BILINEAR -> Math.max(1, scale);
      case AREA -> scale > 1 ? 0.5 * scale : 1;
      case NEAREST -> 0.5;
      case LINEAR -> 1;
      case CUBIC -> 2;
      case LANCZOS4 -> 4;
    };
  }

  /** The unnormalised weight of the source pixel [index, index + 1] for a result pixel around {@code centre}. */
  double weight(int index, double centre, double scale) {
    double distance = Math.abs(index + 0.5 - centre);
    return switch (this) {
      case BILINEAR -> Math.max(0, 1 - distance / Math.max(1, scale));
      case AREA -> scale > 1
          ? Math.max(0, Math.min(index + 1, centre + 0.5 * scale) - Math.max(index, centre - 0.5 * scale))
          : Math.max(0, 1 - distance);
      case NEAREST -> index == (int) Math.floor(centre) ? 1 : 0;
      case LINEAR -> Math.max(0, 1 - distance);
      case CUBIC -> cubic(distance);
      case LANCZOS4 -> distance < 4 ? sinc(distance) * sinc(distance / 4) : 0;
    };
  }

  private static double cubic(double d) {
    if (d < 1) {
      return ((CUBIC_A + 2) * d - (CUBIC_A + 3)) * d * d + 1;
    }
    return d < 2 ? ((CUBIC_A * d - 5 * CUBIC_A) * d + 8 * CUBIC_A) * d - 4 * CUBIC_A : 0;
  }

  private static double sinc(double d) {
    return d < 1e-9 ? 1 : StrictMath.sin(Math.PI * d) / (Math.PI * d);
  }
}

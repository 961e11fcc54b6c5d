package dev.mien.models.image;

/** How samples are weighted when a picture is resized; each widens with the reduction, so nothing aliases. */
public enum ResizeFilter {
  /** A triangle over two result pixels (Pillow's and torchvision's antialiased BILINEAR); linear interpolation when enlarging. */
  BILINEAR,
  /** The exact mean over the area that a result pixel covers (OpenCV's INTER_AREA when reducing). */
  AREA;

  /** Half the width of the filter, in source pixels, when {@code scale} source pixels fall on a result pixel. */
  double support(double scale) {
    return this == BILINEAR ? Math.max(1, scale) : 0.5 * scale;
  }

  /** The unnormalised weight of the source pixel [index, index + 1] for a result pixel around {@code centre}. */
  double weight(int index, double centre, double support) {
    if (this == BILINEAR) {
      return Math.max(0, 1 - Math.abs(index + 0.5 - centre) / support);
    }
    return Math.max(0, Math.min(index + 1, centre + support) - Math.max(index, centre - support));
  }
}

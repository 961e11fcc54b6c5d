package dev.mien.models.image;

/** A rectangle in continuous coordinates: [left, right] x [top, bottom], not empty; parts of pixels are allowed. */
public record Box(double left, double top, double right, double bottom) {
  public Box {
    if (!(left < right && top < bottom) || !Double.isFinite(right - left + bottom - top)) {
      throw new IllegalArgumentException(
          "a box must be finite and have left < right and top < bottom, got " + left + ", " + top + ", " + right + ", " + bottom);
    }
  }

  /** The whole of a picture. */
  public static Box of(RgbImage image) {
    return new Box(0, 0, image.width(), image.height());
  }

  boolean isInside(RgbImage image) {
    return left >= 0 && top >= 0 && right <= image.width() && bottom <= image.height();
  }
}

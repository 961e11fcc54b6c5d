package dev.mien.models.image;

/**
 * A plane map {@code (x, y) -> (xx x + xy y + x0, yx x + yy y + y0)} in continuous coordinates (the centre of the first pixel is
 * (0.5, 0.5)). A warp takes the map from the result to the source.
 */
public record Affine2d(double xx, double xy, double x0, double yx, double yy, double y0) {
  public static final Affine2d IDENTITY = new Affine2d(1, 0, 0, 0, 1, 0);

  public static Affine2d translation(double x, double y) {
    return new Affine2d(1, 0, x, 0, 1, y);
  }

  public static Affine2d scaling(double x, double y) {
    return new Affine2d(x, 0, 0, 0, y, 0);
  }

  /** Rotation about the origin; positive angles turn x towards y, which looks clockwise, as y points down. */
  public static Affine2d rotation(double degrees) {
    double radians = StrictMath.toRadians(degrees);
    double cos = StrictMath.cos(radians);
    double sin = StrictMath.sin(radians);
    return new Affine2d(cos, -sin, 0, sin, cos, 0);
  }

  /** {@code (x + y tan(xDegrees), y + x tan(yDegrees))}. */
  public static Affine2d shear(double xDegrees, double yDegrees) {
    double x = StrictMath.tan(StrictMath.toRadians(xDegrees));
    double y = StrictMath.tan(StrictMath.toRadians(yDegrees));
    return new Affine2d(1, x, 0, y, 1, 0);
  }

  /** The mirror image of a picture of this width. */
  public static Affine2d mirror(double width) {
    return new Affine2d(-1, 0, width, 0, 1, 0);
  }

  /** From a matrix for pixel indices, where the centre of the first pixel is (0, 0), as OpenCV and landmark files have them. */
  public static Affine2d ofPixelIndices(double xx, double xy, double x0, double yx, double yy, double y0) {
    return new Affine2d(xx, xy, x0 + 0.5 - 0.5 * (xx + xy), yx, yy, y0 + 0.5 - 0.5 * (yx + yy));
  }

  /**
   * The rotation, uniform scale and translation that brings {@code from} closest to {@code to} (least squares, closed form; no
   * mirroring): {@code a = sum(u.v) / sum|u|^2, b = sum(u x v) / sum|u|^2} over centred points, map {@code [[a, -b], [b, a]]}.
   *
   * @param from x, y of at least two different points
   * @param to as many points in the same order; both in continuous coordinates, so add 0.5 to landmarks given as pixel indices
   */
  public static Affine2d similarity(double[] from, double[] to) {
    if (from.length != to.length || from.length < 4 || from.length % 2 != 0) {
      throw new IllegalArgumentException("a similarity needs the same two or more points on both sides, got "
          + from.length + " and " + to.length + " coordinates");
    }
    int points = from.length / 2;
    double fromX = 0;
    double fromY = 0;
    double toX = 0;
    double toY = 0;
    for (int i = 0; i < from.length; i += 2) {
      fromX += from[i] / points;
      fromY += from[i + 1] / points;
      toX += to[i] / points;
      toY += to[i + 1] / points;
    }
    double dot = 0;
    double cross = 0;
    double square = 0;
    for (int i = 0; i < from.length; i += 2) {
      double ux = from[i] - fromX;
      double uy = from[i + 1] - fromY;
      double vx = to[i] - toX;
      double vy = to[i + 1] - toY;
      dot += ux * vx + uy * vy;
      cross += ux * vy - uy * vx;
      square += ux * ux + uy * uy;
    }
    if (!(square > 0) || !Double.isFinite(dot + cross + square)) {
      throw new IllegalArgumentException("the points of a similarity must be finite and not all the same");
    }
    double a = dot / square;
    double b = cross / square;
    return new Affine2d(a, -b, toX - a * fromX + b * fromY, b, a, toY - b * fromX - a * fromY);
  }

  /** This map after {@code first}: {@code x -> this(first(x))}. */
  public Affine2d after(Affine2d first) {
    return new Affine2d(
        xx * first.xx + xy * first.yx, xx * first.xy + xy * first.yy, applyX(first.x0, first.y0),
        yx * first.xx + yy * first.yx, yx * first.xy + yy * first.yy, applyY(first.x0, first.y0));
  }

  /**
   * The map back.
   *
   * @throws ArithmeticException when this map flattens the plane
   */
  public Affine2d inverse() {
    double det = determinant();
    if (!(Math.abs(det) > 1e-12)) {
      throw new ArithmeticException("this map has determinant " + det + " and no inverse: " + this);
    }
    return new Affine2d(yy / det, -xy / det, (xy * y0 - yy * x0) / det, -yx / det, xx / det, (yx * x0 - xx * y0) / det);
  }

  public double determinant() {
    return xx * yy - xy * yx;
  }

  public double applyX(double x, double y) {
    return xx * x + xy * y + x0;
  }

  public double applyY(double x, double y) {
    return yx * x + yy * y + y0;
  }
}

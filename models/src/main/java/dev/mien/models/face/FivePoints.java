package dev.mien.models.face;

/**
 * The five landmarks that face recognition aligns by, in pixels of the upright picture. The centre of the first pixel is (0, 0), as detectors,
 * landmark files and OpenCV have it. Left and right are the picture's: the left eye is the one with the smaller x in an upright face.
 *
 * <pre>{@code
 * var points = FivePoints.of(38.3, 51.7, 73.5, 51.5, 56.0, 71.7, 41.5, 92.4, 70.7, 92.2);
 * }</pre>
 *
 * Points may lie outside the picture. Refused, by an {@link IllegalArgumentException} that says which and why, are points that are not finite or
 * absurdly far away, eyes in one place, all points in one place, and eyes and mouth with left and right exchanged.
 */
public record FivePoints(Point leftEye, Point rightEye, Point nose, Point mouthLeft, Point mouthRight) {
  private static final double FARTHEST = 1e6;
  private static final double CLOSEST_EYES = 0.1;
  /** In a profile the eyes may well pass each other by a little, but not by this share of the way down to the mouth. */
  private static final double CLEARLY_EXCHANGED = 0.3;

  /** A place in a picture. */
  public record Point(double x, double y) {
    private Point minus(Point other) {
      return new Point(x - other.x, y - other.y);
    }

    private double length() {
      return Math.sqrt(x * x + y * y);
    }

    /** Positive where {@code other} lies clockwise of this one as the picture is seen, for y points down. */
    private double cross(Point other) {
      return x * other.y - y * other.x;
    }

    private static Point middle(Point a, Point b) {
      return new Point((a.x + b.x) / 2, (a.y + b.y) / 2);
    }
  }

  public FivePoints {
    requireUsable("the left eye", leftEye);
    requireUsable("the right eye", rightEye);
    requireUsable("the nose", nose);
    requireUsable("the left corner of the mouth", mouthLeft);
    requireUsable("the right corner of the mouth", mouthRight);
    var across = rightEye.minus(leftEye);
    if (across.length() < CLOSEST_EYES) {
      throw new IllegalArgumentException("both eyes are at " + shown(leftEye) + "; expected them at least " + CLOSEST_EYES
          + " pixels apart. Are these the points of a face?");
    }
    var down = Point.middle(mouthLeft, mouthRight).minus(Point.middle(leftEye, rightEye));
    double exchanged = -CLEARLY_EXCHANGED * down.length() * down.length();
    if (across.cross(down) < exchanged && mouthRight.minus(mouthLeft).cross(down) < exchanged) {
      throw new IllegalArgumentException("left and right are exchanged: the left eye is at " + shown(leftEye) + ", the right eye at "
          + shown(rightEye) + "; expected left and right as the picture shows them, not as the person has them");
    }
  }

  /**
   * From ten numbers: x and y of left eye, right eye, nose, left and right corner of the mouth.
   *
   * @throws IllegalArgumentException when they are not ten, or no points of a face
   */
  public static FivePoints of(double... xy) {
    if (xy.length != 10) {
      throw new IllegalArgumentException("five points are ten numbers x y, got " + xy.length);
    }
    return new FivePoints(point(xy, 0), point(xy, 1), point(xy, 2), point(xy, 3), point(xy, 4));
  }

  /**
   * From the 68 points of the iBUG scheme (dlib and others), counted from 0: an eye is the middle of its corners, 36 and 39, 42 and 45; the
   * nose is its tip, 30; the corners of the mouth are 48 and 54.
   *
   * @param xy 136 numbers x y
   */
  public static FivePoints of68(double... xy) {
    if (xy.length != 136) {
      throw new IllegalArgumentException("68 points are 136 numbers x y, got " + xy.length);
    }
    return new FivePoints(Point.middle(point(xy, 36), point(xy, 39)), Point.middle(point(xy, 42), point(xy, 45)), point(xy, 30),
        point(xy, 48), point(xy, 54));
  }

  /** Ten numbers in the order of {@link #of}. */
  public double[] toArray() {
    return new double[] {leftEye.x, leftEye.y, rightEye.x, rightEye.y, nose.x, nose.y, mouthLeft.x, mouthLeft.y, mouthRight.x, mouthRight.y};
  }

  private static Point point(double[] xy, int index) {
    return new Point(xy[2 * index], xy[2 * index + 1]);
  }

  private static void requireUsable(String what, Point point) {
    if (!(Math.abs(point.x) <= FARTHEST && Math.abs(point.y) <= FARTHEST)) {
      throw new IllegalArgumentException(what + " is at " + shown(point) + "; expected finite coordinates in pixels, at most a million");
    }
  }

  private static String shown(Point point) {
    return "(" + point.x + ", " + point.y + ")";
  }
}

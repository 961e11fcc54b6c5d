package dev.mien.training.synthetic;

/**
 * The frontal face before light and pose: linear albedo, height towards the viewer, gloss and coverage per texel.
 * The unit is about half a head; x goes right, y down, the face's middle is the origin and the canvas spans ±{@value #HALF}.
 */
final class Canvas {
  static final double HALF = 1.5;
  /** Height of what lies behind the head. */
  static final float FAR = -0.35f;

  final int size;
  final double step;
  final float[] red;
  final float[] green;
  final float[] blue;
  final float[] height;
  final float[] gloss;
  final float[] cover;

  Canvas(int size) {
    this.size = size;
    this.step = 2 * HALF / size;
    int count = size * size;
    red = new float[count];
    green = new float[count];
    blue = new float[count];
    height = new float[count];
    gloss = new float[count];
    cover = new float[count];
    java.util.Arrays.fill(height, FAR);
  }

  /** What a feature does at one texel. */
  interface Brush {
    void paint(int at, double x, double y);
  }

  double coordinate(int index) {
    return (index + 0.5) * step - HALF;
  }

  int index(double coordinate) {
    return (int) Math.clamp(Math.floor((coordinate + HALF) / step), 0.0, size - 1.0);
  }

  /** Calls the brush at every texel of a rectangle, cut to the canvas. */
  void each(double left, double top, double right, double bottom, Brush brush) {
    int i0 = index(left);
    int i1 = index(right);
    int j1 = index(bottom);
    for (int j = index(top); j <= j1; j++) {
      double y = coordinate(j);
      for (int i = i0; i <= i1; i++) {
        brush.paint(j * size + i, coordinate(i), y);
      }
    }
  }

  /** Coverage of a texel whose centre lies {@code inside} units within an edge: a soft step one and a half texels wide. */
  double edge(double inside) {
    return Math.clamp(0.5 + inside / (1.5 * step), 0, 1);
  }

  /** Lays an opaque material over a texel with a share. */
  void lay(int at, double share, LinearRgb color, double z, double shine) {
    if (share <= 0) {
      return;
    }
    tint(at, share, color);
    height[at] += (float) ((z - height[at]) * share);
    gloss[at] += (float) ((shine - gloss[at]) * share);
    cover[at] += (float) ((1 - cover[at]) * share);
  }

  /** Changes the colour only. */
  void tint(int at, double share, LinearRgb color) {
    red[at] += (float) ((color.red() - red[at]) * share);
    green[at] += (float) ((color.green() - green[at]) * share);
    blue[at] += (float) ((color.blue() - blue[at]) * share);
  }

  /** Multiplies the colour. */
  void shade(int at, double redFactor, double greenFactor, double blueFactor) {
    red[at] *= (float) redFactor;
    green[at] *= (float) greenFactor;
    blue[at] *= (float) blueFactor;
  }

  /** Raises (or lowers) an elliptical hill. */
  void bump(double cx, double cy, double rx, double ry, double amount) {
    each(cx - rx, cy - ry, cx + rx, cy + ry, (at, x, y) -> {
      double q = 1 - Curves.square((x - cx) / rx) - Curves.square((y - cy) / ry);
      if (q > 0) {
        height[at] += (float) (amount * q * q);
      }
    });
  }

  /** Tints an ellipse, strongest in the middle. */
  void blush(double cx, double cy, double rx, double ry, LinearRgb color, double share) {
    each(cx - rx, cy - ry, cx + rx, cy + ry, (at, x, y) -> {
      double q = 1 - Curves.square((x - cx) / rx) - Curves.square((y - cy) / ry);
      if (q > 0) {
        tint(at, share * q * q * (3 - 2 * q), color);
      }
    });
  }
}

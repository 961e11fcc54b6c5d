package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;

/**
 * A groove in the skin along a shallow arc, deepest in its middle: a wrinkle, a fold, a lid line.
 *
 * @param bow how far the middle of the arc leaves the chord, across its longer axis
 * @param width half width
 * @param depth how deep it is cut
 * @param dark how much colour it takes, 0..1
 */
record Crease(double x0, double y0, double x1, double y1, double bow, double width, double depth, double dark) {
  Crease(double[] line, double bow, double width, double depth, double dark) {
    this(line[0], line[1], line[2], line[3], bow, width, depth, dark);
  }

  void carve(Canvas canvas) {
    if (depth <= 0 && dark <= 0) {
      return;
    }
    boolean flat = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
    double from = flat ? x0 : y0;
    double length = flat ? x1 - x0 : y1 - y0;
    double acrossFrom = flat ? y0 : x0;
    double rise = flat ? y1 - y0 : x1 - x0;
    double wide = Math.max(width, 0.9 * canvas.step);
    double thin = width / wide;
    double slant = Math.sqrt(1 + Curves.square(rise / length));
    double reach = wide * slant;
    double low = Math.min(acrossFrom, acrossFrom + rise) + Math.min(bow, 0) - reach;
    double high = Math.max(acrossFrom, acrossFrom + rise) + Math.max(bow, 0) + reach;
    double start = Math.min(from, from + length);
    double end = Math.max(from, from + length);
    Canvas.Brush brush = (at, x, y) -> {
      double t = ((flat ? x : y) - from) / length;
      double taper = 4 * t * (1 - t);
      if (taper > 0) {
        double centre = acrossFrom + rise * t + bow * taper;
        double share = hill(((flat ? y : x) - centre) / reach) * Math.min(1, 1.4 * taper) * thin;
        if (share > 0) {
          canvas.height[at] -= (float) (depth * share);
          double loss = dark * share;
          canvas.shade(at, 1 - 0.75 * loss, 1 - loss, 1 - loss);
        }
      }
    };
    if (flat) {
      canvas.each(start, low, end, high, brush);
    } else {
      canvas.each(low, start, high, end, brush);
    }
  }
}

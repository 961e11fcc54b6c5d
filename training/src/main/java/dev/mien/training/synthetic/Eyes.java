package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;
import static dev.mien.training.synthetic.Curves.square;

/**
 * Eyeballs, lids and lashes: large in children, narrow, hooded and paler in the old.
 *
 * @param x half the distance between the eyes
 * @param aperture half height of the opening
 * @param tilt rise of the outer corner per unit
 * @param hood how far the upper lid's fold hangs down, 0..1
 * @param crease height of the fold above the lid; 0 for none
 * @param lashes darkness of the lash line
 */
public record Eyes(double x, double y, double halfWidth, double aperture, double tilt, double hood, double crease,
    double lashes, double iris, double gazeX, double gazeY, LinearRgb irisColor, LinearRgb white, LinearRgb shadow,
    double shadowShare) {

  static Eyes draw(Subject s, Head head, Skin skin) {
    double c = s.childhood();
    double old = s.ageing();
    double m = s.masculinity();
    double lid = s.chance("blink") < 0.03 ? 0.1 : 1 + 0.10 * s.mood("lid");
    double young = 0.061 + 0.019 * c + 0.006 * s.trait("eyeOpen") - 0.006 * (m - 0.5);
    double aperture = young * (1 - 0.26 * Math.min(1.2, old)) * lid;
    double melanin = skin.melanin();
    boolean pale = s.lot("paleEyes") > 0.30 + 1.6 * melanin;
    var irisColor = pale
        ? LinearRgb.along(s.lot("irisColor"), LinearRgb.display(0.36, 0.52, 0.66), LinearRgb.display(0.44, 0.55, 0.56),
            LinearRgb.display(0.40, 0.50, 0.34), LinearRgb.display(0.48, 0.42, 0.24))
        : LinearRgb.along(s.lot("irisColor"), LinearRgb.display(0.15, 0.09, 0.06), LinearRgb.display(0.25, 0.15, 0.09),
            LinearRgb.display(0.36, 0.23, 0.12));
    var white = LinearRgb.display(0.80, 0.79, 0.78).mix(LinearRgb.display(0.74, 0.69, 0.62), 0.6 * Math.min(1, old));
    boolean makeup = s.gender() == 1 && s.ageYears() > 15 && s.chance("eyeMakeup") < 0.4;
    var shadow = makeup
        ? LinearRgb.along(s.chance("eyeShadow"), LinearRgb.display(0.38, 0.28, 0.26), LinearRgb.display(0.45, 0.36, 0.46),
            LinearRgb.display(0.30, 0.32, 0.38))
        : skin.base().times(0.80, 0.68, 0.66);
    return new Eyes(0.305 - 0.006 * c + 0.014 * s.trait("eyeDistance"), head.eyeY(),
        0.140 + 0.020 * c + 0.009 * s.trait("eyeWidth"), aperture,
        0.05 + 0.05 * s.trait("eyeTilt") - 0.07 * old,
        Math.clamp(0.15 + 0.22 * s.trait("hood") + 0.45 * old, 0, 0.9),
        s.lot("fold") < 0.2 ? 0 : 0.042 + 0.008 * s.trait("crease"),
        0.55 + 0.2 * (1 - m) * (1 - c) + (makeup ? 0.2 : 0) - 0.2 * Math.min(1, old),
        0.066 + 0.002 * c, 0.012 * s.mood("gazeX"), 0.006 * s.mood("gazeY"), irisColor, white, shadow, makeup ? 0.5 : 0.22);
  }

  private double upperLid(double u) {
    double t = u / halfWidth;
    double peak = t + 0.16 * (1 - t * t);
    double open = 1.08 * (1 - peak * peak * (0.75 + 0.25 * peak * peak));
    return aperture * (hood * 0.55 * ramp(t, 0.1, 1.0) * (1 - t * t) - open);
  }

  private double lowerLid(double u) {
    double t = u / halfWidth;
    double low = t - 0.18 * (1 - t * t);
    return aperture * 0.80 * (1 - low * low);
  }

  void paint(Canvas canvas) {
    for (int side = -1; side <= 1; side += 2) {
      paint(canvas, side);
    }
  }

  private void paint(Canvas canvas, int side) {
    double cx = side * x;
    canvas.blush(cx + side * 0.01, y - aperture - 0.05, halfWidth * 1.25, 0.10, shadow, shadowShare);
    canvas.bump(cx, y, halfWidth * 1.15, 0.13, 0.05);
    canvas.each(cx - halfWidth * 1.5, y - 0.25, cx + halfWidth * 1.5, y + 0.2, (at, px, py) -> {
      double u = (px - cx) * side;
      double v = py - y + tilt * u;
      if (Math.abs(u) < halfWidth) {
        paintOpening(canvas, at, side, u, v);
      }
      paintLids(canvas, at, u, v);
    });
  }

  private void paintOpening(Canvas canvas, int at, int side, double u, double v) {
    double up = upperLid(u);
    double low = lowerLid(u);
    double open = canvas.edge(Math.min(v - up, low - v));
    if (open <= 0) {
      return;
    }
    double gx = u - side * gazeX;
    double gy = v - gazeY + 0.10 * aperture;
    double r = Math.sqrt(gx * gx + gy * gy);
    var color = white.mix(LinearRgb.display(0.80, 0.55, 0.50), 0.45 * ramp(Math.abs(u) / halfWidth, 0.6, 1.0));
    double inIris = canvas.edge(iris - r);
    if (inIris > 0) {
      double ring = ramp(r / iris, 0.70, 1.0);
      var lit = irisColor.times(1.15 + 0.9 * Math.max(0, gy / iris)).mix(irisColor.times(0.25), ring);
      color = color.mix(lit, inIris);
      color = color.mix(LinearRgb.display(0.03, 0.03, 0.03), canvas.edge(iris * 0.42 - r));
    }
    double lidShade = 1 - 0.55 * hill((v - up) / (0.9 * aperture + 0.01));
    canvas.lay(at, open, color.times(lidShade), canvas.height[at] - 0.02, 0.12);
    double spark = Math.sqrt(square(gx - 0.020 * side) + square(gy + 0.022));
    canvas.tint(at, open * 0.85 * canvas.edge(0.014 - spark), LinearRgb.display(0.98, 0.98, 0.98));
  }

  private void paintLids(Canvas canvas, int at, double u, double v) {
    double t = u / halfWidth;
    double clipped = Math.clamp(t, -1, 1);
    double up = upperLid(clipped * halfWidth) - Math.max(0, t - 1) * halfWidth * 0.35;
    double along = hill(t / 1.22) > 0 ? Math.min(1, 3 * hill(t / 1.22)) : 0;
    double thick = Math.max(mix(0.013, 0.021, ramp(t, -0.8, 0.9)), 0.8 * canvas.step);
    double lash = lashes * along * hill((v - up) / thick);
    canvas.tint(at, lash, LinearRgb.display(0.10, 0.07, 0.06));
    double low = lowerLid(clipped * halfWidth);
    double rim = 0.30 * along * hill((v - low - 0.006) / 0.018);
    canvas.shade(at, 1 - 0.7 * rim, 1 - rim, 1 - rim);
    if (crease > 0) {
      double fold = up - crease * (1 - 0.65 * hood) - 0.008 * (1 - t * t);
      double line = hill((v - fold) / Math.max(0.017, canvas.step)) * Math.min(1, 2.4 * hill(t / 1.3));
      canvas.height[at] -= (float) (0.016 * line);
      canvas.shade(at, 1 - 0.26 * line, 1 - 0.36 * line, 1 - 0.36 * line);
    }
  }
}

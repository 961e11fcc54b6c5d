package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;

/**
 * Eyebrows: heavy and low in men, thin and arched in women, faint in small children, grey or bushy in the old.
 *
 * @param thickness half thickness
 * @param density how much skin they cover, 0..1
 */
public record Brows(double innerX, double outerX, double y, double arch, double thickness, double density, double raise,
    LinearRgb color) {
  static Brows draw(Subject s, Head head, Hair hair) {
    double m = s.masculinity();
    double c = s.childhood();
    double bushy = s.gender() == 0 ? 0.006 * s.ageing() : -0.006 * Math.min(1, s.ageing());
    double grey = Math.clamp(hair.grey() * 0.85 - 0.12, 0, 0.9);
    double thickness = 0.028 + 0.014 * (m - 0.4) + 0.006 * s.trait("browSize") - 0.006 * c + bushy;
    double density = 0.86 + 0.06 * s.trait("browDensity") - 0.40 * s.infancy() - 0.15 * c - 0.14 * Math.min(1.2, s.ageing());
    return new Brows(0.115 - 0.01 * m + 0.012 * s.trait("browGap"), 0.50 + 0.012 * s.trait("browLength") - 0.03 * c, head.browY(),
        0.040 + 0.03 * (0.5 - m) + 0.012 * s.trait("arch"), Math.max(0.016, thickness),
        Math.clamp(density, 0.1, 0.95),
        0.018 * s.mood("browRaise"), hair.natural().times(0.85).mix(LinearRgb.display(0.62, 0.61, 0.60), grey));
  }

  void paint(Canvas canvas) {
    for (int side = -1; side <= 1; side += 2) {
      int s = side;
      double left = Math.min(s * innerX, s * outerX) - 0.02;
      canvas.each(left, y - 0.17, left + outerX - innerX + 0.04, y + 0.13, (at, px, py) -> paint(canvas, at, px * s, py));
    }
  }

  private void paint(Canvas canvas, int at, double u, double py) {
    double t = (u - innerX) / (outerX - innerX);
    if (t <= -0.04 || t >= 1) {
      return;
    }
    double rise = arch * (1 - Curves.square((t - 0.62) / 0.62)) - 0.25 * arch * ramp(t, 0.8, 1);
    double centre = y - raise * (1 - 0.4 * t) - rise;
    double half = thickness * mix(1.05, 0.35, ramp(t, 0.45, 1)) * ramp(t, -0.06, 0.08);
    double strands = 0.85 + 0.20 * Texture.noise(u * 73 + py * 31, py * 17 - u * 13);
    double soft = Math.clamp((half - Math.abs(py - centre)) / Math.max(0.020, 1.2 * canvas.step) + 0.5, 0, 1);
    canvas.tint(at, Math.clamp(density * strands * soft, 0, 1), color);
    canvas.height[at] += (float) (0.012 * soft * hill(t - 0.5));
  }
}

package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.mix;

/**
 * Bridge, tip, wings and nostrils. Children have small flat noses; noses grow longer and wider through life.
 *
 * @param rootY where the bridge begins
 * @param baseY height of the nostrils
 * @param wing half width at the wings
 * @param tip radius of the tip
 * @param rise how far the tip stands out
 */
public record Nose(double rootY, double baseY, double wing, double tip, double rise, double bridge) {
  static Nose draw(Subject s, Head head) {
    double c = s.childhood();
    double broad = s.trait("noseWidth");
    double wing = 0.165 - 0.035 * c + 0.019 * broad + 0.014 * s.masculinity() + 0.018 * Math.min(s.ageing(), 1.3);
    return new Nose(head.eyeY() - 0.06 + 0.05 * c, head.noseY(), wing, 0.105 - 0.02 * c + 0.008 * s.trait("noseTip"),
        0.20 - 0.08 * c + 0.025 * s.trait("noseRise") + 0.03 * s.masculinity(),
        0.075 + 0.006 * broad - 0.005 * c);
  }

  void paint(Canvas canvas) {
    double tipY = baseY - 0.075;
    canvas.each(-wing - 0.1, rootY, wing + 0.1, tipY + 0.13, (at, x, y) -> {
      double t = Math.clamp((y - rootY) / (tipY - rootY), 0, 1);
      double width = mix(bridge, wing * 0.9, t * t);
      double fade = y > tipY ? hill((y - tipY) / 0.13) : 1;
      double profile = mix(0.25, 0.8, t) * Math.min(1, 4 * t);
      canvas.height[at] += (float) (rise * profile * hill(x / (1.6 * width)) * fade);
    });
    canvas.bump(0, tipY + 0.005, tip * 1.25, tip, rise * 0.42);
    for (int side = -1; side <= 1; side += 2) {
      double x = side * (wing - 0.05);
      canvas.bump(x, baseY - 0.045, 0.075, 0.075, rise * 0.34);
      new Crease(side * (wing + 0.005), baseY - 0.10, side * (wing - 0.01), baseY + 0.02, side * 0.018, 0.022, 0.02, 0.28)
          .carve(canvas);
      canvas.blush(side * wing * 0.44, baseY - 0.002, wing * 0.30, 0.028, LinearRgb.display(0.18, 0.08, 0.06), 0.75);
    }
    canvas.each(-wing, baseY - 0.02, wing, baseY + 0.07, (at, x, y) -> {
      double dark = 0.12 * hill((y - baseY - 0.015) / 0.045) * hill(x / (wing * 1.05));
      canvas.shade(at, 1 - 0.8 * dark, 1 - dark, 1 - dark);
    });
    new Crease(0, baseY + 0.03, 0, baseY + 0.13, 0, 0.028, 0.012, 0.10).carve(canvas);
  }
}

package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.ramp;

/**
 * Tone and surface of the skin: even and rosy in children, mottled, rougher and spotted in the old.
 *
 * @param melanin 0 (very pale) to 1 (very dark)
 * @param rosy redness of cheeks and nose
 * @param mottle unevenness of the tone
 * @param rough height of the fine relief
 * @param spots number of age spots
 * @param freckles share of freckles
 * @param blood colour towards which cheeks and nose turn
 */
public record Skin(double melanin, LinearRgb base, double rosy, double mottle, double rough, int spots, double freckles,
    double shine, LinearRgb blood, double place) {
  private static final LinearRgb[] TONES = {LinearRgb.display(0.90, 0.73, 0.64), LinearRgb.display(0.86, 0.67, 0.56),
    LinearRgb.display(0.78, 0.58, 0.45), LinearRgb.display(0.66, 0.46, 0.34), LinearRgb.display(0.50, 0.34, 0.25),
    LinearRgb.display(0.34, 0.23, 0.18)};

  static Skin draw(Subject s) {
    double lot = s.lot("melanin");
    double melanin = lot < 0.5 ? 0.55 * lot : 0.275 + 1.45 * (lot - 0.5);
    double c = s.childhood();
    double old = s.ageing();
    double under = 0.02 * s.trait("undertone");
    var base = LinearRgb.along(melanin - 0.03 * c, TONES).times(1 + under, 1, 1 - 1.5 * under).greyed(0.10 * Math.min(1.2, old));
    double weathered = Math.max(0.3, 1 + 0.35 * s.trait("sun"));
    boolean freckled = melanin < 0.22 && s.lot("freckled") < 0.22 && s.ageYears() > 4;
    int spots = (int) (16 * Math.max(0, old - 0.45) * weathered * (1.1 - 0.6 * melanin) + (s.lot("mole") < 0.25 ? 1 : 0));
    return new Skin(melanin, base, 0.20 + 0.22 * c + 0.06 * s.mood("rosy"), (0.02 + 0.075 * Math.min(1.3, old)) * weathered,
        0.0008 + 0.0024 * Math.min(1.3, old) * weathered, spots, freckled ? 0.5 + 0.3 * s.lot("freckleShare") : 0,
        Math.clamp(0.26 - 0.08 * Math.min(1, old) + 0.08 * s.mood("oil"), 0.05, 0.6), base.times(1.02, 0.66, 0.62),
        200 * s.lot("skinPlace"));
  }

  /** Colours the head: blood under the skin, tired eyes, relief, freckles and spots. */
  void paint(Canvas canvas, Subject s, Head head, Eyes eyes, Nose nose) {
    for (int side = -1; side <= 1; side += 2) {
      canvas.blush(side * 0.42, head.noseY() - 0.07, 0.27, 0.22, blood, rosy * 1.3);
      double tired = Math.max(0, 0.20 + 0.12 * s.mood("tired") + 0.30 * s.ageing() - 0.2 * s.childhood());
      canvas.blush(side * (eyes.x() - 0.01), eyes.y() + 0.12, 0.17, 0.085, base.times(0.62, 0.52, 0.58), Math.min(0.75, tired));
    }
    canvas.blush(0, nose.baseY() - 0.08, nose.wing() * 1.1, 0.13, blood, rosy * 1.1 + 0.1 * s.ageing());
    canvas.blush(0, head.chinY() - 0.12, 0.2, 0.12, blood, rosy * 0.5);
    canvas.each(-0.82, head.topY(), 0.82, head.chinY() + 0.03, (at, x, y) -> grain(canvas, at, x, y));
    paintSpots(canvas, s, head);
  }

  private void grain(Canvas canvas, int at, double x, double y) {
    double blotch = Texture.noise(x * 5 + place, y * 5) + 0.5 * Texture.noise(x * 13, y * 13 + place);
    double fine = Texture.noise(x * 38 + place, y * 38);
    double change = mottle * blotch + 0.35 * mottle * fine;
    canvas.shade(at, 1 + 0.7 * change, 1 + change, 1 + change);
    canvas.height[at] += (float) (rough * (fine + 0.6 * blotch));
    canvas.gloss[at] = (float) shine;
    if (freckles > 0) {
      double near = hill(x / 0.7) * hill((y - 0.18) / 0.45);
      double dot = ramp(fine * near, 0.30, 0.65) * freckles;
      canvas.shade(at, 1 - 0.25 * dot, 1 - 0.42 * dot, 1 - 0.5 * dot);
    }
  }

  private void paintSpots(Canvas canvas, Subject s, Head head) {
    var brown = base.times(0.56, 0.44, 0.38);
    for (int i = 0; i < spots; i++) {
      double x = 1.25 * (s.lot("spotX" + i) - 0.5);
      double y = head.topY() + 0.2 + (head.chinY() - head.topY() - 0.3) * s.lot("spotY" + i);
      double size = 0.020 + 0.030 * Curves.square(s.lot("spotSize" + i));
      canvas.blush(x, y, size, size * (0.7 + 0.5 * s.lot("spotForm" + i)), brown, 0.30 + 0.45 * s.lot("spotShare" + i));
    }
  }
}

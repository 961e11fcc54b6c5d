package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.square;

/**
 * Spectacles: likelier with age, so a cue, but a weak one.
 *
 * @param worn whether there are any
 * @param dark share of tint in the lenses, 0..1
 */
public record Glasses(boolean worn, double halfWidth, double halfHeight, double squareness, double rim, LinearRgb frame,
    double dark, double glare) {
  static Glasses draw(Subject s) {
    double often = 0.04 * (1 - s.childhood()) + 0.08 + 0.22 * Math.min(1, s.ageing());
    boolean worn = s.lot("needsGlasses") * 0.6 + s.chance("wearsGlasses") * 0.4 < often && s.ageYears() > 3;
    var frame = LinearRgb.along(s.chance("frameColor"), LinearRgb.display(0.06, 0.06, 0.07), LinearRgb.display(0.22, 0.13, 0.10),
        LinearRgb.display(0.55, 0.52, 0.48), LinearRgb.display(0.45, 0.10, 0.12));
    boolean sun = s.chance("sunglasses") < 0.05;
    return new Glasses(worn, 0.225 + 0.015 * s.mood("lensWidth"), 0.155 + 0.018 * s.mood("lensHeight"), s.chance("lensForm"),
        0.014 + 0.020 * s.chance("rim"), frame, sun ? 0.85 : 0.10 * s.chance("tint"), s.chance("glare") < 0.35 ? 0.4 : 0.06);
  }

  void paint(Canvas canvas, Head head, Eyes eyes) {
    if (!worn) {
      return;
    }
    double cy = eyes.y() + 0.03;
    double thick = Math.max(rim, 0.9 * canvas.step);
    for (int side = -1; side <= 1; side += 2) {
      double cx = side * (eyes.x() + 0.012);
      canvas.each(cx - 0.3, cy - 0.25, cx + 0.3, cy + 0.25, (at, x, y) -> {
        double u = square((x - cx) / halfWidth);
        double v = square((y - cy) / halfHeight);
        double r = Curves.mix(Math.sqrt(u + v), Math.sqrt(Math.sqrt(u * u + v * v)), squareness);
        double off = (r - 1) * halfHeight;
        double lens = canvas.edge(-off);
        canvas.tint(at, lens * dark, LinearRgb.display(0.08, 0.08, 0.09));
        double sheen = glare * Math.max(0, 1 - Math.abs((x - cx) * 0.7 + (y - cy) + 0.10) / 0.05);
        canvas.tint(at, lens * sheen, LinearRgb.display(0.95, 0.97, 1));
        canvas.lay(at, canvas.edge(thick / 2 - Math.abs(off)), frame, canvas.height[at] + 0.02, 0.6);
      });
      double outer = eyes.x() + 0.012 + halfWidth;
      double end = head.halfWidth(cy);
      canvas.each(Math.min(side * outer, side * end), cy - 0.1, Math.max(side * outer, side * end), cy + 0.05, (at, x, y) ->
          canvas.lay(at, canvas.edge(thick / 2 - Math.abs(y - cy + 0.04)), frame, canvas.height[at] + 0.01, 0.5));
    }
    double inner = eyes.x() + 0.012 - halfWidth;
    canvas.each(-inner, cy - 0.15, inner, cy + 0.05, (at, x, y) -> {
      double arch = cy - 0.04 - 0.03 * (1 - square(x / Math.max(inner, 0.02)));
      canvas.lay(at, canvas.edge(thick / 2 - Math.abs(y - arch)), frame, canvas.height[at] + 0.01, 0.5);
    });
  }
}

package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.arc;
import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.ramp;
import static dev.mien.training.synthetic.Curves.square;

/** Neck, ears and clothes: thin necks in children, long ears and a lined neck in the old. */
public record Body(double neck, double collarY, double earSize, double earOut, double neckLines, LinearRgb cloth,
    double pattern, double neckline) {
  static Body draw(Subject s, Head head) {
    double c = s.childhood();
    var cloth = LinearRgb.display(s.chance("clothRed"), s.chance("clothGreen"), s.chance("clothBlue")).greyed(0.5)
        .times(0.15 + 0.85 * s.chance("clothLight"));
    return new Body(0.345 + 0.08 * s.masculinity() - 0.045 * c + 0.02 * s.trait("weight"), head.chinY() + 0.16 - 0.03 * c
        + 0.05 * s.mood("collar"), 0.185 - 0.01 * c + 0.012 * s.trait("earSize") + 0.024 * s.ageing(),
        0.055 + 0.016 * s.trait("earOut") + 0.012 * c, s.ageing(), cloth, s.chance("pattern"), s.chance("neckline"));
  }

  void paintNeckAndClothes(Canvas canvas, Skin skin) {
    double chinShade = collarY - 0.16;
    canvas.each(-0.6, 0.3, 0.6, Canvas.HALF, (at, x, y) -> {
      double w = neck + 0.5 * square(Math.max(0, y - collarY + 0.12));
      double d = Math.abs(x) / w;
      canvas.lay(at, canvas.edge(w - Math.abs(x)), skin.base().times(0.93, 0.88, 0.86), -0.12 + 0.36 * arc(d), 0.15);
      double dark = 0.42 * (1 - ramp(y, chinShade - 0.05, chinShade + 0.22));
      canvas.shade(at, 1 - 0.85 * dark, 1 - dark, 1 - dark);
    });
    for (int k = 0; k < 2; k++) {
      double y = collarY - 0.03 + 0.09 * k;
      new Crease(-neck * 0.8, y, neck * 0.8, y, 0.05, 0.022, 0.02 * neckLines, 0.35 * neckLines).carve(canvas);
    }
    for (int i = -1; i <= 1; i += 2) {
      new Crease(i * 0.08, chinShade - 0.1, i * 0.13, collarY + 0.2, 0, 0.035, 0.03 * neckLines, 0.25 * neckLines).carve(canvas);
    }
    canvas.each(-Canvas.HALF, collarY - 0.1, Canvas.HALF, Canvas.HALF, (at, x, y) -> {
      double across = Math.abs(x);
      double shoulder = collarY - 0.04 + 0.18 * square(Math.max(0, across - 0.25)) + 0.10 * across;
      double cut = collarY + (0.02 + 0.30 * neckline) * hill(across / (neck * 1.15));
      double inside = Math.min(y - shoulder, across < neck * 1.15 ? y - cut : 1);
      double stripes = pattern > 0.7 ? 0.22 * Texture.noise(x * 14, y * 1.5) : 0;
      double fold = 0.85 + 0.15 * Texture.noise(x * 3 + 40 * pattern, y * 2) + stripes;
      canvas.lay(at, canvas.edge(inside), cloth.times(fold), -0.12 + 0.25 * arc(across / 1.6), 0.03);
    });
  }

  void paintEars(Canvas canvas, Head head, Skin skin) {
    double cy = head.eyeY() + 0.13;
    double rx = 0.085 + 0.25 * (earSize - 0.17);
    for (int side = -1; side <= 1; side += 2) {
      int s = side;
      double cx = head.halfWidth(cy) + earOut - 0.045;
      canvas.each(side * cx - 0.16, cy - earSize - 0.05, side * cx + 0.16, cy + earSize + 0.05, (at, x, y) -> {
        double u = (x * s - cx - 0.10 * (cy - y)) / rx;
        double v = (y - cy) / (earSize * 1.02);
        double r = Math.sqrt(u * u + v * v + 0.5 * u * v);
        double inside = (1 - r) * rx;
        var rim = skin.base().mix(skin.blood(), 0.5);
        double hollow = hill(Math.sqrt(square((u + 0.25) / 0.75) + square((v + 0.08) / 0.72)));
        canvas.lay(at, canvas.edge(inside), rim.times(1 - 0.5 * hollow), 0.06 + 0.05 * arc(r) - 0.05 * hollow, 0.15);
      });
    }
  }
}

package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.arc;
import static dev.mien.training.synthetic.Curves.square;

/**
 * A cap or scarf that hides the hair, at any age: what a model of grey hair alone fails on.
 *
 * @param rimY height of the rim over the forehead
 * @param fold height of the turned-up rim
 */
public record Hat(boolean worn, double rimY, double fold, double volume, double ribs, LinearRgb cloth) {
  static Hat draw(Subject s, Head head) {
    boolean worn = s.chance("hat") < 0.05 + 0.06 * s.infancy();
    var cloth = LinearRgb.display(s.chance("hatRed"), s.chance("hatGreen"), s.chance("hatBlue")).greyed(0.35)
        .times(0.15 + 0.75 * s.chance("hatLight"));
    return new Hat(worn, head.browY() - 0.17 + 0.04 * s.mood("hatHeight"), 0.13 + 0.03 * s.mood("hatFold"),
        0.09 + 0.02 * s.mood("hatSize"),
        s.chance("ribs"), cloth);
  }

  void paint(Canvas canvas, Head head) {
    if (!worn) {
      return;
    }
    double turn = -0.30;
    double half = head.temple() + 0.025 + 0.45 * volume;
    double tall = turn - head.topY() + volume;
    canvas.each(-half - 0.1, turn - tall - 0.1, half + 0.1, rimY + 0.12, (at, x, y) -> {
      double rim = rimY + 0.10 * square(x / half);
      double up = y < turn ? (y - turn) / tall : 0;
      double r = Math.sqrt(square(x / half) + up * up);
      double inside = Math.min((1 - r) * half, rim - y);
      boolean onFold = y > rim - fold;
      double edge = onFold ? Math.min(half * 1.02 - Math.abs(x), rim - y) : inside;
      double knit = ribs > 0.4 ? 0.14 * Texture.noise(x * 30 / Math.max(0.3, arc(up)), 5) : 0.08 * Texture.noise(x * 40, y * 40);
      double z = 0.62 * arc(x / (half + 0.02)) * arc(Math.min(0.98, up)) + (onFold ? 0.12 : 0.07) + 0.03 * knit;
      canvas.lay(at, canvas.edge(edge), cloth.times((onFold ? 0.92 : 1.05) + knit), z, 0.03);
    });
  }
}

package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;

/**
 * The lips: fuller in the young and in women, thin and drooping at the corners in the old.
 *
 * @param y height of the line between the lips
 * @param smile how far the corners rise (below 0: fall)
 * @param open half height of the gap between the lips
 * @param colorShare how much the lips differ from the skin
 */
public record Mouth(double y, double halfWidth, double upper, double lower, double smile, double open, double colorShare,
    LinearRgb color) {
  static Mouth draw(Subject s, Head head, LinearRgb skin) {
    double c = s.childhood();
    double m = s.masculinity();
    double thin = 1 - 0.42 * Math.min(1.25, s.ageing());
    double full = (1 + 0.20 * s.trait("lips") - 0.20 * (m - 0.5)) * thin;
    double smile = 0.028 + 0.030 * s.mood("smile");
    double width = 0.235 - 0.065 * c + 0.016 * s.trait("mouthWidth") + 0.01 * m + 0.9 * Math.max(0, smile - 0.01);
    double open = s.chance("open") < 0.30 ? 0.045 * s.chance("gap") * (1 + 12 * Math.max(0, smile)) : 0;
    boolean lipstick = s.gender() == 1 && s.ageYears() > 15 && s.chance("lipstick") < 0.30;
    var bare = skin.times(0.86, 0.52, 0.52).mix(LinearRgb.display(0.72, 0.36, 0.36), 0.25);
    var painted = LinearRgb.along(s.chance("lipstickColor"), LinearRgb.display(0.75, 0.16, 0.22),
        LinearRgb.display(0.80, 0.36, 0.42),
        LinearRgb.display(0.55, 0.14, 0.24));
    double bareShare = (0.62 - 0.22 * m + 0.08 * s.trait("lipColor")) * (1 - 0.28 * Math.min(1, s.ageing()));
    double share = lipstick ? 0.75 : bareShare;
    return new Mouth(head.mouthY(), width, 0.056 * full, 0.075 * full, smile - 0.022 * s.ageing(), open, share,
        lipstick ? painted : bare);
  }

  private double line(double t) {
    return y + smile * 0.35 - smile * 1.35 * t * t;
  }

  private double upperEdge(double t) {
    double bow = 1 - 0.30 * hill(t / 0.16) + 0.12 * hill((Math.abs(t) - 0.2) / 0.25);
    return line(t) - open * (1 - t * t) - upper * (1 - t * t * Math.abs(t)) * bow;
  }

  private double lowerEdge(double t) {
    double full = Curves.arc(t) * (0.9 + 0.1 * hill(t / 0.5)) * (1 - t * t * 0.35);
    return line(t) + open * (1 - t * t) + lower * full;
  }

  void paint(Canvas canvas) {
    double reach = halfWidth * 1.05;
    canvas.each(-reach, y - 0.22, reach, y + 0.26, (at, x, yy) -> {
      double t = x / halfWidth;
      if (Math.abs(t) < 1) {
        paint(canvas, at, t, yy);
      }
    });
    for (int side = -1; side <= 1; side += 2) {
      double cornerY = line(1);
      canvas.bump(side * halfWidth, cornerY, 0.06, 0.06, -0.025);
      canvas.blush(side * (halfWidth + 0.005), cornerY, 0.045, 0.035, color.times(0.35), 0.45);
    }
  }

  private void paint(Canvas canvas, int at, double t, double yy) {
    double line = line(t);
    double top = upperEdge(t);
    double bottom = lowerEdge(t);
    double gap = open * (1 - t * t);
    double lips = canvas.edge(Math.min(yy - top, bottom - yy) * 0.8 + 0.2 * canvas.step) * (1 - ramp(Math.abs(t), 0.90, 1.0));
    if (lips > 0) {
      canvas.tint(at, lips * colorShare, color);
      double into = yy < line ? (yy - top) / Math.max(1e-3, line - top) : (bottom - yy) / Math.max(1e-3, bottom - line);
      double round = Math.clamp(into, 0, 1);
      double swell = yy < line ? 0.040 * round * (1.3 - round) : 0.055 * round * (1.5 - round);
      canvas.height[at] += (float) (lips * swell * (1 - t * t));
      canvas.gloss[at] += (float) (lips * 0.35);
      if (yy < line) {
        canvas.shade(at, 1 - 0.20 * lips, 1 - 0.22 * lips, 1 - 0.22 * lips);
      }
    }
    if (gap > 0.006) {
      double inside = canvas.edge(gap - Math.abs(yy - line));
      double teeth = ramp(gap, 0.012, 0.03) * canvas.edge(line + gap * 0.45 - yy) * (1 - ramp(Math.abs(t), 0.55, 0.85));
      var mouth = LinearRgb.display(0.25, 0.08, 0.08).mix(LinearRgb.display(0.88, 0.85, 0.79), teeth);
      canvas.tint(at, inside, mouth);
      canvas.height[at] -= (float) (0.03 * inside);
    } else {
      double dark = hill((yy - line) / Math.max(0.020, canvas.step)) * mix(0.72, 0.5, Math.abs(t));
      canvas.shade(at, 1 - 0.85 * dark, 1 - dark, 1 - dark);
    }
  }
}

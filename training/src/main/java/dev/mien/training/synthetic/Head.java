package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.arc;
import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;

/**
 * The skull and jaw, and where the features lie on them. Children: rounder, a high forehead, low features, a small chin; the
 * old: a jaw that sags. Half widths at the temples, cheek bones, jaw and chin.
 *
 * @param closing how square the chin is (higher is squarer)
 * @param fullness how plump the cheeks are, about -1..1
 */
public record Head(double topY, double chinY, double temple, double cheek, double jaw, double chin, double closing,
    double eyeY, double browY, double noseY, double mouthY, double fullness) {

  static Head draw(Subject s) {
    double c = s.childhood();
    double m = s.masculinity();
    double old = s.ageing();
    double weight = s.trait("weight");
    double chinY = 1.0 - 0.12 * c + 0.04 * (m - 0.5) + 0.042 * s.trait("faceLength") + 0.012 * old;
    double eyeY = -0.05 + 0.13 * c + 0.018 * s.trait("eyeHeight");
    double noseY = eyeY + 0.41 - 0.13 * c + 0.026 * s.trait("noseLength") + 0.03 * old;
    double mouthY = noseY + 0.205 - 0.05 * c + 0.012 * s.trait("lipHeight") + 0.012 * old;
    double fullness = 0.75 * c + 0.33 * weight - 0.30 * old + 0.15;
    return new Head(
        -1.08 - 0.02 * c + 0.02 * s.trait("skullHeight"),
        chinY,
        0.685 + 0.03 * c + 0.014 * s.trait("temple"),
        0.695 + 0.026 * s.trait("faceWidth") + 0.035 * fullness + 0.01 * m,
        0.545 + 0.055 * m + 0.030 * s.trait("jaw") + 0.05 * fullness + 0.055 * Math.min(old, 1.3),
        0.36 + 0.055 * m + 0.018 * s.trait("chin") + 0.03 * fullness,
        5 + 2.5 * m + 0.8 * s.trait("chinSquareness"),
        eyeY,
        eyeY - 0.245 + 0.05 * c + 0.018 * s.trait("browHeight") + 0.03 * (m - 0.5) + 0.02 * old,
        noseY, mouthY, fullness);
  }

  /** Half width of the head at a height, 0 above the skull and below the chin. */
  double halfWidth(double y) {
    double turn = -0.32;
    if (y < turn) {
      double t = (y - turn) / (topY - turn);
      return temple * Math.sqrt(Math.sqrt(Math.max(0, 1 - t * t * t * t))) * 0.35 + temple * arc(t) * 0.65;
    }
    double t = (y - turn) / (chinY - turn);
    if (t >= 1) {
      return 0;
    }
    double width;
    if (t < 0.30) {
      width = mix(temple, cheek, ramp(t, 0, 0.30));
    } else if (t < 0.70) {
      double u = (t - 0.30) / 0.40;
      width = mix(cheek, jaw, u * u * (2.2 - 1.2 * u));
    } else {
      double u = (t - 0.70) / 0.24;
      double slope = 0.4 * (jaw - cheek) / 0.40 * 0.24 * 1.5;
      width = jaw + slope * u + (chin - jaw - slope) * u * u;
    }
    double power = t * t * t * t;
    power *= t * t * mix(1, power, Math.clamp((closing - 4) / 6, 0, 1));
    return Math.max(0, width) * Math.sqrt(1 - power);
  }

  /** How far the skin stands out of the middle plane at a share of the half width, without its features. */
  private static double bulge(double share) {
    double d = Math.min(1, share);
    return Math.sqrt(Math.max(0, 1 - d * d * (0.55 + 0.45 * d * d)));
  }

  private double ridge(double y) {
    double middle = 0.05;
    double reach = y < middle ? topY - 0.06 - middle : 1.32 * (chinY - middle);
    return 0.78 * arc((y - middle) / reach);
  }

  /** Paints the skull with its skin colour, row by row. */
  void paint(Canvas canvas, LinearRgb color) {
    int last = canvas.index(chinY + 0.05);
    for (int j = canvas.index(topY - 0.05); j <= last; j++) {
      double y = canvas.coordinate(j);
      double w = halfWidth(y);
      double slope = (halfWidth(y + 0.02) - halfWidth(y - 0.02)) / 0.04;
      double steep = 1 / Math.sqrt(1 + slope * slope);
      double ridge = ridge(y);
      int right = canvas.index(w + 3 * canvas.step);
      for (int i = canvas.index(-w - 3 * canvas.step); w > 0 && i <= right; i++) {
        double across = Math.abs(canvas.coordinate(i));
        canvas.lay(j * canvas.size + i, canvas.edge((w - across) * steep), color, ridge * bulge(across / w), 0.25);
      }
    }
  }

  /** Brow ridge, sockets, cheeks and chin. */
  void model(Canvas canvas, Subject s) {
    double m = s.masculinity();
    double old = s.ageing();
    double plump = Math.max(0, fullness);
    for (int side = -1; side <= 1; side += 2) {
      canvas.bump(side * 0.30, eyeY - 0.02, 0.27, 0.20, -0.085 - 0.03 * old - 0.02 * m);
      canvas.bump(side * 0.28, browY - 0.01, 0.30, 0.13, 0.025 + 0.03 * m);
      canvas.bump(side * 0.42, eyeY + 0.30, 0.30, 0.24, 0.05 + 0.07 * plump);
      canvas.bump(side * 0.42, mouthY - 0.08, 0.24, 0.30, 0.07 * plump - 0.05 * Math.max(0, -fullness) - 0.035 * old);
      canvas.bump(side * 0.47, mouthY + 0.20, 0.16, 0.20, 0.05 * old);
      canvas.bump(side * 0.66, browY - 0.02, 0.18, 0.30, -0.04 - 0.04 * old);
    }
    canvas.bump(0, mouthY, 0.40, 0.34, 0.07);
    canvas.bump(0, mouthY + 0.145, 0.24, 0.075, -0.035);
    canvas.bump(0, chinY - 0.13, 0.23, 0.17, 0.05 + 0.03 * m);
    canvas.bump(0, browY - 0.28, 0.50, 0.36, 0.05 * s.childhood());
  }
}

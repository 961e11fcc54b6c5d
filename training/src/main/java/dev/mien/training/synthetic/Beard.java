package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.hill;
import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;

/**
 * Facial hair of men from their teens on.
 *
 * @param shadow darkness of the shaved or stubbly beard area, 0..1
 * @param moustache coverage of the upper lip
 * @param chin coverage of chin and mouth corners
 * @param cheeks coverage of the jaw
 * @param length how far the beard hangs below the chin
 */
public record Beard(double shadow, double moustache, double chin, double cheeks, double length, LinearRgb color) {
  static Beard draw(Subject s, Hair hair) {
    double growth = s.gender() == 0 ? ramp(s.ageYears(), 14, 24) : 0;
    double lot = s.chance("beard");
    double grey = Math.clamp(Hair.grey(s) * 1.25, 0, 1);
    var color = hair.natural().times(0.95).mix(LinearRgb.display(0.80, 0.79, 0.77), grey);
    double stubble = growth * (0.10 + 0.24 * s.chance("stubble"));
    double thick = growth * (0.72 + 0.20 * s.chance("beardThickness"));
    boolean young = s.ageYears() < 18;
    if (lot < 0.62 || young) {
      return new Beard(stubble, 0, 0, 0, 0, color);
    }
    if (lot < 0.72) {
      return new Beard(stubble, thick, 0, 0, 0, color);
    }
    if (lot < 0.82) {
      return new Beard(stubble, thick, thick, 0, 0.03, color);
    }
    return new Beard(stubble, thick, thick, thick, 0.03 + 0.12 * Curves.square(s.chance("beardLength")), color);
  }

  void paint(Canvas canvas, FaceParameters face) {
    if (shadow <= 0.005) {
      return;
    }
    var head = face.head();
    var mouth = face.mouth();
    var nose = face.nose();
    var dark = face.skin().base().mix(color, 0.55).times(0.78, 0.80, 0.84);
    canvas.each(-0.78, nose.baseY() - 0.25, 0.78, head.chinY() + length + 0.03, (at, x, y) -> {
      double w = Math.max(head.halfWidth(Math.min(y, head.chinY() - 0.03)), 0.05);
      double across = Math.abs(x) / w;
      double jaw = ramp(y + 0.42 * (across - 0.75), mouth.y() - 0.12, mouth.y() + 0.12) * ramp(across, 0.50, 0.78)
          + ramp(y, mouth.y() + 0.16, mouth.y() + 0.26);
      double lipY = (nose.baseY() + mouth.y()) / 2 + 0.12 * x * x;
      double lipZone = hill((y - lipY) / 0.085) * (1 - ramp(Math.abs(x), 0.20, 0.28));
      double corner = hill((Math.abs(x) - mouth.halfWidth() - 0.04) / 0.08) * hill((y - mouth.y() - 0.06) / 0.16);
      double goatee = ramp(y, mouth.y() + 0.13, mouth.y() + 0.20) * (1 - ramp(Math.abs(x), 0.20, 0.30));
      double grain = 0.84 + 0.18 * Texture.noise(x * 53 + 3, y * 15 + 9 * x);
      double zone = Math.min(1, Math.min(1, jaw) + lipZone + 0.7 * corner);
      canvas.tint(at, shadow * zone * grain * inFace(canvas, head, x, y, 0), dark);
      double front = Math.max(moustache * Math.min(1, 1.6 * lipZone), chin * Math.max(goatee, corner));
      double hairShare = Math.max(front, cheeks * Math.min(1, jaw));
      double cover = Math.clamp(hairShare * grain * 1.12, 0, 0.97) * inFace(canvas, head, x, y, hairShare > 0.3 ? length : 0);
      if (cover > 0) {
        double z = Math.max(canvas.height[at], y > head.chinY() - 0.1 ? mix(0.35, 0.5, hill(x / 0.5)) : 0);
        canvas.lay(at, cover, color.times(0.90 + 0.30 * Texture.noise(x * 57 + 7, y * 11 - 9 * x)), z + 0.02, 0.1);
      }
    });
  }

  private static double inFace(Canvas canvas, Head head, double x, double y, double longer) {
    double stretch = head.chinY() / (head.chinY() + longer);
    return canvas.edge(head.halfWidth(y * stretch) + 0.3 * longer - Math.abs(x));
  }
}

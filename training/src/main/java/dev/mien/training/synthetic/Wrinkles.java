package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.ramp;

/**
 * Lines and folds of age and of expression; each 0 (none) to about 1 (deep). A smile deepens the folds and crow's feet at any
 * age, and people differ in how early they line, so no single line tells the age.
 */
public record Wrinkles(double forehead, double frown, double crowsFeet, double nasolabial, double bags, double marionette,
    double lips, double cheeks, int foreheadLines, double wave) {
  static Wrinkles draw(Subject s, Mouth mouth) {
    double skin = Math.max(0.45, 1 + 0.22 * s.trait("lining"));
    double age = s.ageYears();
    double laugh = Math.max(0, mouth.smile() - 0.015) * 7;
    double raised = Math.max(0, s.mood("browRaise")) * 0.10;
    return new Wrinkles(
        level(age, 22, 80, s.trait("foreheadLining")) * skin + raised * ramp(age, 10, 30),
        level(age, 26, 85, s.trait("frownLining")) * skin,
        level(age, 24, 78, s.trait("crowLining")) * skin + laugh * 0.5 * ramp(age, 12, 40),
        0.06 * ramp(age, 3, 20) + level(age, 18, 78, s.trait("foldLining")) * skin + laugh * 0.45,
        level(age, 24, 76, s.trait("bagLining")) * skin,
        level(age, 36, 82, s.trait("mouthLining")) * skin,
        level(age, 52, 90, 0) * skin * (s.gender() == 1 ? 1.1 : 0.7),
        level(age, 48, 90, s.trait("cheekLining")) * skin,
        3 + (int) (3 * s.lot("foreheadLines")), 20 * s.lot("lineWave"));
  }

  private static double level(double age, double from, double full, double trait) {
    double t = (age - from - 2.5 * trait) / (full - from);
    return t <= 0 ? 0 : Math.min(1.25, t * (0.55 + 0.45 * t));
  }

  void carve(Canvas canvas, Subject s, FaceParameters face) {
    carveForehead(canvas, s, face.head());
    var eyes = face.eyes();
    var mouth = face.mouth();
    var nose = face.nose();
    for (int i = -1; i <= 1; i += 2) {
      carveEye(canvas, eyes, i);
      double top = nose.baseY() - 0.06;
      double cornerX = mouth.halfWidth() + 0.085;
      canvas.bump(i * (nose.wing() + 0.17), nose.baseY() + 0.02, 0.17, 0.20, 0.06 * nasolabial);
      new Crease(i * (nose.wing() + 0.025), top, i * (cornerX + 0.03), mouth.y() + 0.05 + 0.06 * nasolabial, i * 0.028, 0.060,
          0.060 * nasolabial, 0.36 * nasolabial).carve(canvas);
      new Crease(i * (mouth.halfWidth() + 0.035), mouth.y() + 0.02, i * (mouth.halfWidth() + 0.085), mouth.y() + 0.24, i * 0.01,
          0.045,
          0.040 * marionette, 0.34 * marionette).carve(canvas);
      for (int k = 0; k < 3; k++) {
        double x = i * (0.45 + 0.07 * k);
        new Crease(x, nose.baseY() - 0.02 + 0.05 * k, x + i * 0.02, mouth.y() + 0.18 + 0.02 * k, i * 0.045, 0.022, 0.018 * cheeks,
            0.26 * cheeks).carve(canvas);
      }
    }
    for (int k = -3; k <= 3; k++) {
      double x = k * mouth.halfWidth() * 0.24;
      new Crease(x * 1.12, mouth.y() - 0.125, x, mouth.y() - 0.03, 0, 0.014, 0.012 * lips, 0.34 * lips).carve(canvas);
    }
  }

  private void carveForehead(Canvas canvas, Subject s, Head head) {
    double top = Math.max(head.topY() + 0.30, head.browY() - 0.47);
    double bottom = head.browY() - 0.09;
    for (int k = 0; k < foreheadLines; k++) {
      double t = (k + 0.5) / foreheadLines;
      double y = bottom + (top - bottom) * t + 0.018 * Texture.noise(wave, 3.7 * k);
      double half = 0.46 - 0.12 * t + 0.08 * Texture.noise(wave + 9, 5.1 * k);
      double shift = 0.06 * Texture.noise(wave + 17, 2.3 * k);
      double share = forehead * (1 - 0.28 * t) * (0.85 + 0.35 * Texture.noise(wave + 31, 1.9 * k));
      double bow = -0.035 + 0.03 * Texture.noise(wave + 43, 4.3 * k);
      new Crease(shift - half, y, shift + half, y, bow, 0.024, 0.024 * share, 0.44 * share).carve(canvas);
    }
    for (int i = -1; i <= 1; i += 2) {
      new Crease(i * 0.055, head.browY() - 0.10, i * 0.062, head.browY() + 0.08, i * 0.012, 0.022, 0.025 * frown, 0.46 * frown)
          .carve(canvas);
    }
    new Crease(-0.08, head.eyeY() - 0.085, 0.08, head.eyeY() - 0.085, 0.012, 0.020, 0.018 * frown, 0.34 * frown).carve(canvas);
  }

  private void carveEye(Canvas canvas, Eyes eyes, int i) {
    double outer = eyes.x() + eyes.halfWidth();
    for (int k = 0; k < 4; k++) {
      double fan = (k - 1.4) * 0.075;
      double share = crowsFeet * (k == 3 ? 0.7 : 1);
      new Crease(i * (outer + 0.020), eyes.y() + 0.012 + fan * 0.35, i * (outer + 0.135 - 0.012 * k),
          eyes.y() + 0.015 + fan * 1.5,
          0.012 * (k - 1), 0.018, 0.017 * share, 0.42 * share).carve(canvas);
    }
    double y = eyes.y() + eyes.aperture();
    canvas.bump(i * eyes.x(), y + 0.055, 0.15, 0.06, 0.045 * bags);
    new Crease(i * (eyes.x() - 0.15), y + 0.035, i * (eyes.x() + 0.14), y + 0.055, 0.075, 0.030, 0.038 * bags, 0.50 * bags)
        .carve(canvas);
    new Crease(i * (eyes.x() - 0.11), y + 0.022, i * (eyes.x() + 0.13), y + 0.022, 0.028, 0.016, 0.014 * bags, 0.30 * bags)
        .carve(canvas);
  }
}

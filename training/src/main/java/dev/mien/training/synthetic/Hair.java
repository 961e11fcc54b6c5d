package dev.mien.training.synthetic;

import static dev.mien.training.synthetic.Curves.mix;
import static dev.mien.training.synthetic.Curves.ramp;

/**
 * Style, colour and what age does to hair: sparse in babies, greying from about 35 on at a person's own time, receding in many
 * men, thinner in the old.
 *
 * @param hairline height of the middle of the hairline
 * @param recession 0 (full) to 1 (bald on top)
 * @param top thickness of the hair over the skull
 * @param side thickness beside the temples
 * @param endY where the hair ends at the sides
 * @param fringe how far hair hangs into the forehead
 * @param sweep slope of the hairline, from a parting
 * @param density coverage, below 1 the scalp shines through
 * @param grey visible share of grey hairs
 */
public record Hair(Style style, double hairline, double recession, double top, double side, double endY, double fringe,
    double sweep, double density, double grey, double squareness, LinearRgb natural, LinearRgb greyColor, double place) {

  /** How hair is worn. */
  public enum Style {
    CROP(0.025, 0.02),
    SHORT(0.11, 0.055),
    BOB(0.12, 0.15),
    LONG(0.12, 0.12),
    TIED(0.06, 0.03),
    CURLY(0.22, 0.20);

    private final double top;
    private final double side;

    Style(double top, double side) {
      this.top = top;
      this.side = side;
    }
  }

  static Hair draw(Subject s, Head head, double melanin) {
    double age = s.ageYears();
    double recession = recession(s);
    var style = recession > 0.3 && s.gender() == 0 ? Style.SHORT : style(s, melanin);
    double grey = grey(s);
    boolean dyed = s.gender() == 1 ? s.lot("dyes") < 0.42 : s.lot("dyes") < 0.06;
    double shown = dyed && age < 78 ? grey * 0.15 : grey;
    double full = 1 - 0.35 * ramp(age, 55, 95);
    double size = full * (1 + 0.18 * s.trait("hairSize")) * (1 - 0.9 * s.infancy());
    boolean fringed = style != Style.CROP && recession < 0.25
        && s.chance("fringe") < 0.06 + 0.16 * s.gender() + 0.20 * s.childhood();
    double hairline = head.topY() + 0.37 + 0.02 * s.trait("hairline") - 0.05 * s.childhood() - 0.12 * s.infancy();
    double parting = style == Style.CROP || style == Style.CURLY ? 0 : 0.11 * s.mood("parting");
    return new Hair(style, hairline, recession,
        size * style.top, size * style.side, endY(s, head, style),
        fringed ? head.browY() - hairline - 0.03 + 0.045 * s.mood("fringeLength") : 0, parting,
        Math.clamp((1 - 0.70 * s.infancy()) * (1 - 0.22 * ramp(age, 60, 95)) * (style == Style.CROP ? 0.80 : 1), 0.2, 1), shown,
        0.25 + 0.5 * s.masculinity() + 0.1 * s.trait("hairCorner"), color(s, melanin),
        LinearRgb.display(0.60, 0.59, 0.58).mix(LinearRgb.display(0.84, 0.83, 0.81), ramp(age, 50, 92)),
        200 * s.chance("hairPlace"));
  }

  private static double endY(Subject s, Head head, Style style) {
    double longer = s.mood("hairLength");
    return switch (style) {
      case CROP, SHORT, TIED -> head.eyeY() + 0.12 + 0.10 * s.mood("sideburn") * s.masculinity();
      case BOB -> head.mouthY() + 0.08 + 0.10 * longer;
      case LONG -> 1.35 + 0.1 * longer;
      case CURLY -> s.gender() == 1 ? head.mouthY() + 0.05 * longer : head.eyeY() + 0.12;
    };
  }

  /** Share of grey hairs: begins at a person's own time (36 ± 5 years) and takes about 38 years. */
  static double grey(Subject s) {
    double onset = 42 + 5 * s.trait("greying");
    return ramp(s.ageYears(), onset - 6, onset + 32);
  }

  private static double recession(Subject s) {
    if (s.gender() == 1) {
      return 0.10 * ramp(s.ageYears(), 55, 95);
    }
    double lot = s.lot("balding");
    double worst = lot < 0.30 ? 0.20 : lot < 0.65 ? 0.55 : 1.0;
    double onset = 25 + 18 * s.lot("baldingOnset");
    return worst * ramp(s.ageYears(), onset, onset + 42);
  }

  private static Style style(Subject s, double melanin) {
    double lot = s.chance("style");
    double curls = melanin > 0.7 ? 0.40 : 0.06;
    double age = s.ageYears();
    if (age < 2.5) {
      return lot < 0.6 ? Style.CROP : Style.SHORT;
    }
    if (lot < curls) {
      return Style.CURLY;
    }
    lot = (lot - curls) / (1 - curls);
    if (s.gender() == 0) {
      return lot < 0.28 ? Style.CROP : lot < 0.93 ? Style.SHORT : Style.BOB;
    }
    double longShare = mix(0.52, 0.12, ramp(age, 40, 75));
    double shortShare = mix(0.06, 0.45, ramp(age, 40, 75));
    if (lot < longShare) {
      return Style.LONG;
    }
    double rest = lot - longShare - shortShare;
    return rest < 0 ? Style.SHORT : rest < 0.22 ? Style.TIED : Style.BOB;
  }

  private static LinearRgb color(Subject s, double melanin) {
    double light = Math.clamp(s.lot("hairColor") * 1.05 - 2.2 * Math.max(0, melanin - 0.10), 0, 1);
    light = Math.min(1, light + 0.22 * s.childhood() * (melanin < 0.35 ? 1 : 0.15));
    var color = LinearRgb.along(light, LinearRgb.display(0.09, 0.075, 0.07), LinearRgb.display(0.17, 0.115, 0.085),
        LinearRgb.display(0.29, 0.19, 0.125), LinearRgb.display(0.45, 0.32, 0.20), LinearRgb.display(0.72, 0.57, 0.37));
    boolean red = melanin < 0.3 && s.lot("redHair") < 0.08;
    boolean dyedRed = s.gender() == 1 && s.ageYears() > 16 && s.chance("dyedRed") < 0.05;
    return red || dyedRed ? color.mix(LinearRgb.display(0.50, 0.22, 0.11), 0.7) : color;
  }

  /** Whether hair falls beside and behind the face. */
  boolean falls() {
    return style == Style.BOB || style == Style.LONG || style == Style.CURLY && endY > 0.3;
  }
}

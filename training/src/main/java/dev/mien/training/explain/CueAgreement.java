package dev.mien.training.explain;

import dev.mien.models.explain.Heatmap;
import dev.mien.training.synthetic.CueMask;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well a heat map falls on a cue.
 *
 * @param area share of the picture that shows the cue, which is also what an even map would score as {@code mass}
 * @param mass share of the map's sum that lies on the cue; NaN of a map of zeros
 * @param topIou intersection over union of the cue and the {@value #TOP_PERCENT} % of the pixels that count most
 * @param chanceIou what pixels drawn by chance would score: {@code t a / (t + a - t a)}, t their share
 */
public record CueAgreement(double area, double mass, double topIou, double chanceIou) {
  private static final int TOP_PERCENT = 20;

  /** Of equal pixels the one that comes first counts more. */
  public static CueAgreement of(Heatmap map, CueMask cue) {
    if (map.width() != cue.side() || map.height() != cue.side()) {
      throw new IllegalArgumentException("a map of " + map.width() + " x " + map.height() + " against a cue of side " + cue.side());
    }
    float[] values = map.values();
    double sum = 0;
    double on = 0;
    int shown = 0;
    for (int at = 0; at < values.length; at++) {
      sum += values[at];
      on += cue.shows(at) ? values[at] : 0;
      shown += cue.shows(at) ? 1 : 0;
    }
    int top = Math.max(1, values.length * TOP_PERCENT / 100);
    int hit = (int) IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(at -> -values[at])).limit(top)
        .filter(cue::shows).count();
    double t = (double) top / values.length;
    double a = (double) shown / values.length;
    return new CueAgreement(a, sum == 0 ? Double.NaN : on / sum, (double) hit / (top + shown - hit), t * a / (t + a - t * a));
  }

  /** How many times more of the map lies on the cue than of an even map; NaN where neither is. */
  public double gain() {
    return mass / area;
  }
}

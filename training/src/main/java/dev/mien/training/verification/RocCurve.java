package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * True acceptance against false acceptance over all thresholds, from (0, 0) to (1, 1).
 *
 * @param falseRate share of pairs of two people accepted, ascending
 * @param trueRate share of pairs of one person accepted
 * @param impostors pairs of two people
 */
public record RocCurve(double[] falseRate, double[] trueRate, int impostors) {
  /** Rates of false acceptance that reports name. */
  static final double[] RATES = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

  /** One point for each distance that occurs: pairs of equal distance are accepted together. */
  public static RocCurve of(PairScores scores) {
    var order = new Integer[scores.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores.distance()[i]));
    int genuine = 0;
    for (boolean s : scores.same()) {
      genuine += s ? 1 : 0;
    }
    int impostors = scores.size() - genuine;
    if (genuine == 0 || impostors == 0) {
      throw new MienException("[verification] a curve needs pairs of one person and of two, got " + genuine + " and " + impostors);
    }
    var x = new double[scores.size() + 1];
    var y = new double[scores.size() + 1];
    int points = 1;
    int accepted = 0;
    int wrong = 0;
    for (int i = 0; i < order.length; i++) {
      accepted += scores.same()[order[i]] ? 1 : 0;
      wrong += scores.same()[order[i]] ? 0 : 1;
      boolean tied = i + 1 < order.length && scores.distance()[order[i + 1]] == scores.distance()[order[i]];
      if (!tied) {
        x[points] = wrong / (double) impostors;
        y[points++] = accepted / (double) genuine;
      }
    }
    return new RocCurve(Arrays.copyOf(x, points), Arrays.copyOf(y, points), impostors);
  }

  /** The true rate at the point whose false rate is nearest; on ties the largest. */
  public double trueRateAt(double rate) {
    double best = Double.POSITIVE_INFINITY;
    double found = 0;
    for (int i = 0; i < falseRate.length; i++) {
      double d = Math.abs(falseRate[i] - rate);
      if (d < best || d == best && trueRate[i] > found) {
        best = d;
        found = trueRate[i];
      }
    }
    return found;
  }

  /** True rates at 1e-1 to 1e-6; those that the number of impostors cannot resolve (fewer than one expected) are left out. */
  public Map<String, Double> tarAtFar() {
    var found = new LinkedHashMap<String, Double>();
    for (double rate : RATES) {
      if (rate * impostors >= 1) {
        found.put(name(rate), trueRateAt(rate));
      }
    }
    return found;
  }

  private static String name(double rate) {
    return "1e-" + Math.round(-Math.log10(rate));
  }

  /** Area under the curve by trapezoids. */
  public double area() {
    double area = 0;
    for (int i = 1; i < falseRate.length; i++) {
      area += (falseRate[i] - falseRate[i - 1]) * (trueRate[i] + trueRate[i - 1]) / 2;
    }
    return area;
  }

  /** The rate at which as many are wrongly accepted as wrongly refused, between the two points around it. */
  public double equalErrorRate() {
    for (int i = 1; i < falseRate.length; i++) {
      double before = falseRate[i - 1] - (1 - trueRate[i - 1]);
      double after = falseRate[i] - (1 - trueRate[i]);
      if (after >= 0) {
        double share = after == before ? 0 : -before / (after - before);
        return falseRate[i - 1] + share * (falseRate[i] - falseRate[i - 1]);
      }
    }
    return 0;
  }
}

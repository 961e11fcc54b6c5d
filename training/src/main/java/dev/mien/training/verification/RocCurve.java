package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * True acceptance against false acceptance over all thresholds, exact at every distance.
 *
 * <p>For each distance d that occurs there is one point: accepted is what is at most as far apart as d. Equal distances are accepted together, and
 * (0, 0) comes first. Two sorted arrays are all that is kept, so that the 15.7 million pairs of IJB-C fit.
 */
public final class RocCurve {
  /** Rates of false acceptance that reports name. */
  private static final double[] RATES = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

  private final double[] genuine;
  private final double[] impostor;

  private RocCurve(double[] genuine, double[] impostor) {
    if (genuine.length == 0 || impostor.length == 0) {
      throw new MienException("[verification] a curve needs pairs of one person and of two, got " + genuine.length + " and " + impostor.length);
    }
    this.genuine = genuine;
    this.impostor = impostor;
    Arrays.sort(genuine);
    Arrays.sort(impostor);
    for (double d : new double[] {genuine[0], genuine[genuine.length - 1], impostor[0], impostor[impostor.length - 1]}) {
      if (!Double.isFinite(d)) {
        throw new MienException("[verification] a pair has the distance " + d + "; expected a finite number. Did the model give NaN?");
      }
    }
  }

  /** Of pairs in folds, which do not matter here. */
  public static RocCurve of(PairScores scores) {
    return new RocCurve(scores.distancesOf(true), scores.distancesOf(false));
  }

  /**
   * Of the distances of pairs of one person and of pairs of two, in any order.
   *
   * @throws MienException when there are none of a kind, or one is not finite
   */
  public static RocCurve of(double[] genuine, double[] impostor) {
    return new RocCurve(genuine.clone(), impostor.clone());
  }

  /** Pairs of one person. */
  public int genuine() {
    return genuine.length;
  }

  /** Pairs of two people. */
  public int impostors() {
    return impostor.length;
  }

  /** The walk over the points, from (0, 0) to (1, 1). */
  private final class Walk {
    private int acceptedGenuine;
    private int acceptedImpostors;

    boolean next() {
      if (acceptedGenuine == genuine.length && acceptedImpostors == impostor.length) {
        return false;
      }
      double g = acceptedGenuine < genuine.length ? genuine[acceptedGenuine] : Double.POSITIVE_INFINITY;
      double i = acceptedImpostors < impostor.length ? impostor[acceptedImpostors] : Double.POSITIVE_INFINITY;
      double distance = Math.min(g, i);
      while (acceptedGenuine < genuine.length && genuine[acceptedGenuine] == distance) {
        acceptedGenuine++;
      }
      while (acceptedImpostors < impostor.length && impostor[acceptedImpostors] == distance) {
        acceptedImpostors++;
      }
      return true;
    }

    double falseRate() {
      return (double) acceptedImpostors / impostor.length;
    }

    double trueRate() {
      return (double) acceptedGenuine / genuine.length;
    }
  }

  /**
   * The true rate at the point whose false rate is nearest, on ties the largest, as the IJB programs read it. Those first thin the curve where it
   * is straight; here every point counts.
   *
   * @param rate between 0 and 1
   */
  public double trueRateAt(double rate) {
    allowed(rate, impostor.length);
    var walk = new Walk();
    double least = rate;
    double found = 0;
    while (walk.next()) {
      double off = Math.abs(walk.falseRate() - rate);
      if (off <= least) {
        least = off;
        found = walk.trueRate();
      }
    }
    return found;
  }

  /** True rates at 1e-1 to 1e-6; those that the number of impostors cannot resolve (fewer than one expected) are left out. */
  public Map<String, Double> tarAtFar() {
    var found = new LinkedHashMap<String, Double>();
    for (double rate : RATES) {
      if (allowed(rate, impostor.length) >= 1) {
        found.put(name(rate), trueRateAt(rate));
      }
    }
    return found;
  }

  /** How reports call a power of ten: 1e-4. */
  static String name(double rate) {
    return "1e-" + Math.round(-Math.log10(rate));
  }

  /** How many of a number may be accepted wrongly at a rate between 0 and 1. */
  static int allowed(double rate, int count) {
    if (!(rate > 0 && rate < 1)) {
      throw new MienException("[verification] a rate of false acceptance of " + rate + "; expected one between 0 and 1, such as 1e-4");
    }
    return accepted(rate, count);
  }

  /** The small part is there for 0.001 * 1000. */
  private static int accepted(double rate, int count) {
    return (int) Math.floor(rate * count * (1 + 1e-12) + 1e-9);
  }

  /** Area under the curve by trapezoids: P(a pair of one person is nearer than one of two) + P(equally near) / 2. */
  public double area() {
    double area = 0;
    var walk = new Walk();
    for (double x = 0, y = 0; walk.next(); x = walk.falseRate(), y = walk.trueRate()) {
      area += (walk.falseRate() - x) * (walk.trueRate() + y) / 2;
    }
    return area;
  }

  /** The rate at which as many are wrongly accepted as wrongly refused, between the two points around it. */
  public double equalErrorRate() {
    var walk = new Walk();
    double x = 0;
    double above = 1;
    while (walk.next()) {
      double next = 1 - walk.trueRate() - walk.falseRate();
      if (next <= 0) {
        return x + above / (above - next) * (walk.falseRate() - x);
      }
      x = walk.falseRate();
      above = next;
    }
    throw new AssertionError("the curve ends in (1, 1)");
  }

  /**
   * The largest true rate at a false rate of at most {@code rate}: the curve as it is drawn.
   *
   * @param rate from 0 to 1
   */
  public double trueRateWithin(double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new MienException("[verification] a rate of false acceptance of " + rate + "; expected one from 0 to 1");
    }
    int allowed = accepted(rate, impostor.length);
    return allowed >= impostor.length ? 1 : (double) below(genuine, impostor[allowed]) / genuine.length;
  }

  /** How many values of an ascending array are below the limit. */
  private static int below(double[] ascending, double limit) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

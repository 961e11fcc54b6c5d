package dev.mien.training.metrics;

import dev.mien.engine.tensor.MienException;

/**
 * Quantiles of a discrete distribution over the ages 0, 1, 2 ...: the mass p_j of age j is spread evenly over [j - 1/2, j + 1/2],
 * so the cumulative function rises linearly within each year, F(j + 1/2) = p_0 + ... + p_j, and a quantile moves smoothly with
 * the probabilities. The quantile of q is the smallest x with F(x) &gt;= q, clipped to the ages 0..last. A distribution that is
 * symmetric about an age has that age as its median; all mass on age j gives [j - 0.4, j + 0.4] as the central 80 % interval.
 */
public final class AgeDistribution {
  private final float[] probabilities;
  private final double total;

  /**
   * @param probabilities of the ages 0, 1, 2 ...; need not sum to one exactly
   * @throws MienException when empty, negative, not finite, or without mass
   */
  public AgeDistribution(float[] probabilities) {
    double sum = 0;
    for (float p : probabilities) {
      if (!(p >= 0) || p == Float.POSITIVE_INFINITY) {
        throw new MienException("[metrics] a predicted distribution holds the probability " + p + "; expected numbers from 0 up");
      }
      sum += p;
    }
    if (sum == 0) {
      throw new MienException("[metrics] a predicted distribution over " + probabilities.length + " ages has no mass");
    }
    this.probabilities = probabilities;
    this.total = sum;
  }

  /** An interval of ages in years. */
  public record Interval(double low, double high) {
    /** Whether the age lies in it, ends included. */
    public boolean contains(double ageYears) {
      return low <= ageYears && ageYears <= high;
    }

    public double width() {
      return high - low;
    }
  }

  /** The age below which a share q of the mass lies, 0 &lt;= q &lt;= 1. */
  public double quantile(double q) {
    double wanted = q * total;
    double below = 0;
    int last = probabilities.length - 1;
    for (int j = 0; j <= last; j++) {
      double p = probabilities[j];
      if (p > 0 && below + p >= wanted) {
        return Math.clamp(j - 0.5 + Math.max(0, wanted - below) / p, 0, (double) last);
      }
      below += p;
    }
    return last;
  }

  /** The central interval that holds this share of the mass: the quantiles of (1 - share) / 2 and (1 + share) / 2. */
  public Interval central(double share) {
    return new Interval(quantile((1 - share) / 2), quantile((1 + share) / 2));
  }

  /** The mean age in years. */
  public double expectation() {
    double sum = 0;
    for (int j = 0; j < probabilities.length; j++) {
      sum += (double) j * probabilities[j];
    }
    return sum / total;
  }
}

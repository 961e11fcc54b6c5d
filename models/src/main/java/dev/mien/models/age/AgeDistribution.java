package dev.mien.models.age;

import dev.mien.engine.tensor.MienException;

/**
 * A predicted distribution over the ages 0..C-1 years. The mass p_j of age j is spread evenly over [j - 1/2, j + 1/2], so the cumulative
 * function rises linearly within each year, F(j + 1/2) = p_0 + ... + p_j, and a quantile moves smoothly with the probabilities: the
 * smallest x with F(x) &gt;= q, clipped to the ages 0..C-1. A distribution that is symmetric about an age has that age as its median; all
 * mass on age j gives [j - 0.4, j + 0.4] as the central 80 % interval.
 *
 * @param distribution of the ages 0, 1, 2 ...; need not sum to one exactly
 */
public record AgeDistribution(float[] distribution) {
  /**
   * @throws MienException when empty, negative, not finite, or without mass
   */
  public AgeDistribution {
    distribution = distribution.clone();
    for (float p : distribution) {
      if (!(p >= 0) || p == Float.POSITIVE_INFINITY) {
        throw new MienException("[age distribution] holds the probability " + p + "; expected numbers from 0 up");
      }
    }
    if (mass(distribution) == 0) {
      throw new MienException("[age distribution] over " + distribution.length + " ages has no mass");
    }
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

  private static double mass(float[] p) {
    double sum = 0;
    for (float v : p) {
      sum += v;
    }
    return sum;
  }

  /** A copy of the probabilities. */
  @Override
  public float[] distribution() {
    return distribution.clone();
  }

  /** The expectation, {@code sum_j j p_j} over the mass, in years. */
  public double ageYears() {
    double sum = 0;
    for (int j = 0; j < distribution.length; j++) {
      sum += (double) j * distribution[j];
    }
    return sum / mass(distribution);
  }

  /** The age below which a share q of the mass lies, 0 &lt;= q &lt;= 1. */
  public double quantile(double q) {
    double wanted = q * mass(distribution);
    double below = 0;
    int last = distribution.length - 1;
    for (int j = 0; j <= last; j++) {
      double p = distribution[j];
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
}

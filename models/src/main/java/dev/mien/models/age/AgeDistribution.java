package dev.mien.models.age;

/**
 * A predicted distribution over the ages 0..C-1 years. The mass of class j is spread evenly over {@code [j - 0.5, j + 0.5)} years, so
 * quantiles are continuous.
 *
 * @param distribution probability of each age, sum 1
 */
public record AgeDistribution(float[] distribution) {
  public AgeDistribution {
    if (distribution.length == 0) {
      throw new IllegalArgumentException("a distribution needs at least one class");
    }
    distribution = distribution.clone();
  }

  /** A copy of the probabilities. */
  @Override
  public float[] distribution() {
    return distribution.clone();
  }

  /** The expectation {@code sum_j j p_j}, in years. */
  public double ageYears() {
    double m = 0;
    for (int j = 0; j < distribution.length; j++) {
      m += j * (double) distribution[j];
    }
    return m;
  }

  /**
   * The age below which a share q of the mass lies; never below 0.
   *
   * @param q in [0, 1]
   */
  public double quantileYears(double q) {
    double total = 0;
    for (float p : distribution) {
      total += p;
    }
    double wanted = q * total;
    double below = 0;
    for (int j = 0; j < distribution.length; j++) {
      double p = distribution[j];
      if (below + p >= wanted && p > 0) {
        return Math.max(0, j - 0.5 + (wanted - below) / p);
      }
      below += p;
    }
    return distribution.length - 0.5;
  }

  /** Lower end of the central 80 % interval. */
  public double low80Years() {
    return quantileYears(0.1);
  }

  /** Upper end of the central 80 % interval. */
  public double high80Years() {
    return quantileYears(0.9);
  }
}

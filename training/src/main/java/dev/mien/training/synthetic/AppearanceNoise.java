package dev.mien.training.synthetic;

/**
 * Why no model can be perfect: a face shows {@code appearance = max(0, age + sigma(age) g)}, g standard normal, and a picture
 * depends on the true age through the appearance alone.
 */
final class AppearanceNoise {
  private static final double STEP_YEARS = 0.05;
  private static final double LAST_YEARS = 150;

  private AppearanceNoise() {}

  /** Standard deviation of the appearance in years: half a year in babies, 2.6 at 40, 4.7 at 80. */
  static double sigmaYears(double ageYears) {
    return 0.5 + 0.0525 * ageYears;
  }

  static double appearanceYears(double ageYears, double gaussian) {
    return Math.max(0, ageYears + sigmaYears(ageYears) * gaussian);
  }

  /**
   * E |age - median(age | appearance)|: summed over cells of the appearance, the first holding all that is cut off at 0; the
   * median is the answer with the least mean absolute error, so no model of the picture does better.
   */
  static double irreducibleMae(AgePrior prior) {
    int ages = AgePrior.LAST_AGE + 1;
    int cells = (int) (LAST_YEARS / STEP_YEARS);
    var below = new double[ages];
    var joint = new double[ages];
    double error = 0;
    for (int cell = 1; cell <= cells; cell++) {
      double edge = cell == cells ? Double.POSITIVE_INFINITY : cell * STEP_YEARS;
      for (int age = 0; age < ages; age++) {
        double upTo = normalCdf((edge - age) / sigmaYears(age));
        joint[age] = prior.share(age) * (upTo - below[age]);
        below[age] = upTo;
      }
      error += leastError(joint);
    }
    return error;
  }

  /** Sum of |age - median| under the weights. */
  private static double leastError(double[] weights) {
    double total = 0;
    for (double w : weights) {
      total += w;
    }
    double sum = 0;
    int median = 0;
    while (median < weights.length - 1 && (sum += weights[median]) < total / 2) {
      median++;
    }
    double error = 0;
    for (int age = 0; age < weights.length; age++) {
      error += weights[age] * Math.abs(age - median);
    }
    return error;
  }

  /** Standard normal distribution function, error below 1.5e-7 (Abramowitz and Stegun 7.1.26). */
  static double normalCdf(double z) {
    double x = Math.abs(z) / Math.sqrt(2);
    if (x > 8) {
      return z < 0 ? 0 : 1;
    }
    double t = 1 / (1 + 0.3275911 * x);
    double poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    double erf = 1 - poly * StrictMath.exp(-x * x);
    return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
  }
}

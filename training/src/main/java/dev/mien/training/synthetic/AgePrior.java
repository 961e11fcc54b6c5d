package dev.mien.training.synthetic;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;

/** How often each age 0..100 is drawn; weights of any positive sum. */
public record AgePrior(double[] weights) {
  /** The oldest age. */
  public static final int LAST_AGE = 100;

  public AgePrior {
    weights = weights.clone();
    double total = 0;
    for (double w : weights) {
      total += w >= 0 ? w : Double.NaN;
    }
    if (weights.length != LAST_AGE + 1 || !(total > 0) || Double.isInfinite(total)) {
      throw new MienException("[synthetic] an age prior needs " + (LAST_AGE + 1) + " weights from 0 up with a positive sum, got "
          + weights.length + " with sum " + total);
    }
    for (int age = 0; age < weights.length; age++) {
      weights[age] /= total;
    }
  }

  /** As photo collections are: many small children and young adults, few of the very old. */
  public static AgePrior photographs() {
    double[][] knots = {{0, 1.7}, {2, 1.5}, {8, 0.9}, {14, 0.9}, {22, 1.6}, {30, 1.7}, {40, 1.25}, {55, 1.05}, {68, 0.75},
        {80, 0.36},
      {90, 0.14}, {100, 0.03}};
    var weights = new double[LAST_AGE + 1];
    for (int k = 1; k < knots.length; k++) {
      for (int age = (int) knots[k - 1][0]; age <= knots[k][0]; age++) {
        weights[age] = Curves.mix(knots[k - 1][1], knots[k][1], (age - knots[k - 1][0]) / (knots[k][0] - knots[k - 1][0]));
      }
    }
    return new AgePrior(weights);
  }

  /** Every age equally often. */
  public static AgePrior uniform() {
    var weights = new double[LAST_AGE + 1];
    Arrays.fill(weights, 1);
    return new AgePrior(weights);
  }

  /** Probability of an age. */
  double share(int age) {
    return weights[age];
  }

  /** The age below which the share {@code u} of the mass lies, u in [0, 1). */
  int quantile(double u) {
    double sum = 0;
    for (int age = 0; age < LAST_AGE; age++) {
      sum += weights[age];
      if (u < sum) {
        return age;
      }
    }
    return LAST_AGE;
  }

  /** Mean absolute error of always answering the median. */
  public double medianMae() {
    int median = quantile(0.5);
    double sum = 0;
    for (int age = 0; age <= LAST_AGE; age++) {
      sum += weights[age] * Math.abs(age - median);
    }
    return sum;
  }

  @Override
  public double[] weights() {
    return weights.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AgePrior prior && Arrays.equals(weights, prior.weights);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(weights);
  }
}

package dev.mien.training.metrics;

import dev.mien.engine.tensor.MienException;

/**
 * A predicted age beside the true one.
 *
 * @param id the sample's id
 * @param ageYears true age, or the mean of the votes, in years
 * @param ageStdYears standard deviation of the votes in years; NaN when unknown
 * @param gender 0 male, 1 female, -1 unknown
 * @param predictedYears expectation of the predicted distribution, in years
 * @param distribution probabilities of the ages 0, 1, 2 ...; null where a model gives none
 */
public record AgePrediction(String id, double ageYears, double ageStdYears, int gender, double predictedYears,
    float[] distribution) {
  public AgePrediction {
    if (!Double.isFinite(ageYears) || !Double.isFinite(predictedYears)) {
      throw new MienException("[metrics] " + id + " has the age " + ageYears + " and the prediction " + predictedYears
          + "; expected two numbers. Did the model give NaN?");
    }
  }

  /** Predicted minus true age, in years. */
  public double error() {
    return predictedYears - ageYears;
  }
}

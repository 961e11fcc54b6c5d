package dev.mien.training.metrics;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.agegender.AgeGenderEstimate;

/**
 * What a model tells of a face beside what is true.
 *
 * @param id the sample's id
 * @param ageYears true age in years; NaN unknown
 * @param gender 0 male, 1 female, -1 unknown
 * @param race as the data set names it; empty where it is unknown
 * @param estimate the model's
 */
public record AgeGenderPrediction(String id, double ageYears, int gender, String race, AgeGenderEstimate estimate) {
  public AgeGenderPrediction {
    if (ageYears < 0 || ageYears == Double.POSITIVE_INFINITY || gender < -1 || gender > 1 || race == null) {
      throw new MienException("[metrics] " + id + " has the age " + ageYears + ", the gender " + gender + " and the race " + race
          + "; expected years from 0 up or NaN, 0, 1 or -1, and a name or nothing");
    }
  }

  /** Whether the gender is known and told. */
  public boolean scoresGender() {
    return gender >= 0 && estimate.gender() >= 0;
  }

  /** Whether the age is known and its group told. */
  public boolean scoresGroup() {
    return !Double.isNaN(ageYears) && estimate.group() >= 0;
  }

  /** Whether the age is known and told. */
  public boolean scoresYears() {
    return !Double.isNaN(ageYears) && estimate.age() != null;
  }

  /** Whether the likelier gender is the true one. */
  public boolean genderRight() {
    return estimate.gender() == gender;
  }

  /** The true age group. */
  public int trueGroup() {
    return estimate.groups().of(ageYears);
  }

  /** How many groups the likeliest is away from the true one. */
  public int groupsAway() {
    return Math.abs(estimate.group() - trueGroup());
  }

  /** Expected minus true age, in years. */
  public double errorYears() {
    return estimate.ageYears() - ageYears;
  }

  /** {@code -log p} of what is true, over the tasks whose label is known, in nats: 0 where the model was sure and right. */
  public double surprise() {
    double sum = 0;
    if (scoresGender()) {
      sum -= log(gender == 1 ? estimate.pFemale() : 1 - estimate.pFemale());
    }
    return scoresGroup() ? sum - log(estimate.groupProbabilities()[trueGroup()]) : sum;
  }

  /** Entropy of the told gender and age group, in nats: how little the model knew. */
  public double entropy() {
    double sum = 0;
    if (estimate.gender() >= 0) {
      sum -= estimate.pFemale() * log(estimate.pFemale()) + (1 - estimate.pFemale()) * log(1 - estimate.pFemale());
    }
    if (estimate.group() >= 0) {
      for (float p : estimate.groupProbabilities()) {
        sum -= p * log(p);
      }
    }
    return sum;
  }

  private static double log(double p) {
    return Math.log(Math.max(p, Float.MIN_NORMAL));
  }
}

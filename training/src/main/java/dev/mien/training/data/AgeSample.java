package dev.mien.training.data;

import dev.mien.engine.tensor.MienException;

/**
 * One face with its label, without its pixels.
 *
 * @param id path below the root of the data set, with '/' on every system; unique
 * @param ageYears true age, or the mean of the votes on the apparent age
 * @param ageStdYears standard deviation of the votes; NaN when unknown
 * @param gender 0 male, 1 female, -1 unknown
 * @param group person or near-duplicate group; no group lies across splits
 */
public record AgeSample(String id, double ageYears, double ageStdYears, int gender, String group, Split split) {
  public AgeSample {
    if (!(ageYears >= 0) || ageYears == Double.POSITIVE_INFINITY) {
      throw new MienException("[age sample] " + id + " has age " + ageYears + ", expected a number of years from 0 up");
    }
    if (gender < -1 || gender > 1) {
      throw new MienException("[age sample] " + id + " has gender " + gender + ", expected 0 (male), 1 (female) or -1 (unknown)");
    }
  }

  /** The class a model with ages 0..lastClass trains on: the nearest integer (ties to even, as numpy), at most lastClass. */
  public int label(int lastClass) {
    return (int) Math.min(lastClass, Math.rint(ageYears));
  }

  /** The same sample in another split. */
  public AgeSample withSplit(Split other) {
    return new AgeSample(id, ageYears, ageStdYears, gender, group, other);
  }
}

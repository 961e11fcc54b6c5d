package dev.mien.training.data;

/**
 * A labelled image file before anyone looked at it.
 *
 * @param group person or session; images of one group stay together. Never empty
 * @param split given by the data set, or null when the rule decides by {@code group}
 */
record Candidate(DataFile file, double ageYears, double ageStdYears, int gender, String group, Split split) {
  Candidate(DataFile file, double ageYears, int gender, String group) {
    this(file, ageYears, Double.NaN, gender, group, null);
  }
}

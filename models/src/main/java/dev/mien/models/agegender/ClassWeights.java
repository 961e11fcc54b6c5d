package dev.mien.models.agegender;

import java.util.Arrays;

/**
 * How much each class counts in the cross-entropies, which are divided by the sum of the weights in the batch; only ratios matter.
 *
 * @param gender of male and female
 * @param group of each age group
 */
public record ClassWeights(double[] gender, double[] group) {
  public ClassWeights {
    gender = gender.clone();
    group = group.clone();
    for (double[] weights : new double[][] {gender, group}) {
      if (!Arrays.stream(weights).allMatch(w -> w > 0 && w < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("[age-gender] class weights must be positive, got " + Arrays.toString(weights));
      }
    }
  }

  /**
   * {@code w_c = 1 / sqrt(max(1, n_c))}, scaled so that the weights of all these faces have the mean 1.
   *
   * @param labels of the faces that are learned from; unknown ones are left out
   */
  public static ClassWeights inverseSqrtFrequency(AgeGenderLabels labels, AgeGroups groups) {
    return new ClassWeights(weights(labels.genders(), 2), weights(labels.groups(groups), groups.count()));
  }

  private static double[] weights(int[] labels, int classes) {
    var counts = new long[classes];
    for (int i : AgeGenderLabels.known(labels)) {
      counts[labels[i]]++;
    }
    double sum = 0;
    var weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = 1 / Math.sqrt(Math.max(1, counts[c]));
      sum += counts[c] * weights[c];
    }
    double scale = sum == 0 ? 1 : Arrays.stream(counts).sum() / sum;
    return Arrays.stream(weights).map(w -> w * scale).toArray();
  }

  @Override
  public double[] gender() {
    return gender.clone();
  }

  @Override
  public double[] group() {
    return group.clone();
  }
}

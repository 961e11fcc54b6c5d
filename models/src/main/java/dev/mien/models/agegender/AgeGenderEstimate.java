package dev.mien.models.agegender;

import dev.mien.models.age.AgeDistribution;
import java.util.Arrays;

/**
 * What a model tells of a face.
 *
 * @param pFemale probability of a woman; NaN where no network tells the gender
 * @param groups the age groups; null where no network tells the age
 * @param groupProbabilities of each group; null where no network tells the age
 * @param age the distribution over single years: as told, or, from a model of groups alone, the mass of each group spread evenly over
 *     its years (the last to {@value #OLDEST}); null where no network tells the age
 */
public record AgeGenderEstimate(double pFemale, AgeGroups groups, float[] groupProbabilities, AgeDistribution age) {
  private static final int OLDEST = 100;

  public AgeGenderEstimate {
    groupProbabilities = groupProbabilities == null ? null : groupProbabilities.clone();
  }

  /** From a model of groups alone. */
  static AgeDistribution spread(AgeGroups groups, float[] probabilities) {
    int last = Math.max(OLDEST, groups.fromYears().getLast());
    var years = new float[last + 1];
    for (int b = 0; b < groups.count(); b++) {
      int from = groups.fromYears().get(b);
      int to = b + 1 < groups.count() ? groups.fromYears().get(b + 1) : last + 1;
      Arrays.fill(years, from, to, probabilities[b] / (to - from));
    }
    return new AgeDistribution(years);
  }

  /** 0 male, 1 female, the likelier; -1 where no network tells it. */
  public int gender() {
    return Double.isNaN(pFemale) ? -1 : pFemale > 0.5 ? 1 : 0;
  }

  /** The likeliest group, the younger of equals; -1 where no network tells it. */
  public int group() {
    int best = -1;
    for (int b = 0; groupProbabilities != null && b < groupProbabilities.length; b++) {
      best = best < 0 || groupProbabilities[b] > groupProbabilities[best] ? b : best;
    }
    return best;
  }

  /** A copy. */
  @Override
  public float[] groupProbabilities() {
    return groupProbabilities == null ? null : groupProbabilities.clone();
  }

  /** Expected age in years; NaN where no network tells it. */
  public double ageYears() {
    return age == null ? Double.NaN : age.ageYears();
  }
}

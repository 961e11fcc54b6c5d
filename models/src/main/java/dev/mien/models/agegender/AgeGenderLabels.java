package dev.mien.models.agegender;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is known of the faces of a batch.
 *
 * @param genders 0 male, 1 female, -1 unknown
 * @param agesYears from 0 up; -1 or NaN unknown
 */
public record AgeGenderLabels(int[] genders, double[] agesYears) {
  /** Marks a gender or an age that is not known. */
  public static final int UNKNOWN = -1;

  public AgeGenderLabels {
    genders = genders.clone();
    agesYears = agesYears.clone();
    if (genders.length != agesYears.length) {
      throw new IllegalArgumentException("[age-gender] " + genders.length + " genders, " + agesYears.length + " ages: expected one of each per face");
    }
    for (int i = 0; i < genders.length; i++) {
      if (genders[i] < UNKNOWN || genders[i] > 1 || agesYears[i] < 0 && agesYears[i] != UNKNOWN || agesYears[i] == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("[age-gender] face " + i + " has gender " + genders[i] + " and age " + agesYears[i]
            + "; expected 0 (male), 1 (female) or -1 (unknown), and years from 0 up or -1 (unknown)");
      }
    }
  }

  /** How many faces. */
  public int size() {
    return genders.length;
  }

  /** The group of each age, -1 where it is unknown. */
  int[] groups(AgeGroups groups) {
    return Arrays.stream(agesYears).mapToInt(age -> age >= 0 ? groups.of(age) : UNKNOWN).toArray();
  }

  /** The nearest class of single years (ties to even), older faces as the last; -1 where it is unknown. */
  int[] years(int classes) {
    return Arrays.stream(agesYears).mapToInt(age -> age >= 0 ? (int) Math.min(classes - 1, Math.rint(age)) : UNKNOWN).toArray();
  }

  /** The positions, ascending, of the labels that are not {@link #UNKNOWN}. */
  public static int[] known(int[] labels) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] != UNKNOWN).toArray();
  }
}

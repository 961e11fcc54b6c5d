package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far apart the pictures of each pair are.
 *
 * @param distance squared L2 distance of unit vectors, {@code 2 - 2 cos}, 0..4
 * @param same whether a pair shows one person
 * @param fold of each pair, from 0
 */
public record PairScores(double[] distance, boolean[] same, int[] fold) {
  public PairScores {
    if (distance.length == 0 || distance.length != same.length || same.length != fold.length) {
      throw new MienException("[verification] " + distance.length + " distances, " + same.length + " labels, " + fold.length
          + " folds; expected equally many, and one at least");
    }
    for (int i = 0; i < distance.length; i++) {
      if (!(distance[i] >= -1e-4 && distance[i] <= 4 + 1e-4)) {
        throw new MienException("[verification] pair " + i + " has the distance " + distance[i] + "; expected the squared distance of unit vectors, 0..4");
      }
      if (fold[i] < 0) {
        throw new MienException("[verification] pair " + i + " is of the fold " + fold[i] + "; expected numbers from 0");
      }
    }
    distance = distance.clone();
    same = same.clone();
    fold = fold.clone();
  }

  /**
   * The fold of each of so many pairs when they are cut into contiguous folds in their order, as the files of InsightFace are read: sizes differ by
   * at most 1, and the first ones are the larger.
   *
   * @throws MienException when there are fewer than two folds, or more folds than pairs
   */
  public static int[] contiguousFolds(int pairs, int folds) {
    if (folds < 2 || folds > pairs) {
      throw new MienException("[verification] " + folds + " folds of " + pairs + " pairs; expected two folds at least, and a pair for each");
    }
    var fold = new int[pairs];
    int least = pairs / folds;
    int larger = pairs % folds;
    for (int f = 0, at = 0; f < folds; f++) {
      int next = at + least + (f < larger ? 1 : 0);
      Arrays.fill(fold, at, next, f);
      at = next;
    }
    return fold;
  }

  /** The distances of the pairs of one person (true) or of two, in their order. */
  double[] distancesOf(boolean onePerson) {
    return IntStream.range(0, same.length).filter(i -> same[i] == onePerson).mapToDouble(i -> distance[i]).toArray();
  }

  /** Number of pairs. */
  public int size() {
    return same.length;
  }

  /** Number of folds. */
  public int folds() {
    int most = 0;
    for (int f : fold) {
      most = Math.max(most, f);
    }
    return most + 1;
  }
}

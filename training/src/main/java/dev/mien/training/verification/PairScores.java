package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;

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
    }
    distance = distance.clone();
    same = same.clone();
    fold = fold.clone();
  }

  /** Pairs in contiguous folds in their order, whose sizes differ by at most 1, as the files of InsightFace are read. */
  public static PairScores contiguous(double[] distance, boolean[] same, int folds) {
    int[] fold = new int[same.length];
    int least = same.length / folds;
    int larger = same.length % folds;
    for (int i = 0, f = 0, left = least + (larger > 0 ? 1 : 0); i < fold.length; i++) {
      if (left == 0) {
        f++;
        left = least + (f < larger ? 1 : 0);
      }
      fold[i] = f;
      left--;
    }
    return new PairScores(distance, same, fold);
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

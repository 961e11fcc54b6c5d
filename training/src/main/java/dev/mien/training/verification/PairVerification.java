package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;

/**
 * The protocol of LFW and its kin: for each fold the threshold in {0, 0.01, ..., 3.99} with the best accuracy on the other folds (the first on
 * ties) decides "same" where the squared distance is below it. Accuracy is the mean over the held-out folds.
 *
 * @param pairs how many
 * @param accuracy mean over folds
 * @param accuracyStd standard deviation over folds (divisor: folds)
 * @param threshold mean squared distance over folds
 * @param foldAccuracy of each fold
 */
public record PairVerification(int pairs, double accuracy, double accuracyStd, double threshold, double[] foldAccuracy) {
  private static final int THRESHOLDS = 400;
  private static final double STEP = 0.01;

  /**
   * @throws MienException when there are fewer than two folds
   */
  public static PairVerification of(PairScores scores) {
    int folds = scores.folds();
    if (folds < 2) {
      throw new MienException("[verification] a threshold is chosen on other folds than it is judged on: expected two folds or more, got " + folds);
    }
    // right[f][t]: pairs of fold f that threshold t decides rightly
    int[][] right = new int[folds][THRESHOLDS];
    int[] size = new int[folds];
    for (int i = 0; i < scores.size(); i++) {
      int f = scores.fold()[i];
      size[f]++;
      for (int t = 0; t < THRESHOLDS; t++) {
        boolean predicted = scores.distance()[i] < t * STEP;
        right[f][t] += predicted == scores.same()[i] ? 1 : 0;
      }
    }
    double[] accuracy = new double[folds];
    double threshold = 0;
    for (int f = 0; f < folds; f++) {
      if (size[f] == 0) {
        throw new MienException("[verification] fold " + (f + 1) + " of " + folds + " holds no pair");
      }
      int best = bestWithout(right, f);
      accuracy[f] = right[f][best] / (double) size[f];
      threshold += best * STEP / folds;
    }
    double mean = Arrays.stream(accuracy).average().orElseThrow();
    double variance = Arrays.stream(accuracy).map(a -> (a - mean) * (a - mean)).sum() / folds;
    return new PairVerification(scores.size(), mean, Math.sqrt(variance), threshold, accuracy);
  }

  /** Folds of one size or nearly: accuracy on the others is their pairs decided rightly, all together. */
  private static int bestWithout(int[][] right, int fold) {
    int best = 0;
    int most = -1;
    for (int t = 0; t < THRESHOLDS; t++) {
      int sum = 0;
      for (int f = 0; f < right.length; f++) {
        sum += f == fold ? 0 : right[f][t];
      }
      if (sum > most) {
        most = sum;
        best = t;
      }
    }
    return best;
  }

  /** The cosine that the mean threshold stands for. */
  public double cosineThreshold() {
    return 1 - threshold / 2;
  }
}

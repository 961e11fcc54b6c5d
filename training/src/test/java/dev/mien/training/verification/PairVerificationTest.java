package dev.mien.training.verification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The protocol on distances whose result is known. */
class PairVerificationTest {
  private static PairScores drawn(int pairs, double sameHigh, double otherLow, double otherHigh) {
    var distance = new double[pairs];
    var same = new boolean[pairs];
    for (int i = 0; i < pairs; i++) {
      same[i] = Rng.seed(3).uniform(i, 0, 1) < 0.5;
      distance[i] = same[i] ? Rng.seed(4).uniform(i, 0, sameHigh) : Rng.seed(5).uniform(i, otherLow, otherHigh);
    }
    return new PairScores(distance, same, PairScores.contiguousFolds(pairs, 10));
  }

  @Test
  void separablePairsAreAllRightAndRandomOnesHalf() {
    assertEquals(1, PairVerification.of(drawn(2000, 0.9, 1.1, 2)).accuracy(), 0);
    assertEquals(0.5, PairVerification.of(drawn(6000, 2, 0, 2)).accuracy(), 0.02);
  }

  @Test
  void theFirstOfTheBestThresholdsDecidesOnTheOtherFold() {
    // fold 0 alone: same at 0.105, other at 0.5: best from 0.11 on; fold 1: same at 0.3, other at 0.205: one of two right at any threshold
    var scores = new PairScores(new double[] {0.105, 0.5, 0.3, 0.205}, new boolean[] {true, false, true, false}, new int[] {0, 0, 1, 1});
    var found = PairVerification.of(scores);
    // fold 1 by 0.11: both are "other", one right; fold 0 by 0 (the first that gets one of fold 1 right): the other alone
    assertArrayEquals(new double[] {0.5, 0.5}, found.foldAccuracy(), 0);
    assertEquals((0 + 0.11) / 2, found.threshold(), 1e-12);
    assertEquals(1 - 0.055 / 2, found.cosineThreshold(), 1e-12);
  }

  /** 0.5 is both a distance and a threshold: "same" needs less. */
  @Test
  void aDistanceAtTheThresholdIsDifferent() {
    var scores = new PairScores(new double[] {0.5, 2, 0.5, 0.505}, new boolean[] {true, false, true, false}, new int[] {0, 0, 1, 1});
    // On fold 1 no threshold of the grid parts 0.5 from 0.505, so the first, 0, wins; on fold 0 it is 0.51, which takes the impostor at 0.505.
    var found = PairVerification.of(scores);
    assertArrayEquals(new double[] {0.5, 0.5}, found.foldAccuracy(), 0);
    assertEquals(0.51 / 2, found.threshold(), 1e-12);
    assertEquals(0, found.accuracyStd(), 0);
  }

  @Test
  void contiguousFoldsDifferByAtMostOneAndTheFirstAreLarger() {
    assertArrayEquals(new int[] {0, 0, 0, 1, 1, 2, 2}, PairScores.contiguousFolds(7, 3));
    assertThrows(MienException.class, () -> PairScores.contiguousFolds(5, 6));
    assertThrows(MienException.class, () -> PairScores.contiguousFolds(5, 1));
  }

  @Test
  void aSlowImplementationAgrees() {
    for (int seed = 0; seed < 20; seed++) {
      int pairs = 90 + 7 * seed;
      int folds = 2 + seed % 9;
      var contiguous = Faces.tied(pairs, seed % 2 == 0 ? 20 : 100, seed, folds);
      var scattered = new PairScores(contiguous.distance(), contiguous.same(), IntStream.range(0, pairs).map(i -> i % folds).toArray());
      for (var scores : List.of(contiguous, scattered)) {
        var expected = slowAccuracies(scores, folds);
        var found = PairVerification.of(scores);
        assertArrayEquals(expected, found.foldAccuracy(), 1e-12, "seed " + seed);
        assertEquals(Arrays.stream(expected).average().orElseThrow(), found.accuracy(), 1e-12);
      }
    }
  }

  /** The protocol as it is written down, pair by pair and threshold by threshold. */
  private static double[] slowAccuracies(PairScores scores, int folds) {
    var accuracies = new double[folds];
    for (int fold = 0; fold < folds; fold++) {
      double bestAccuracy = -1;
      double bestThreshold = Double.NaN;
      for (int t = 0; t < 400; t++) {
        double accuracy = accuracy(scores, fold, false, t * 0.01);
        if (accuracy > bestAccuracy) {
          bestAccuracy = accuracy;
          bestThreshold = t * 0.01;
        }
      }
      accuracies[fold] = accuracy(scores, fold, true, bestThreshold);
    }
    return accuracies;
  }

  private static double accuracy(PairScores scores, int fold, boolean inside, double threshold) {
    double right = 0;
    double all = 0;
    for (int i = 0; i < scores.size(); i++) {
      if ((scores.fold()[i] == fold) == inside) {
        all++;
        right += (scores.distance()[i] < threshold) == scores.same()[i] ? 1 : 0;
      }
    }
    return right / all;
  }

  @Test
  void theHardestPairsComeFirstAndTiesInTheirOrder() {
    var scores = new PairScores(new double[] {0.5, 1.5, 1.5, 0.1, 0.7, 3, 0.7}, new boolean[] {true, true, true, true, false, false, false},
        new int[7]);
    var hardest = HardestPairs.of(scores, 2);
    assertEquals(List.of(1, 2), hardest.genuine().stream().map(HardestPairs.Pair::index).toList());
    assertEquals(List.of(4, 6), hardest.impostors().stream().map(HardestPairs.Pair::index).toList());
    assertEquals(0.7, hardest.impostors().getFirst().distance(), 0);
    assertEquals(4, HardestPairs.of(scores, 50).genuine().size());
    var many = Faces.tied(500, 10, 1, 2);
    var order = IntStream.range(0, 500).filter(i -> many.same()[i]).boxed()
        .sorted((a, b) -> Double.compare(many.distance()[b], many.distance()[a])).limit(30).toList();
    assertEquals(order, HardestPairs.of(many, 30).genuine().stream().map(HardestPairs.Pair::index).toList());
  }

  @Test
  void whatCannotBeJudgedIsAnError() {
    var one = new PairScores(new double[] {0.1, 0.2}, new boolean[] {true, false}, new int[2]);
    assertTrue(assertThrows(MienException.class, () -> PairVerification.of(one)).getMessage().contains("two folds or more"));
    assertThrows(MienException.class, () -> new PairScores(new double[] {Double.NaN}, new boolean[1], new int[1]));
    assertThrows(MienException.class, () -> new PairScores(new double[] {5}, new boolean[1], new int[1]));
    assertThrows(MienException.class, () -> new PairScores(new double[2], new boolean[2], new int[] {0, -1}));
    var gap = new PairScores(new double[2], new boolean[2], new int[] {0, 2});
    assertTrue(assertThrows(MienException.class, () -> PairVerification.of(gap)).getMessage().contains("fold 2 of 3 holds no pair"));
  }
}

package dev.mien.training.verification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.util.Map;
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
    return PairScores.contiguous(distance, same, 10);
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

  @Test
  void contiguousFoldsDifferByAtMostOne() {
    var scores = PairScores.contiguous(new double[7], new boolean[7], 3);
    assertArrayEquals(new int[] {0, 0, 0, 1, 1, 2, 2}, scores.fold());
  }

  @Test
  void theCurveTakesTiesTogetherAndNamesOnlyWhatItResolves() {
    var scores = new PairScores(new double[] {0.1, 0.2, 0.2, 0.4}, new boolean[] {true, true, false, false}, new int[4]);
    var roc = RocCurve.of(scores);
    assertArrayEquals(new double[] {0, 0, 0.5, 1}, roc.falseRate(), 0);
    assertArrayEquals(new double[] {0, 0.5, 1, 1}, roc.trueRate(), 0);
    assertEquals(0.875, roc.area(), 1e-12);
    assertEquals(0.5, roc.trueRateAt(0.1), 0);
    assertEquals(Map.of(), roc.tarAtFar());
    assertEquals(1, RocCurve.of(drawn(2000, 0.9, 1.1, 2)).tarAtFar().get("1e-1"), 0);
    assertEquals(0, RocCurve.of(drawn(2000, 0.9, 1.1, 2)).equalErrorRate(), 1e-9);
  }

  @Test
  void whatCannotBeJudgedIsAnError() {
    var one = new PairScores(new double[] {0.1, 0.2}, new boolean[] {true, false}, new int[2]);
    assertTrue(assertThrows(MienException.class, () -> PairVerification.of(one)).getMessage().contains("two folds or more"));
    assertThrows(MienException.class, () -> new PairScores(new double[] {Double.NaN}, new boolean[1], new int[1]));
    assertThrows(MienException.class, () -> RocCurve.of(new PairScores(new double[] {1}, new boolean[1], new int[1])));
  }
}

package dev.mien.training.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HardestPairsTest {
  @Test
  void theHardestComeFirstAndEqualOnesInTheirOrder() {
    var scores = new PairScores(new double[] {0.5, 3, 1.5, 1, 1.5, 1}, new boolean[] {true, false, true, false, true, false}, new int[6]);
    var two = HardestPairs.of(scores, 2);
    assertEquals(List.of(2, 4), two.genuine().stream().map(HardestPairs.Pair::index).toList());
    assertEquals(List.of(3, 5), two.impostors().stream().map(HardestPairs.Pair::index).toList());
    assertEquals(List.of(3, 5, 1), HardestPairs.of(scores, 9).impostors().stream().map(HardestPairs.Pair::index).toList());
    assertEquals(1.5, two.genuine().getFirst().distance());
  }

  @Test
  void correlationsOfAHandfulByHand() {
    // deviations (-2, -1, 0, 3) and (-1, -2, 0, 3): 13 / 14; ranks 1 2 3 4 and 2 1 3 4: 1 - 6 * 2 / (4 * 15)
    var found = Correlation.of(new double[] {1, 2, 3, 6, Double.NaN}, new double[] {2, 1, 3, 6, 9});
    assertEquals(4, found.count());
    assertEquals(13.0 / 14, found.pearson(), 1e-12);
    assertEquals(0.8, found.spearman(), 1e-12);
    assertEquals(-1, Correlation.of(new double[] {1, 2, 3}, new double[] {1, 0.1, 0}).spearman(), 1e-12);
    assertTrue(Double.isNaN(Correlation.of(new double[] {5, 5}, new double[] {1, 2}).spearman()));
    assertEquals(0, Correlation.of(new double[0], new double[0]).count());
    assertThrows(MienException.class, () -> Correlation.of(new double[1], new double[2]));
  }
}

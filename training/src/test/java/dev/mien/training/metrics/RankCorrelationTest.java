package dev.mien.training.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  @Test
  void onlyTheOrderCounts() {
    assertEquals(1, RankCorrelation.spearman(new double[] {1, 2, 50, 70}, new double[] {-9, 0, 1, 1e9}), 1e-12);
    assertEquals(-1, RankCorrelation.spearman(new double[] {1, 2, 50, 70}, new double[] {4, 3, 2, 1}), 1e-12);
    // scipy.stats.spearmanr([1, 2, 2, 4, 5], [3, 1, 4, 1, 5]) = 0.2894736842105264
    assertEquals(0.2894736842105264, RankCorrelation.spearman(new double[] {1, 2, 2, 4, 5}, new double[] {3, 1, 4, 1, 5}), 1e-12);
  }

  @Test
  void whereThereIsNoOrderThereIsNoFigure() {
    assertTrue(Double.isNaN(RankCorrelation.spearman(new double[] {1, 2}, new double[] {1, 2})));
    assertTrue(Double.isNaN(RankCorrelation.spearman(new double[] {1, 1, 1}, new double[] {1, 2, 3})));
  }
}

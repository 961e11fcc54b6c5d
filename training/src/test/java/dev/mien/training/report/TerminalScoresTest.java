package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TerminalScoresTest {
  @Test
  void barsThresholdAndRangeStandInTheirColumns() {
    double[] same = {0.5, 0.95, 0.95, 1};
    double[] different = {-1, -0.95, 0.02};
    assertEquals("""
        two people █         ▄
        one person                ▃   █
                   ────────────┴───────
                        threshold 0.250
                   cosines -1.00 to 1.00
        """, TerminalScores.render(same, different, 0.25, 20, true));
    assertEquals("""
        two people #         ;
        one person                :   #
                   ------------+-------
                        threshold 0.250
                   cosines -1.00 to 1.00
        """, TerminalScores.render(same, different, 0.25, 20, false));
  }

  @Test
  void equalScoresAndAThresholdOutsideAreFine() {
    String chart = TerminalScores.render(new double[] {0.3}, new double[] {0.3}, 0.3, 20, false);
    assertTrue(chart.contains("threshold 0.300"), chart);
    assertTrue(TerminalScores.render(new double[] {0.3}, new double[0], 0.9, 30, false).contains("cosines 0.30 to 0.90"));
    assertThrows(IllegalArgumentException.class, () -> TerminalScores.render(new double[0], new double[0], 0, 30, true));
  }
}

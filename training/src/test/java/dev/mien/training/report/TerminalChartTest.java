package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.training.report.TerminalChart.Marks;
import org.junit.jupiter.api.Test;

class TerminalChartTest {
  @Test
  void aSmallDistributionIsDrawnExactly() {
    float[] d = new float[101];
    d[20] = 0.25f;
    d[21] = 0.5f;
    d[22] = 0.25f;
    assertEquals("""
           █
           █
          ███
          ███
        ──┬────
          20
          ├●┤  21.0 years, 80 %: 20 to 22
        """, TerminalChart.render(d, new Marks(21, 20, 22), 60, true).replace(System.lineSeparator(), "\n"));
  }

  @Test
  void plainCharactersDoAsWell() {
    float[] d = {0.1f, 0.8f, 0.1f};
    assertEquals("""
         #
         #
         #
        :#:
        +--
        0
        |o|  1.0 years, 80 %: 0 to 2
        """, TerminalChart.render(d, new Marks(1, 0, 2), 20, false).replace(System.lineSeparator(), "\n"));
  }

  @Test
  void itNeverGrowsWiderThanAsked() {
    float[] flat = new float[101];
    java.util.Arrays.fill(flat, 1f / 101);
    for (int columns : new int[] {20, 37, 60, 101, 200}) {
      String chart = TerminalChart.render(flat, new Marks(50, 10, 90), columns, true);
      chart.lines().limit(5).forEach(line -> assertTrue(line.length() <= columns, columns + ": " + line));
      assertEquals(7, chart.lines().count());
    }
  }

  @Test
  void marksOutsideTheDistributionStayOnTheChart() {
    float[] d = new float[71];
    d[70] = 1;
    String chart = TerminalChart.render(d, new Marks(70, 68, 75), 60, true);
    assertTrue(chart.contains("70.0 years, 80 %: 68 to 75"), chart);
    assertThrows(IllegalArgumentException.class, () -> TerminalChart.render(d, new Marks(70, 68, 75), 10, true));
  }
}

package dev.mien.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.training.report.AmrTableReport.Data;
import dev.mien.training.report.AmrTableReport.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AmrTableReportTest {
  private static final Data DATA = new Data("UTKFace, preset ablation, own split.", List.of(1L, 2L, 3L),
      List.of(new Row("softmax", new double[] {7, 8, 9}), new Row("mean + softmax", new double[] {6.5, Double.NaN, Double.NaN}),
          new Row("AMR", new double[] {Double.NaN, Double.NaN, Double.NaN})),
      20.03, "./mien reproduce amr-table1 --data utkface:faces.zip", List.of("AMR was not run."));

  public static void main(String[] arguments) throws IOException {
    var rows = List.of(new Row("softmax", new double[] {6.9, 7.1, 6.7}), new Row("mean + softmax", new double[] {6.1, 6.3, 6.2}),
        new Row("variance + softmax", new double[] {7.7, 7.3, 7.2}), new Row("mean-variance", new double[] {6.0, 6.2, 6.05}),
        new Row("residue + softmax", new double[] {6.8, 6.9, 6.75}), new Row("AMR", new double[] {5.9, 6.1, Double.NaN}));
    var data = new Data(DATA.setting(), DATA.seeds(), rows, 20.03, DATA.command(), DATA.notes());
    Files.writeString(Path.of(arguments[0]), AmrTableReport.html(data));
  }

  @Test
  void meanAndSpreadAreOverTheSeedsThatRan() {
    assertEquals(8, DATA.rows().get(0).mean());
    assertEquals(1, DATA.rows().get(0).spread());
    assertEquals(6.5, DATA.rows().get(1).mean());
    assertTrue(Double.isNaN(DATA.rows().get(1).spread()));
  }

  @Test
  void theMarkdownIsATable() {
    String text = AmrTableReport.markdown(DATA).replace(System.lineSeparator(), "\n");
    assertTrue(text.contains("""
        | loss | seed 1 | seed 2 | seed 3 | mean ± sd | paper, FG-NET, VGG-16 | paper, FG-NET, ResNet-50 |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: |
        | softmax | 7.00 | 8.00 | 9.00 | **8.00 ± 1.00** | 7.19 | 6.99 |
        | mean + softmax | 6.50 | not run | not run | **6.50** | 4.25 | 3.95 |
        | AMR | not run | not run | not run | **not run** | 3.79 | 3.61 |
        """), text);
    assertTrue(text.contains("./mien reproduce amr-table1 --data utkface:faces.zip"));
    assertTrue(text.contains("20.03"));
  }

  @Test
  void thePageStandsByItself() {
    String page = AmrTableReport.html(DATA);
    assertFalse(page.contains("http") || page.contains("<script") || page.contains("\"NaN"));
    assertTrue(page.contains("8.00 ± 1.00") && page.contains("not run") && page.contains("AMR was not run."));
  }

  @Test
  void anUnknownLossIsRefused() {
    assertEquals(6, AmrTableReport.losses().size());
    assertThrows(IllegalArgumentException.class, () -> new Row("l2", new double[3]));
  }
}

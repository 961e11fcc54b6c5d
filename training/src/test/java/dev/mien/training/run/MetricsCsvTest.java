package dev.mien.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCsvTest {
  private static final List<String> COLUMNS = List.of("step", "epoch", "loss", "mae");

  @TempDir
  Path temp;
  private Path file;

  @BeforeEach
  void write() {
    file = temp.resolve("metrics.csv");
    try (var csv = MetricsCsv.open(file, COLUMNS, 0)) {
      csv.append(10, List.of(1, 4.25, 7.5));
      csv.append(20, Arrays.asList(2, 3.125, null));
      csv.append(30, List.of(3, Double.NaN, 1e-9));
    }
  }

  @Test
  void theTableIsPlain() throws IOException {
    assertEquals("step,epoch,loss,mae\n10,1,4.25,7.5\n20,2,3.125,\n30,3,NaN,1.0E-9\n", Files.readString(file));
  }

  @Test
  void aResumedRunCutsWhatCameAfterItsCheckpoint() throws IOException {
    Files.writeString(file, "40,4,2.", StandardOpenOption.APPEND);
    try (var csv = MetricsCsv.open(file, COLUMNS, 20)) {
      assertEquals(List.of(10L, 20L), csv.rows().stream().map(MetricsCsv.Row::step).toList());
      assertEquals(Map.of("epoch", 2.0, "loss", 3.125), csv.rows().getLast().values());
      csv.append(30, List.of(3, 2.5, 6));
    }
    assertEquals("step,epoch,loss,mae\n10,1,4.25,7.5\n20,2,3.125,\n30,3,2.5,6\n", Files.readString(file));
  }

  @Test
  void aTornLastLineIsLeftOut() throws IOException {
    Files.writeString(file, "40,4,2.5,6", StandardOpenOption.APPEND);
    assertEquals(3, MetricsCsv.read(file, COLUMNS).size());
  }

  @Test
  void aNewRunBeginsEmpty() throws IOException {
    MetricsCsv.open(file, COLUMNS, 0).close();
    assertEquals("step,epoch,loss,mae\n", Files.readString(file));
  }

  @Test
  void whatIsNoSuchTableSaysSo() throws IOException {
    var said = assertThrows(FormatException.class, () -> MetricsCsv.read(file, List.of("step", "loss"))).getMessage();
    assertTrue(said.contains("this run writes [step, loss]"), said);
    for (var wrong : List.of("step,epoch,loss,mae\n1,2\n", "step,epoch,loss,mae\nx,1,2,3\n", "step,epoch,loss,mae\n1,2,three,4\n",
        "step,epoch,loss,mae\n\"1,2,3,4\n")) {
      Files.writeString(file, wrong);
      assertThrows(FormatException.class, () -> MetricsCsv.read(file, COLUMNS), wrong);
    }
  }

  @Test
  void wrongRowsAreRefused() {
    try (var csv = MetricsCsv.open(file, COLUMNS, 30)) {
      assertThrows(IllegalArgumentException.class, () -> csv.append(40, List.of(1, 2)));
      assertThrows(IllegalArgumentException.class, () -> csv.append(29, List.of(1, 2, 3)));
    }
  }
}

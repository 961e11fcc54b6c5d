package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.training.command.CommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two heads with two seeds: every run is there once, the means are theirs, and a second call trains nothing. */
class ReproduceFaceHeadsTest {
  @TempDir
  Path temp;

  private int run(Path out, String... more) {
    var arguments = new java.util.ArrayList<>(java.util.List.of("--preset", "smoke", "--epochs", "1", "--seeds", "2", "--heads", "adaface,softmax",
        "--out", out.toString()));
    arguments.addAll(java.util.List.of(more));
    return CommandRunner.run(new ReproduceFaceHeads(), arguments.toArray(String[]::new));
  }

  @Test
  void theTableHoldsEveryRunAndASecondCallTrainsNothing() throws Exception {
    var out = temp.resolve("heads");
    assertEquals(0, run(out));
    var table = new ObjectMapper().readTree(out.resolve("table.json").toFile());
    assertEquals(4, table.get("rows").size());
    double sum = 0;
    for (var row : table.get("rows")) {
      sum += row.get("head").asText().equals("softmax") ? row.get("test").get("accuracy").asDouble() : 0;
    }
    for (var summary : table.get("summary")) {
      if (summary.get("head").asText().equals("softmax") && summary.get("set").asText().equals("all pairs")) {
        assertEquals(sum / 2, summary.get("accuracy").asDouble(), 1e-12);
      }
    }
    var text = Files.readString(out.resolve("table.md"));
    assertTrue(text.contains("| adaface | 2 |") && text.contains("test, degraded"), text);

    var model = out.resolve("softmax-seed2026/model.safetensors");
    var written = Files.getLastModifiedTime(model);
    assertEquals(0, run(out));
    assertEquals(written, Files.getLastModifiedTime(model));
    assertEquals(2, run(out, "--batch", "16"), "runs with other options are not taken for these");
    assertEquals(2, run(temp.resolve("other"), "--head", "arcface"));
    assertEquals(2, CommandRunner.run(new ReproduceFaceHeads(), "--preset", "smoke", "--heads", "triplet", "--out", temp.resolve("none").toString()));
  }
}

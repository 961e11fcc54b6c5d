package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.models.loss.AgeLosses;
import dev.mien.training.command.CommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The six losses with one seed: every run is there once, a second call trains nothing, one that was lost is trained again. */
class ReproduceAmrTable1Test {
  @TempDir
  Path temp;

  private static int run(Path out, String... more) {
    var arguments = new ArrayList<>(List.of("--preset", "smoke", "--data", "synthetic:100", "--epochs", "1", "--seeds", "1", "--out", out.toString()));
    arguments.addAll(List.of(more));
    return CommandRunner.run(new ReproduceAmrTable1(), arguments.toArray(String[]::new));
  }

  @Test
  void theTableHoldsEveryLossAndASecondCallTrainsNothing() throws Exception {
    var out = temp.resolve("table");
    assertEquals(0, run(out));
    var table = new ObjectMapper().readTree(out.resolve("table.json").toFile());
    assertEquals(AgeLosses.table1().stream().map(l -> l.name()).toList(), table.get("rows").findValuesAsText("loss"));
    for (var row : table.get("rows")) {
      var result = new ObjectMapper().readTree(Path.of(row.get("run").asText(), "result.json").toFile());
      assertEquals(result.get("test"), row.get("test"));
    }
    assertTrue(Files.readString(out.resolve("table.html")).contains("AMR"));

    var kept = out.resolve("amr-seed2026/model.safetensors");
    var written = Files.getLastModifiedTime(kept);
    Files.delete(out.resolve("mean-softmax-seed2026/result.json"));
    assertEquals(0, run(out));
    assertEquals(written, Files.getLastModifiedTime(kept));
    assertEquals(table.get("rows"), new ObjectMapper().readTree(out.resolve("table.json").toFile()).get("rows"));
    assertEquals(2, run(out, "--batch", "16"), "runs with other options are not taken for these");
    assertEquals(2, run(temp.resolve("other"), "--loss", "l1"), "the table has losses of its own");
  }
}

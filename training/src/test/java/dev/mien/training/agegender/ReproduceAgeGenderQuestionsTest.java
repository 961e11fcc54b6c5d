package dev.mien.training.agegender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The questions as one command: each network is trained once, and a table that was stopped goes on. */
class ReproduceAgeGenderQuestionsTest {
  @TempDir
  Path temp;

  private int run(Path out, String... more) {
    var arguments = Stream.concat(Stream.of("--preset", "smoke", "--data", "synthetic:120", "--epochs", "1", "--batch", "16", "--gender-weight", "1.5",
        "--seeds", "1", "--out", out.toString()), Stream.of(more)).toArray(String[]::new);
    return CommandRunner.run(new ReproduceAgeGenderQuestions(), arguments);
  }

  private static JsonNode rows(Path out) throws Exception {
    return new ObjectMapper().readTree(out.resolve("table.json").toFile()).get("rows");
  }

  @Test
  void aTableThatWasStoppedGoesOnAndTrainsNoNetworkTwice() throws Exception {
    var out = temp.resolve("questions");
    assertEquals(0, run(out));
    var whole = rows(out);
    assertEquals(7, whole.size(), "six networks and the ensemble");
    String table = Files.readString(out.resolve("table.md"));
    assertFalse(table.contains("not run"), table);

    var kept = out.resolve("attention-seed2026/model.safetensors");
    var written = Files.getLastModifiedTime(kept);
    try (var files = Files.walk(out.resolve("not-injected-seed2026"))) {
      files.sorted(Comparator.reverseOrder()).forEach(f -> assertTrue(f.toFile().delete(), f.toString()));
    }
    Files.delete(out.resolve("detached-seed2026/result.json"));
    assertEquals(0, run(out));
    assertEquals(whole, rows(out));
    assertEquals(written, Files.getLastModifiedTime(kept));
    assertEquals(2, run(out, "--learning-rate", "0.01"), "other options belong into another folder");
  }

  @Test
  void theCommandOfEachRunMakesTheSameRun() throws Exception {
    var out = temp.resolve("questions");
    assertEquals(0, run(out));
    for (String arm : List.of("attention", "no-attention", "gender-alone", "age-alone", "detached", "not-injected")) {
      var record = RunFolder.read(out.resolve(arm + "-seed2026"));
      var words = record.arguments();
      assertEquals(List.of("train", "age-gender", "--preset", "smoke"), words.subList(0, 4));
      var options = new AgeGenderOptions();
      new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words.subList(4, words.size()).toArray(String[]::new));
      assertEquals(AgeGenderSettings.fromMap(record.options()), options.over(AgeGenderPresets.named("smoke")), words.toString());
    }
  }

  @Test
  void aWrongTrunkIsFoundBeforeTraining() {
    var out = temp.resolve("wrong");
    assertEquals(2, run(out, "--rival", "resnet99"));
    assertFalse(Files.exists(out));
  }
}

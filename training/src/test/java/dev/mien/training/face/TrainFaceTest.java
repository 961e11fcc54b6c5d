package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.MienCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short training from data to figures, gone on with to the same bits, and what a wrong option says. */
class TrainFaceTest {
  @TempDir
  Path temp;

  private record Outcome(int code, String out, String words) {}

  private static Outcome run(MienCommand command, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var before = List.of(System.out, System.err);
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      return new Outcome(CommandRunner.run(command, arguments), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before.getFirst());
      System.setErr(before.getLast());
    }
  }

  private byte[] train(String name, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("--preset", "smoke", "--out", temp.resolve(name).toString()));
    arguments.addAll(List.of(more));
    var outcome = run(new TrainFace(), arguments.toArray(String[]::new));
    assertEquals(0, outcome.code, outcome.words);
    return Files.readAllBytes(temp.resolve(name).resolve("model.safetensors"));
  }

  @Test
  void aRunThatWasStoppedGoesOnToTheSameBits() throws Exception {
    byte[] whole = train("whole");
    var stopped = temp.resolve("stopped");
    train("stopped", "--checkpoint-seconds", "0");
    // as if it had been killed before its last epoch ended: the newest checkpoint and all results are gone
    try (var files = Files.list(stopped.resolve("checkpoints"))) {
      var all = files.sorted().toList();
      assertTrue(all.size() > 1, all.toString());
      Files.delete(all.getLast());
    }
    Files.delete(stopped.resolve("model.safetensors"));
    Files.delete(stopped.resolve("result.json"));
    var outcome = run(new TrainFace(), "--resume", stopped.toString(), "--threads", "1");
    assertEquals(0, outcome.code, outcome.words);
    assertArrayEquals(whole, Files.readAllBytes(stopped.resolve("model.safetensors")));

    var json = run(new EvalFace(), "--weights", stopped.toString(), "--data", "synthetic:24", "--json");
    assertEquals(0, json.code, json.words);
    var test = new ObjectMapper().readTree(json.out).get("test");
    for (var key : List.of("pairs", "accuracy", "accuracyStd", "threshold", "tarAtFar", "sets")) {
      assertTrue(test.has(key), key);
    }
    assertEquals(new ObjectMapper().readTree(Files.readAllBytes(temp.resolve("whole/result.json"))).get("test"), test);
  }

  @Test
  void gradientsOfSeveralBatchesAndASampleOfIdentitiesTrainToo() throws Exception {
    train("accumulated", "--accumulate", "2", "--batch", "16", "--head", "arcface");
    train("sampled", "--sample", "17", "--batch", "16", "--clip-norm", "0");
  }

  @Test
  void aMistakeIsOneLine() {
    for (var wrong : List.of(List.of("--data", "lfww:x"), List.of("--head", "triplet"), List.of("--model", "ir51"), List.of("--batch", "1"),
        List.of("--data", "lfw:/nowhere"), List.of("--batch", "100000", "--preset", "smoke"), List.of("--sample", "5"))) {
      var outcome = run(new TrainFace(), wrong.toArray(String[]::new));
      assertEquals(2, outcome.code, wrong + ": " + outcome.words);
      assertEquals(1, outcome.words.lines().filter(l -> l.startsWith("mien: ")).count(), outcome.words);
    }
  }
}

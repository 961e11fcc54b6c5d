package dev.mien.training.face;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan of memory: printed without training, true to batches, samples and checkpointing, and what does not fit is refused. */
class FacePlanTest {
  @TempDir
  Path folder;

  private static Capture run(String... arguments) {
    var all = with(List.of("--preset", "smoke", "--data", "synthetic:20", "--batch", "8", "--epochs", "1"), arguments);
    return Capture.of(() -> CommandRunner.run(new TrainFace(), all));
  }

  private static String[] with(List<String> arguments, String... more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private static JsonNode plan(String... more) throws Exception {
    var found = run(with(List.of("--plan", "--json"), more));
    assertEquals(0, found.code(), found.err());
    return new ObjectMapper().readTree(found.out());
  }

  private static long bytes(JsonNode plan, String key) {
    return plan.get(key + "Bytes").asLong();
  }

  @Test
  void isPrintedWithoutTraining() throws Exception {
    var out = folder.resolve("run");
    var text = run("--plan", "--out", out.toString());
    assertEquals(0, text.code(), text.err());
    assertTrue(text.out().contains("peak of all tensors") && text.out().contains("  in the "), text.out());
    assertFalse(Files.exists(out));
    assertEquals(2, run("--plan", "--device", "reference").code());
    var mobile = run("--plan", "--checkpointing", "--model", "mobilefacenet");
    assertEquals(2, mobile.code());
    assertTrue(mobile.err().contains("--checkpointing works with residual networks, not with mobilefacenet"), mobile.err());
  }

  @Test
  void followsTheOptions() throws Exception {
    var plain = plan();
    assertEquals(Runtime.getRuntime().maxMemory(), bytes(plain, "heap"));
    assertEquals(bytes(plain, "gradient"), bytes(plain, "optimizer"), "a velocity for each parameter");
    assertEquals(0, bytes(plain, "average"));
    assertTrue(bytes(plan("--checkpointing"), "activation") < bytes(plain, "activation"));
    var accumulated = plan("--accumulate", "3");
    assertEquals(bytes(plain, "activation"), bytes(accumulated, "activation"));
    assertTrue(bytes(accumulated, "peak") > bytes(plain, "peak"), "sums of gradients");
    assertTrue(bytes(plan("--average", "0.9"), "average") > bytes(plain, "parameter"), "the average and the network that takes it in");
    var sampled = plan("--sample", "4", "--clip-norm", "0");
    assertTrue(bytes(sampled, "parameter") < bytes(plain, "parameter"));
    assertTrue(bytes(sampled, "average") > 0, "rows and velocities of all identities");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeTheFirstStep() throws Exception {
    var large = List.of("--preset", "smoke", "--model", "ir101", "--batch", "200");
    var planned = Capture.of(() -> CommandRunner.run(new TrainFace(), with(large, "--plan", "--json")));
    var need = new ObjectMapper().readTree(planned.out());
    assumeTrue(bytes(need, "peak") > bytes(need, "heap"), "a heap for any batch");
    assertTrue(planned.err().contains("the tensors of a step need "), planned.err());
    var out = folder.resolve("large");
    var refused = Capture.of(() -> CommandRunner.run(new TrainFace(), with(large, "--out", out.toString())));
    assertEquals(2, refused.code(), refused.err());
    assertTrue(refused.err().contains("the tensors of a step need ") && refused.err().contains("take a smaller --batch (and --accumulate several)"),
        refused.err());
    assertFalse(Files.exists(out.resolve("model.safetensors")));
  }

  @Test
  void checkpointingChangesNoBit() throws Exception {
    var plain = folder.resolve("plain");
    var recomputed = folder.resolve("recomputed");
    assertEquals(0, run("--out", plain.toString()).code());
    assertEquals(0, run("--out", recomputed.toString(), "--checkpointing").code());
    assertArrayEquals(Files.readAllBytes(plain.resolve("model.safetensors")), Files.readAllBytes(recomputed.resolve("model.safetensors")));
  }
}

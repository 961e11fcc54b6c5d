package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.models.age.AgeModel;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan of memory: printed without training, and cheaper with checkpointing, which changes no bit. */
class PlanTest {
  @TempDir Path folder;

  private static Capture run(String... arguments) {
    var all = new ArrayList<>(List.of("--preset", "smoke", "--data", "synthetic:60", "--batch", "8", "--epochs", "1"));
    all.addAll(List.of(arguments));
    return Capture.of(() -> CommandRunner.run(new TrainAge(), all.toArray(String[]::new)));
  }

  @Test
  void isPrintedWithoutTraining() throws Exception {
    var out = folder.resolve("run");
    var text = run("--plan", "--out", out.toString());
    assertEquals(0, text.code(), text.err());
    assertTrue(text.out().contains("peak of all tensors") && text.out().contains("  in the "), text.out());
    assertFalse(Files.exists(out));
    var json = new ObjectMapper().readTree(run("--plan", "--json").out());
    assertEquals(json.get("heapBytes").asLong(), Runtime.getRuntime().maxMemory());
    assertTrue(json.get("peakBytes").asLong() >= json.get("parameterBytes").asLong() + json.get("gradientBytes").asLong());
    var less = new ObjectMapper().readTree(run("--plan", "--json", "--checkpointing").out());
    assertTrue(less.get("activationBytes").asLong() < json.get("activationBytes").asLong(), less + " against " + json);
    assertEquals(2, run("--plan", "--device", "reference").code());
    var vgg = run("--plan", "--checkpointing", "--model", "vgg16");
    assertEquals(2, vgg.code());
    assertTrue(vgg.err().contains("--checkpointing works with residual networks, not with vgg16"), vgg.err());
  }

  @Test
  void checkpointingChangesNoBit() throws Exception {
    var plain = folder.resolve("plain");
    var recomputed = folder.resolve("recomputed");
    assertEquals(0, run("--out", plain.toString()).code());
    assertEquals(0, run("--out", recomputed.toString(), "--checkpointing").code());
    assertArrayEquals(Files.readAllBytes(plain.resolve(AgeModel.FILE_NAME)), Files.readAllBytes(recomputed.resolve(AgeModel.FILE_NAME)));
  }
}

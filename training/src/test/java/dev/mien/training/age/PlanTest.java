package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeModel;
import dev.mien.training.command.Capture;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan of memory: printed without training, cheaper with checkpointing, and a shortage is told before the first step. */
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

  @Test
  void aShortageIsToldWithItsRemedies() {
    var bytes = new ByteArrayOutputStream();
    var err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    var console = new Console(err, err, false);
    long mebi = 1 << 20;
    var fits = new AgePlan(mebi, mebi, 0, mebi, mebi, 40 * mebi, "backward of net.conv1 (conv2d)", 30 * mebi, 100 * mebi);
    fits.check(console);
    fits.print(console);
    var text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("peak of all tensors                        40  in the backward of net.conv1 (conv2d)"), text);
    assertFalse(text.contains("warning"), text);
    new AgePlan(mebi, mebi, 0, mebi, mebi, 60 * mebi, "x", 30 * mebi, 100 * mebi).check(console);
    text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("a step needs about 90 MiB of a heap of 100 MiB"), text);
    var e = assertThrows(MienException.class,
        () -> new AgePlan(mebi, mebi, 0, mebi, mebi, 101 * mebi, "x", 0, 100 * mebi).check(console));
    assertEquals("the tensors of a step need 101 MiB and the heap may grow to 100 MiB: take a smaller --batch or --size, add "
        + "--checkpointing, or give more heap with MIEN_JAVA_OPTIONS=-Xmx...", e.getMessage());
  }
}

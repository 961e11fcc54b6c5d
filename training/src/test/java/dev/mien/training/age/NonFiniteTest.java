package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.engine.io.CheckpointStore;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.StateMap;
import dev.mien.training.command.CommandRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training whose numbers overflow stops, names operation and layer, and keeps what it had. */
class NonFiniteTest {
  private static final String WEIGHT = "model.layers.1.0.conv2.weight";

  /** On opencl:0 losses are read late: the step is found by going back to the last checkpoint. */
  @ParameterizedTest
  @ValueSource(strings = {"cpu", "opencl:0"})
  void theCulpritIsNamedAndTheModelKept(String device, @TempDir Path folder) throws Exception {
    var found = Device.diagnose().stream().filter(d -> d.device().equals(device)).findFirst();
    assumeTrue(found.isPresent() && found.get().usable(), () -> "opencl: " + found.map(d -> d.reason()).orElse("no such device"));
    var run = folder.resolve("run");
    assertEquals(0, train("--preset", "smoke", "--data", "synthetic:80", "--batch", "16", "--device", device, "--out", run.toString()).code);
    byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
    overflowAtTheSecondEpoch(run.resolve("checkpoints"));
    Files.delete(run.resolve("result.json"));

    var outcome = train("--resume", run.toString(), "--device", device);

    assertEquals(CommandRunner.FAILED, outcome.code, outcome.words);
    var line = outcome.words.lines().filter(l -> l.startsWith("mien: ")).reduce((a, b) -> b).orElseThrow();
    assertTrue(line.contains("training stopped at step"), line);
    assertTrue(line.contains("net.layers.1.0."), line);
    assertTrue(line.contains("smaller --learning-rate"), line);
    assertArrayEquals(model, Files.readAllBytes(run.resolve("model.safetensors")));
    assertTrue(Files.notExists(run.resolve("result.json")));
  }

  /** Sends the newest checkpoint back to the second epoch, with one weight so large that a convolution overflows. */
  private static void overflowAtTheSecondEpoch(Path checkpoints) {
    var store = CheckpointStore.open(checkpoints);
    var saved = store.loadNewest(message -> { }).orElseThrow();
    var changed = new StateMap();
    saved.state().tensors().forEach((name, t) -> changed.put(name, name.equals(WEIGHT) ? huge(t) : t));
    saved.state().strings().forEach(changed::putString);
    saved.state().doubles().forEach(changed::putDouble);
    saved.state().longs().forEach((name, v) -> changed.putLong(name, name.endsWith("oader.epoch") ? Long.valueOf(1) : v));
    assertTrue(changed.contains(WEIGHT));
    store.save(saved.step() + 1, changed);
  }

  private static HostTensor huge(HostTensor like) {
    var data = new float[Math.toIntExact(like.shape().count())];
    Arrays.fill(data, 3e38f);
    return HostTensor.of(data, like.shape().toArray());
  }

  private record Outcome(int code, String words) {}

  private static Outcome train(String... arguments) {
    var bytes = new ByteArrayOutputStream();
    var before = System.err;
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      return new Outcome(CommandRunner.run(new TrainAge(), arguments), bytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }
}

package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One hash for 1, 2 and 4 threads, for vectors of 128, 256 and 512 bits, before and after compilation, and for a resumed run. */
class DeterminismTest {
  static final int SAMPLES = 2;
  private static final String TRAINING = Integer.toString(Fingerprints.STEPS);

  @TempDir Path dir;

  private static String operations;
  private static String training;

  @BeforeAll
  static void hashOnOneThread() {
    try (var device = Device.open("cpu", 1)) {
      operations = Fingerprints.ofOperations(device, SAMPLES);
      training = new Fingerprints.Run(device, 1).until(Fingerprints.STEPS).hash();
    }
  }

  @AfterAll
  static void forget() {
    operations = null;
    training = null;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void threadsChangeNoBit(int threads) {
    try (var device = Device.open("cpu", threads)) {
      assertEquals(operations, Fingerprints.ofOperations(device, SAMPLES), "operations on " + threads + " threads");
      assertEquals(training, new Fingerprints.Run(device, 1).until(Fingerprints.STEPS).hash(), "training on " + threads
          + " threads");
    }
  }

  @Test
  void aResumedRunHasTheBitsOfOneThatWasNeverStopped() {
    var file = dir.resolve("half.safetensors");
    try (var device = Device.open("cpu", 2)) {
      var half = new Fingerprints.Run(device, 1).until(Fingerprints.STEPS / 2);
      Checkpoint.save(file, half.net, half.sgd);
    }
    try (var device = Device.open("cpu", 1)) {
      assertEquals(training, new Fingerprints.Run(device, 999).resumedFrom(file).until(Fingerprints.STEPS).hash());
    }
  }

  @Test
  void theHashSeesOneStepAndOneSeed() {
    try (var device = Device.open("cpu", 2)) {
      assertNotEquals(training, new Fingerprints.Run(device, 1).until(Fingerprints.STEPS - 1).hash());
      assertNotEquals(new Fingerprints.Run(device, 1).until(1).hash(), new Fingerprints.Run(device, 2).until(1).hash());
      assertNotEquals(operations, Fingerprints.ofOperations(device, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 256, 128})
  void vectorWidthsChangeNoBit(int bits) throws Exception {
    var child = fork(List.of("-Dmien.vectorBits.emulate=true", "-Dmien.vectorBits=" + bits), "operations", TRAINING);
    if (child.containsKey("refused")) {
      String reason = bits + "-bit vectors: " + child.get("refused");
      String require = System.getenv("MIEN_REQUIRE");
      assertFalse(require != null && require.contains("vector"), reason);
      Assumptions.abort(reason);
    }
    assertEquals(operations, child.get("operations"), bits + "-bit vectors, operations");
    assertEquals(training, child.get(TRAINING), bits + "-bit vectors, training");
  }

  /** A fresh JVM hashes first what the interpreter and the first compiler answer, and once more when all is compiled. */
  @Test
  void compilationChangesNoBit() throws Exception {
    var child = fork(List.of(), "operations", "warm");
    assertEquals(operations, child.get("operations"), "cold");
    assertEquals(operations, child.get("warm"), "after 300 calls of each operation");
  }

  @Test
  void theInterpreterChangesNoBit() throws Exception {
    var child = fork(List.of("-Xint", "-Dmien.allowInterpreter=true"), "2");
    try (var device = Device.open("cpu", 2)) {
      assertEquals(new Fingerprints.Run(device, 1).until(2).hash(), child.get("2"));
    }
  }

  private Map<String, String> fork(List<String> options, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules", "jdk.incubator.vector", "-Xmx1g", "-Dseed=" + SampleRunner.SEED, "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
    command.addAll(options);
    command.add(FingerprintMain.class.getName());
    command.addAll(List.of(arguments));
    var output = dir.resolve("output.txt");
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the forked JVM did not end in 5 minutes");
    } finally {
      process.destroyForcibly();
    }
    var found = new HashMap<String, String>();
    for (String line : Files.readAllLines(output)) {
      int space = line.indexOf(' ');
      if (space > 0) {
        found.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    assertTrue(found.containsKey("refused") || found.keySet().containsAll(List.of(arguments)),
        () -> "the forked JVM ended with " + process.exitValue() + ": " + found);
    return found;
  }
}

package dev.mien.training.age;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training is killed (SIGKILL) at random moments and resumed each time, with one thread and with two by turns; its weights, its
 * optimiser and its metrics must be those of the run that nobody touched. {@code -Dmien.kills=20} for the full number,
 * {@code -Dmien.killSeed=N} to repeat the moments of one run.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("mien.kills", 5);
  private static final long SEED = Long.getLong("mien.killSeed", System.nanoTime() & 0xFFFF);
  private static final long PATIENCE_SECONDS = 240;
  private static final List<String> SETTINGS = List.of("--preset", "smoke", "--data", "synthetic:160", "--batch", "16", "--epochs", "4",
      "--checkpoint-seconds", "0.1");

  @TempDir
  static Path folder;

  private static Path untouched;
  private static double millis;

  private final Rng rng = Rng.seed(SEED).split("kill");

  @BeforeAll
  static void trainOnceUntouched() throws Exception {
    untouched = folder.resolve("untouched");
    long began = System.nanoTime();
    var child = start(untouched, 2);
    awaitRecord(child, untouched);
    long recorded = System.nanoTime();
    finish(child, untouched);
    millis = (System.nanoTime() - recorded) / 1e6;
    System.out.printf("kill test: %d kills, seed %d; the untouched run took %.1f s, %.1f s of it after its folder was made%n", KILLS, SEED,
        (System.nanoTime() - began) / 1e9, millis / 1e3);
  }

  @Test
  void aRunThatIsKilledAndResumedEndsInTheSameBits() throws Exception {
    int kills = 0;
    for (int number = 0; kills < KILLS; number++) {
      var run = folder.resolve("killed-" + number);
      for (int start = 0; ; start++) {
        var child = start(run, 1 + start % 2);
        awaitRecord(child, run);
        boolean survives = kills == KILLS || !killed(child, rng.at(1000L * number + start).uniform(0) * 0.8 * millis);
        if (survives) {
          finish(child, run);
          break;
        }
        kills++;
      }
      assertSame(run);
    }
  }

  /** False when the run ended by itself before its moment came. */
  private static boolean killed(Process child, double afterMillis) throws Exception {
    boolean ended = child.waitFor((long) (afterMillis * 1000), TimeUnit.MICROSECONDS);
    child.destroyForcibly().waitFor();
    return !ended;
  }

  private static void assertSame(Path run) throws Exception {
    assertEquals(hash(untouched.resolve("model.safetensors")), hash(run.resolve("model.safetensors")), "weights of the best epoch");
    var expected = files(untouched.resolve("checkpoints"), "step-.*").getLast();
    var found = files(run.resolve("checkpoints"), "step-.*").getLast();
    assertEquals(expected.getFileName(), found.getFileName());
    assertEquals(hash(expected), hash(found), "weights, optimiser and position after the last step");
    assertEquals(metrics(untouched), metrics(run));
    assertEquals(List.of(), files(run, ".*tmp.*"), "temporary files were left behind");
    assertEquals(List.of(), files(run.resolve("checkpoints"), ".*tmp.*"), "temporary files were left behind");
  }

  /** The columns that no clock writes. */
  private static List<String> metrics(Path run) throws Exception {
    return Files.readAllLines(run.resolve("metrics.csv")).stream().map(line -> line.replaceFirst(",[^,]*,[^,]*$", "")).toList();
  }

  private static List<Path> files(Path folder, String pattern) throws Exception {
    try (var entries = Files.list(folder)) {
      return entries.filter(f -> f.getFileName().toString().matches(pattern)).sorted().toList();
    }
  }

  private static String hash(Path file) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  /** Begins the run, or goes on with it where there is one. */
  private static Process start(Path run, int threads) throws Exception {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
        "jdk.incubator.vector", "-Xmx1g", "-cp", System.getProperty("java.class.path"), TrainAge.class.getName(), "--threads",
        Integer.toString(threads)));
    if (Files.exists(run.resolve("run.json"))) {
      command.addAll(List.of("--resume", run.toString(), "--checkpoint-seconds", "0.1"));
    } else {
      command.addAll(SETTINGS);
      command.addAll(List.of("--out", run.toString()));
    }
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(run).toFile()).start();
  }

  private static Path log(Path run) {
    return run.resolveSibling(run.getFileName() + ".log");
  }

  /** Waits until the training proper begins: the JVM has started, and the run's folder is locked. */
  private static void awaitRecord(Process child, Path run) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (child.isAlive() && !Files.readString(log(run), StandardCharsets.UTF_8).contains("\nrun " + run)) {
      assertTrue(System.nanoTime() < end, "no run began: " + Files.readString(log(run)));
      Thread.sleep(5);
    }
  }

  private static void finish(Process child, Path run) throws Exception {
    try {
      assertTrue(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the run does not end");
      assertEquals(0, child.exitValue(), Files.readString(log(run)));
    } finally {
      child.destroyForcibly();
    }
  }
}

package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.io.SimulatedDisk.Failing;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.kernels.files.FileLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointStoreTest {
  @TempDir Path temp;
  private Path dir;

  @BeforeEach
  void chooseFolder() {
    dir = temp.resolve("checkpoints");
  }

  private static StateMap state(long step) {
    var state = new StateMap();
    state.put("model.w", HostTensor.of(new float[] {step, step + 0.5f}, 2));
    state.putLong("loader.cursor", step * 10);
    return state;
  }

  private static String file(long step) {
    return String.format("step-%018d.safetensors", step);
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(dir)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static void flip(Path file, int fromEnd) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - fromEnd] ^= 4;
    Files.write(file, bytes);
  }

  @Test
  void newestIsFoundOlderOnesAreKeptAndDropped() throws IOException {
    var store = CheckpointStore.open(dir, 2);
    assertTrue(store.loadNewest(s -> { }).isEmpty());
    assertFalse(Files.exists(dir), "opening and looking make nothing");
    for (long step : new long[] {9, 10, 100}) {
      assertEquals(dir.resolve(file(step)), store.save(step, state(step)));
      store.saveBest(step / 2, state(step / 2));
    }
    assertEquals(List.of("best.safetensors", "manifest.json", file(10), file(100)), names());
    var notes = new ArrayList<String>();
    var saved = CheckpointStore.open(dir).loadNewest(notes::add).orElseThrow();
    assertEquals(100, saved.step());
    assertEquals(state(100), saved.state());
    assertEquals(dir.resolve(file(100)), saved.file());
    assertEquals(List.of(), notes);
    assertEquals(50, store.loadBest().orElseThrow().step());
    assertEquals(state(50), store.loadBest().orElseThrow().state());
  }

  @Test
  void damagedNewestIsSkippedByName() throws IOException {
    var store = CheckpointStore.open(dir, 2);
    store.save(1, state(1));
    store.save(2, state(2));
    flip(dir.resolve(file(2)), 3);
    var notes = new ArrayList<String>();
    var saved = store.loadNewest(notes::add).orElseThrow();
    assertEquals(state(1), saved.state());
    assertEquals(List.of("skipped [checkpoint] " + dir.resolve(file(2))
        + " is damaged: its SHA-256 is not the one written in it; the CRC32C is wrong for model.w"), notes);
    // The run goes on from 1; when it saves 2 again all is as it should be.
    store.save(2, state(2));
    notes.clear();
    assertEquals(2, store.loadNewest(notes::add).orElseThrow().step());
    assertEquals(List.of(), notes);
  }

  @Test
  void whenNoneIsWholeTheErrorSaysWhyForEach() throws IOException {
    var store = CheckpointStore.open(dir, 2);
    store.save(1, state(1));
    store.save(2, state(2));
    flip(dir.resolve(file(2)), 3);
    Files.write(dir.resolve(file(1)), new byte[5]);
    var e = assertThrows(FormatException.class, () -> store.loadNewest(s -> { }));
    String start = "[checkpoint] no usable checkpoint in " + dir + ": skipped [checkpoint] " + dir.resolve(file(2));
    assertTrue(e.getMessage().startsWith(start), e.getMessage());
    assertTrue(e.getMessage().contains(dir.resolve(file(1)) + ": the file has 5 bytes"), e.getMessage());
  }

  @Test
  void missingFilesManifestsAndRenamedFilesAreTold() throws IOException {
    var store = CheckpointStore.open(dir, 3);
    for (long step = 1; step <= 3; step++) {
      store.save(step, state(step));
    }
    Files.move(dir.resolve(file(3)), dir.resolve(file(7)));
    var notes = new ArrayList<String>();
    assertEquals(2, store.loadNewest(notes::add).orElseThrow().step());
    assertEquals(List.of("[checkpoint] " + dir.resolve(file(3)) + " is the newest by manifest.json, but is missing",
        "skipped [checkpoint] " + dir.resolve(file(7)) + " holds step 3: was it renamed?"), notes);
    Files.delete(dir.resolve(file(7)));
    Files.delete(dir.resolve("manifest.json"));
    notes.clear();
    assertEquals(2, store.loadNewest(notes::add).orElseThrow().step());
    assertEquals(List.of("[checkpoint] " + dir.resolve("manifest.json") + " is missing: looking at the files themselves"), notes);
    for (String broken : List.of("", "{}", "[]", "{\"format\":\"mien-checkpoints\",\"version\":2,\"newest\":{}}",
        "{\"format\":\"mien-checkpoints\",\"version\":1,\"newest\":{\"file\":\"../../etc/passwd\",\"sha256\":\"\"}}")) {
      Files.writeString(dir.resolve("manifest.json"), broken);
      notes.clear();
      assertEquals(2, store.loadNewest(notes::add).orElseThrow().step(), broken);
      assertEquals(1, notes.size(), notes.toString());
      assertTrue(notes.getFirst().startsWith("[checkpoint] " + dir.resolve("manifest.json") + " is of no use"), notes.toString());
    }
    Files.delete(dir.resolve(file(1)));
    Files.delete(dir.resolve(file(2)));
    assertThrows(FormatException.class, () -> store.loadNewest(s -> { }));
  }

  @Test
  void aContinuationFromAnOlderStepReplacesTheLaterOnes() throws IOException {
    var store = CheckpointStore.open(dir, 2);
    for (long step = 1; step <= 5; step++) {
      store.save(step, state(step));
    }
    store.save(3, state(33));
    assertEquals(List.of("manifest.json", file(3)), names());
    assertEquals(state(33), store.loadNewest(s -> { }).orElseThrow().state());
  }

  @Test
  void damagedBestIsAnError() throws IOException {
    var store = CheckpointStore.open(dir);
    assertTrue(store.loadBest().isEmpty());
    store.saveBest(4, state(4));
    flip(dir.resolve("best.safetensors"), 1);
    assertThrows(FormatException.class, store::loadBest);
  }

  @Test
  void badArgumentsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> CheckpointStore.open(dir, 0));
    assertThrows(IllegalArgumentException.class, () -> CheckpointStore.open(dir).save(-1, state(1)));
    assertFalse(Files.exists(dir));
  }

  /** Where in the log each save ended, so that a crash knows what was promised. */
  private record Promise(int calls, long newest, long best) {}

  @Test
  void everyPowerCutLeavesTheOldOrTheNewCheckpoint() throws IOException {
    Files.createDirectories(dir);
    var disk = new SimulatedDisk(dir);
    int states = cutPowerEverywhere(disk, disk);
    System.getLogger("test").log(System.Logger.Level.INFO, disk.calls() + " calls, " + states + " states after a power cut");
    assertTrue(states > 100, states + " states");
  }

  /** The simulation must be able to fail: it does for a writer that leaves out either force. */
  @ParameterizedTest
  @EnumSource(Forgetful.Step.class)
  void thePowerCutsCatchAWriterThatForgetsToForce(Forgetful.Step forgotten) throws IOException {
    Files.createDirectories(dir);
    var disk = new SimulatedDisk(dir);
    assertThrows(AssertionError.class, () -> cutPowerEverywhere(disk, new Forgetful(disk, forgotten)));
  }

  /**
   * Saves through {@code layer}, cuts the power after each call that reached {@code disk}, and counts the states that were tried.
   */
  private int cutPowerEverywhere(SimulatedDisk disk, FileLayer layer) throws IOException {
    var promises = new ArrayList<Promise>();
    promises.add(new Promise(0, 0, 0));
    var store = CheckpointStore.open(layer, dir, 1);
    for (long step = 1; step <= 4; step++) {
      store.save(step, state(step));
      promises.add(new Promise(disk.calls(), step, promises.getLast().best()));
      if (step % 2 == 0) {
        store.saveBest(step, state(step));
        promises.add(new Promise(disk.calls(), step, step));
      }
    }
    var crash = Files.createDirectory(temp.resolve("crash"));
    int[] states = {0};
    for (int calls = 0; calls <= disk.calls(); calls++) {
      int prefix = calls;
      var promised = promises.stream().filter(p -> p.calls() <= prefix).toList().getLast();
      var coming = promises.stream().filter(p -> p.calls() > prefix).findFirst().orElse(promised);
      var seen = new HashSet<String>();
      disk.crashStates(calls, files -> {
        if (seen.add(key(files))) {
          states[0]++;
          checkAfterCrash(crash, files, promised, coming, "after " + prefix + " calls: " + files.keySet());
        }
      });
    }
    return states[0];
  }

  /** Leaves out one kind of force. */
  private record Forgetful(FileLayer disk, Step forgotten) implements FileLayer {
    enum Step { FILE, DIRECTORY }

    @Override
    public Output create(Path file) throws IOException {
      var output = disk.create(file);
      return new Output() {
        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
          output.write(data, offset, length);
        }

        @Override
        public void force() throws IOException {
          if (forgotten != Step.FILE) {
            output.force();
          }
        }

        @Override
        public void close() throws IOException {
          output.close();
        }
      };
    }

    @Override
    public void move(Path source, Path target) throws IOException {
      disk.move(source, target);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      if (forgotten != Step.DIRECTORY) {
        disk.forceDirectory(directory);
      }
    }

    @Override
    public void delete(Path file) throws IOException {
      disk.delete(file);
    }
  }

  private static String key(Map<String, byte[]> files) {
    var key = new StringBuilder();
    files.forEach((name, bytes) -> key.append(name).append(Arrays.hashCode(bytes)).append(' '));
    return key.toString();
  }

  private static void checkAfterCrash(Path crash, Map<String, byte[]> files, Promise promised, Promise coming, String where) {
    try {
      try (var old = Files.list(crash)) {
        for (Path file : old.toList()) {
          Files.delete(file);
        }
      }
      for (var f : files.entrySet()) {
        Files.write(crash.resolve(f.getKey()), f.getValue());
      }
      var notes = new ArrayList<String>();
      var store = CheckpointStore.open(crash, 1);
      var newest = store.loadNewest(notes::add);
      long step = newest.map(CheckpointStore.Saved::step).orElse(0L);
      assertTrue(step == promised.newest() || step == coming.newest(), () -> where + " gave step " + step);
      newest.ifPresent(saved -> assertEquals(state(step), saved.state(), where));
      assertTrue(notes.stream().allMatch(n -> n.contains("manifest.json")), () -> where + " skipped a file: " + notes);
      var best = store.loadBest();
      long bestStep = best.map(CheckpointStore.Saved::step).orElse(0L);
      assertTrue(bestStep == promised.best() || bestStep == coming.best(), () -> where + " gave best " + bestStep);
      best.ifPresent(saved -> assertEquals(state(bestStep), saved.state(), where));
      try (var left = Files.list(crash)) {
        assertTrue(left.noneMatch(p -> p.toString().endsWith("mien-tmp")), () -> where + " left temp files");
      }
    } catch (IOException | MienException e) {
      throw new AssertionError(where, e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whicheverCallFailsTheOldOrTheNewCheckpointLoads(Failing.Mode mode) throws IOException {
    int total = countCalls();
    assertTrue(total >= 15, total + " calls");
    for (int failAt = 1; failAt <= total; failAt++) {
      String where = mode + " at call " + failAt;
      dir = temp.resolve("fail" + failAt);
      CheckpointStore.open(new Failing(0, mode), dir, 1).save(1, state(1));
      var disk = new Failing(failAt, mode);
      var e = assertThrows(MienException.class, () -> saveTwo(disk), where);
      assertSame(disk.thrown(), e.getCause(), where);
      var reopened = CheckpointStore.open(dir, 1);
      assertTrue(names().stream().noneMatch(n -> n.endsWith("mien-tmp")), where + " left " + names());
      var notes = new ArrayList<String>();
      var saved = reopened.loadNewest(notes::add).orElseThrow();
      assertTrue(saved.step() == 1 || saved.step() == 2, where);
      assertEquals(state(saved.step()), saved.state(), where);
      assertEquals(List.of(), notes, where);
      CheckpointStore.open(new Failing(0, mode), dir, 1).save(3, state(3));
      assertEquals(List.of("manifest.json", file(3)), names().stream().filter(n -> !n.startsWith("best")).toList(), where);
    }
  }

  private int countCalls() {
    var disk = new Failing(0, Failing.Mode.IO_ERROR_ONCE);
    CheckpointStore.open(disk, dir, 1).save(1, state(1));
    int before = disk.calls();
    var store = CheckpointStore.open(disk, dir, 1);
    store.save(2, state(2));
    store.saveBest(2, state(2));
    return disk.calls() - before;
  }

  private void saveTwo(Failing disk) {
    var store = CheckpointStore.open(disk, dir, 1);
    store.save(2, state(2));
    store.saveBest(2, state(2));
  }
}

package dev.mien.kernels.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path dir;

  private List<String> names() throws IOException {
    try (var entries = Files.list(dir)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplaces() throws IOException {
    var file = dir.resolve("a.txt");
    AtomicFiles.writeString(file, "one");
    AtomicFiles.writeString(file, "zwölf");
    assertEquals("zwölf", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void bufferingKeepsEveryByteInOrder() throws IOException {
    var file = dir.resolve("a.bin");
    var expected = new byte[300_000];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) (i * 31 + i / 257);
    }
    AtomicFiles.write(file, out -> {
      int at = 0;
      for (int piece = 1; at < expected.length; piece = piece * 3 % 99_991) {
        int n = Math.min(piece, expected.length - at);
        if (n == 1) {
          out.write(expected[at]);
        } else {
          out.write(expected, at, n);
        }
        at += n;
      }
      out.close(); // a wrapper around the stream may do this
    });
    assertTrue(Arrays.equals(expected, Files.readAllBytes(file)));
  }

  @Test
  void aFailingWriterLeavesTheOldFileAndNoTemp() throws IOException {
    var file = dir.resolve("a.txt");
    AtomicFiles.writeString(file, "old");
    var mine = new IllegalStateException("mine");
    assertSame(mine, assertThrows(IllegalStateException.class, () -> AtomicFiles.write(file, out -> {
      out.write(new byte[100_000]);
      throw mine;
    })));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.txt"), names());
  }

  @Test
  void stepsComeInTheOnlySafeOrder() throws IOException {
    var log = new ArrayList<String>();
    AtomicFiles.write(new RecordingLayer(log), dir.resolve("a.txt"), out -> out.write("x".getBytes(StandardCharsets.UTF_8)));
    assertEquals(List.of("create", "write", "force", "close", "move", "forceDirectory"), log);
  }

  @Test
  void anInterruptedThreadStillWritesAndStaysInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    AtomicFiles.writeString(dir.resolve("a.txt"), "kept");
    assertTrue(Thread.interrupted());
    assertEquals("kept", Files.readString(dir.resolve("a.txt")));
  }

  @Test
  void missingDirectoryIsAnErrorAndNothingIsMade() throws IOException {
    assertThrows(NoSuchFileException.class, () -> AtomicFiles.writeString(dir.resolve("no/a.txt"), "x"));
    assertEquals(List.of(), names());
  }

  @Test
  void tempsOfDeadRunsAreCleanedOthersStay() throws IOException {
    long self = ProcessHandle.current().pid();
    long start = ProcessHandle.current().info().startInstant().orElseThrow().getEpochSecond();
    var parent = ProcessHandle.current().parent().orElseThrow();
    long parentStart = parent.info().startInstant().orElseThrow().getEpochSecond();
    var stale = List.of(".a.999999999-1-1.mien-tmp", ".a." + self + "-" + start + "-999999.mien-tmp",
        ".b." + parent.pid() + "-" + (parentStart - 1000) + "-1.mien-tmp");
    var kept = List.of(".a." + parent.pid() + "-" + parentStart + "-1.mien-tmp", "a.999999999-1-1.mien-tmp", ".a.mien-tmp", "a");
    for (var name : stale) {
      Files.createFile(dir.resolve(name));
    }
    for (var name : kept) {
      Files.createFile(dir.resolve(name));
    }
    AtomicFiles.write(dir.resolve("open"), out -> {
      out.write(1);
      var removed = AtomicFiles.cleanStale(dir).stream().map(p -> p.getFileName().toString()).sorted().toList();
      assertEquals(stale.stream().sorted().toList(), removed);
    });
    var expected = new ArrayList<>(kept);
    expected.add("open");
    assertEquals(expected.stream().sorted().toList(), names());
    assertEquals(List.of(), AtomicFiles.cleanStale(dir.resolve("absent")));
  }

  private record RecordingLayer(List<String> log) implements FileLayer {
    @Override
    public Output create(Path file) throws IOException {
      log.add("create");
      var real = SYSTEM.create(file);
      return new Output() {
        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
          log.add("write");
          real.write(data, offset, length);
        }

        @Override
        public void force() throws IOException {
          log.add("force");
          real.force();
        }

        @Override
        public void close() throws IOException {
          log.add("close");
          real.close();
        }
      };
    }

    @Override
    public void move(Path source, Path target) throws IOException {
      log.add("move");
      SYSTEM.move(source, target);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      log.add("forceDirectory");
      SYSTEM.forceDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
      log.add("delete");
      SYSTEM.delete(file);
    }
  }
}

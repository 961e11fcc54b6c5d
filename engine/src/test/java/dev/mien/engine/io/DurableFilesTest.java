package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  @TempDir Path dir;

  @Test
  void writesReadsAndLimits() {
    var file = dir.resolve("a.txt");
    DurableFiles.writeString(file, "größe");
    assertEquals("größe", new String(DurableFiles.read(file, 7), StandardCharsets.UTF_8));
    assertEquals("[files] " + file + " is larger than the 6 bytes that such a file may have",
        assertThrows(FormatException.class, () -> DurableFiles.read(file, 6)).getMessage());
    DurableFiles.write(file, out -> out.write(new byte[] {1, 2}));
    assertArrayEquals(new byte[] {1, 2}, DurableFiles.read(file, 100));
  }

  @Test
  void theOriginalExceptionIsTheCause() throws IOException {
    var file = dir.resolve("a.txt");
    Files.writeString(file, "old");
    var full = new IOException("No space left on device");
    var e = assertThrows(MienException.class, () -> DurableFiles.write(file, out -> {
      throw full;
    }));
    assertEquals("[files] could not write " + file + ": No space left on device", e.getMessage());
    assertSame(full, e.getCause());
    assertEquals("old", Files.readString(file));
  }

  @Test
  void staleTempsAreCleaned() throws IOException {
    var stale = Files.createFile(dir.resolve(".a.txt.999999999-1-1.mien-tmp"));
    assertEquals(List.of(stale), DurableFiles.cleanStale(dir));
    assertEquals(List.of(), DurableFiles.cleanStale(dir.resolve("absent")));
    assertThrows(MienException.class, () -> DurableFiles.cleanStale(Files.createFile(dir.resolve("file"))));
  }
}

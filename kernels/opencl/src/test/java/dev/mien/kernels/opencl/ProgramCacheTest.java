package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs are kept on disk, and nothing there can break a run. */
class ProgramCacheTest {
  private static final String PROPERTY = "mien.opencl.cache";

  @TempDir
  Path folder;

  @BeforeEach
  void device() {
    OpenClTests.assume();
    System.setProperty(PROPERTY, folder.resolve("cache").toString());
  }

  @AfterEach
  void clear() {
    System.clearProperty(PROPERTY);
    Faults.disarm();
  }

  /** Runs a kernel; answers the calls that it made. */
  private static List<String> run() {
    Faults.record();
    try (var device = OpenClTests.plain()) {
      var y = device.allocate(ElementType.REAL, Kind.PLAIN, 5);
      device.fill(y, 3);
      float[] values = new float[5];
      device.download(y, values);
      assertEquals(3, values[4]);
    }
    return Faults.disarm();
  }

  private Path entry() throws IOException {
    try (var files = Files.list(folder.resolve("cache"))) {
      return files.reduce((a, b) -> {
        throw new AssertionError("more than one file: " + a + ", " + b);
      }).orElseThrow();
    }
  }

  @Test
  void theSecondRunTakesTheBinary() throws IOException {
    assertTrue(run().contains("clCreateProgramWithSource"));
    entry();
    var calls = run();
    assertTrue(calls.contains("clCreateProgramWithBinary"));
    assertFalse(calls.contains("clCreateProgramWithSource"));
  }

  @Test
  void aDamagedFileIsBuiltAgain() throws IOException {
    run();
    byte[] bytes = Files.readAllBytes(entry());
    bytes[bytes.length / 2] ^= 1;
    Files.write(entry(), bytes);
    assertTrue(run().contains("clCreateProgramWithSource"));
    assertFalse(run().contains("clCreateProgramWithSource"));
    Files.write(entry(), new byte[3]);
    assertTrue(run().contains("clCreateProgramWithSource"));
  }

  @Test
  void aBinaryThatTheDriverRefusesIsBuiltAgain() {
    run();
    Faults.arm("clCreateProgramWithBinary", 0, -42);
    try (var device = OpenClTests.plain()) {
      device.fill(device.allocate(ElementType.REAL, Kind.PLAIN, 5), 3);
    }
  }

  @Test
  void aFolderThatCannotBeMadeMeansNoCache() throws IOException {
    Files.createFile(folder.resolve("cache"));
    assertTrue(run().contains("clCreateProgramWithSource"));
    System.setProperty(PROPERTY, "");
    assertTrue(run().contains("clCreateProgramWithSource"));
  }
}

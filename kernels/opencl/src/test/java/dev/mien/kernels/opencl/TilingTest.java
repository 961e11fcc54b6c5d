package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.opencl.Tiling.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice of tiles: the rule, the tuner's findings, the file that keeps them. */
class TilingTest {
  private static final Product SHAPE = new Product("gemm", 512, 512, 100, 1);
  private static final Product NEAR = new Product("gemm", 300, 400, 65, 1);
  private static final Product OTHER = new Product("conv_forward", 512, 512, 100, 1);

  @TempDir
  Path folder;

  @BeforeEach
  void device() {
    OpenClTests.assume();
    System.setProperty("mien.opencl.cache", folder.toString());
  }

  @AfterEach
  void clear() {
    System.clearProperty("mien.opencl.cache");
  }

  private static Tiling tiling() {
    return new Tiling(ClDevice.all().getFirst());
  }

  @Test
  void whatWasChosenIsFoundAgain() throws IOException {
    var first = tiling();
    int rule = first.each(SHAPE);
    int other = rule == 2 ? 4 : 2;
    first.choose(SHAPE, other);
    assertEquals(other, first.each(NEAR));
    assertEquals(rule, first.each(OTHER));
    var file = first.write();
    assertEquals(other, tiling().each(SHAPE));
    assertEquals(rule, tiling().each(OTHER));
    String text = Files.readString(file);
    for (String damaged : new String[] {"", "{", text.replace(": " + other, ": 7"), text.substring(0, text.length() / 2)}) {
      Files.writeString(file, damaged);
      assertEquals(rule, tiling().each(SHAPE), damaged);
    }
  }

  @Test
  void everyCandidateIsRanked() {
    for (var p : new Product[] {SHAPE, new Product("gemm", 3, 5, 7, 1), new Product("gemm", 4096, 4096, 4096, 64)}) {
      int[] ranked = tiling().ranked(p);
      Arrays.sort(ranked);
      assertTrue(Arrays.equals(Tiling.CANDIDATES, ranked));
    }
    assertEquals(2, tiling().ranked(new Product("gemm", 30, 30, 1000, 1))[0]);
    assertEquals(8, tiling().ranked(new Product("gemm", 4096, 4096, 4096, 64))[0]);
  }

  @Test
  void theTunerKeepsWhatItFinds() {
    try (var device = OpenClTests.plain()) {
      var found = new ArrayList<Backend.Tuned>();
      device.tune(3, found::add);
      assertFalse(found.isEmpty());
      assertTrue(found.stream().allMatch(t -> t.millis() > 0 && t.millis() <= t.defaultMillis()), found.toString());
      assertEquals(0, device.usage().lentBytes());
    }
    try (var files = Files.list(folder)) {
      assertEquals(1, files.filter(f -> f.toString().endsWith(".json")).count());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

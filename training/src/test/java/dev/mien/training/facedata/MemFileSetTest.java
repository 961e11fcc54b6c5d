package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemFileSetTest {
  private static final int SIDE = 4;

  @TempDir
  Path temp;

  /** The 8-bit value of image i, channel c (red 0), pixel p. */
  private static int sample(int image, int c, int p) {
    return (37 * image + 101 * c + 7 * p) & 0xFF;
  }

  /** Images as AdaFace stores them: planes blue, green, red of (v / 255 - 0.5) / 0.5. */
  private static byte[] planes(int from, int images) {
    var out = ByteBuffer.allocate(images * 12 * SIDE * SIDE).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < from + images; i++) {
      for (int c = 2; c >= 0; c--) {
        for (int p = 0; p < SIDE * SIDE; p++) {
          out.putFloat((sample(i, c, p) / 255f - 0.5f) / 0.5f);
        }
      }
    }
    return out.array();
  }

  private static String conf(int images) {
    return "{\"shape\": [" + images + ", 3, " + SIDE + ", " + SIDE + "], \"dtype\": \"float32\"}";
  }

  private void labels(String name, boolean... same) {
    NpyFile.write(temp.resolve(name + "_list.npy"), NpyFile.Type.BOOL, out -> out.booleans(same), same.length);
  }

  private Path set(String name, int images, boolean... same) throws IOException {
    var folder = Files.createDirectories(temp.resolve(name).resolve("memfile"));
    Files.write(folder.resolve("mem_file.dat"), planes(0, images));
    Files.writeString(folder.resolve("mem_file.dat.conf"), conf(images));
    labels(name, same);
    return folder;
  }

  private static void assertImage(int number, RgbImage image) {
    for (int p = 0; p < SIDE * SIDE; p++) {
      assertEquals(sample(number, 0, p), image.red(p % SIDE, p / SIDE));
      assertEquals(sample(number, 1, p), image.green(p % SIDE, p / SIDE));
      assertEquals(sample(number, 2, p), image.blue(p % SIDE, p / SIDE));
    }
  }

  @Test
  void imagesComeBackToTheBit() throws IOException {
    set("lfw", 6, true, false, true);
    try (var set = MemFileSet.open(temp, "lfw")) {
      assertEquals(3, set.pairs());
      assertEquals(6, set.images());
      assertTrue(set.same(0));
      assertFalse(set.same(1));
      for (int i = 0; i < 6; i++) {
        assertImage(i, set.image(i));
      }
      var planes = new float[3 * SIDE * SIDE + 1];
      set.planes(5, planes, 1);
      assertEquals((sample(5, 2, 0) / 255f - 0.5f) / 0.5f, planes[1], "blue comes first");
      assertThrows(IndexOutOfBoundsException.class, () -> set.image(6));
      assertThrows(IndexOutOfBoundsException.class, () -> set.image(-1));
    }
  }

  @Test
  void all256ValuesSurviveTheirRoundTrip() {
    for (int v = 0; v < 256; v++) {
      float stored = (v / 255f - 0.5f) / 0.5f;
      assertEquals(v, Math.round((stored + 1) * 127.5f));
    }
  }

  @Test
  void theConcatenatedFileIsCutIntoItsFiveSets() throws IOException {
    int first = 0;
    for (int s = 0; s < 5; s++) {
      var same = new boolean[s + 1];
      same[s] = true;
      labels(MemFileSet.CONCATENATED.get(s), same);
      first += 2 * (s + 1);
    }
    Files.write(temp.resolve("concat_validation_memfile"), planes(0, first));
    Files.writeString(temp.resolve("concat_validation_memfile.conf"), conf(first));
    var sets = MemFileSet.openConcatenated(temp);
    assertEquals(MemFileSet.CONCATENATED, sets.stream().map(MemFileSet::name).toList());
    assertImage(0, sets.get(0).image(0));
    assertImage(2, sets.get(1).image(0));
    assertImage(29, sets.get(4).image(9));
    assertTrue(sets.get(4).same(4));
    assertThrows(IndexOutOfBoundsException.class, () -> sets.get(1).image(4));
    sets.getFirst().close();
    labels("calfw", true);
    assertTrue(assertThrows(FormatException.class, () -> MemFileSet.openConcatenated(temp)).getMessage().contains("30 images, but"));
  }

  private void confRefused(Path folder, String conf, String says) {
    Hostile.refused(conf.getBytes(StandardCharsets.UTF_8), says, bytes -> {
      Files.write(folder.resolve("mem_file.dat.conf"), bytes);
      MemFileSet.open(temp, "lfw").close();
    });
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    var folder = set("lfw", 4, true, false);
    confRefused(folder, "", "mem_file.dat.conf");
    confRefused(folder, "[]", "does not say \"dtype\"");
    confRefused(folder, "{\"shape\": [4, 3, 4, 4]}", "does not say \"dtype\"");
    confRefused(folder, "{\"shape\": [4, 3, 4, 4], \"dtype\": \"float64\"}", "does not say \"dtype\"");
    for (var shape : List.of("[4, 3, 4]", "[4, 1, 4, 4]", "[-4, 3, 4, 4]", "[0, 3, 4, 4]", "[4, 3, 4, 40000]", "[4.0, 3, 4, 4]",
        "[4e99, 3, 4, 4]", "[99999999999999, 3, 4, 4]", "\"4\"", "{}", "[\"4\", 3, 4, 4]")) {
      confRefused(folder, "{\"shape\": " + shape + ", \"dtype\": \"float32\"}", "another shape than [N, 3, H, W]");
    }
    confRefused(folder, conf(5), "needs 960. The file is cut off");
    confRefused(folder, conf(999_999_999), "needs 191999999808");
    confRefused(folder, "[".repeat(5000), "conf");
    confRefused(folder, conf(4) + "x", "conf");
    Files.writeString(folder.resolve("mem_file.dat.conf"), conf(4));
    MemFileSet.open(temp, "lfw").close();
    labels("lfw", true);
    assertTrue(assertThrows(FormatException.class, () -> MemFileSet.open(temp, "lfw")).getMessage()
        .contains("4 images, but the labels of [lfw] are 1"));
    NpyFile.write(temp.resolve("lfw_list.npy"), NpyFile.Type.BOOL, out -> out.booleans(true, false), 2, 1);
    assertTrue(assertThrows(FormatException.class, () -> MemFileSet.open(temp, "lfw")).getMessage().contains("expected one dimension"));
    Files.delete(folder.resolve("mem_file.dat.conf"));
    labels("lfw", true, false);
    assertTrue(assertThrows(MienException.class, () -> MemFileSet.open(temp, "lfw")).getMessage().contains("conf does not exist"));
    assertTrue(assertThrows(MienException.class, () -> MemFileSet.open(temp, "cfp_fp")).getMessage().contains("cfp_fp_list.npy"));
  }

  @Test
  void valuesOutsideTheRangeAreRefused() throws IOException {
    var folder = set("lfw", 2, true);
    for (float bad : new float[] {Float.NaN, 1.5f, -2, Float.POSITIVE_INFINITY, 255}) {
      var bytes = ByteBuffer.wrap(planes(0, 2)).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(folder.resolve("mem_file.dat"), bytes.putFloat(12 * SIDE * SIDE + 8, bad).array());
      try (var set = MemFileSet.open(temp, "lfw")) {
        assertImage(0, set.image(0));
        var error = assertThrows(FormatException.class, () -> set.image(1));
        assertTrue(error.getMessage().contains("image 1 has the value " + bad), error.getMessage());
      }
    }
  }

  @Test
  void mutationsOfTheDescriptionEndInOneKindOfError() throws Exception {
    var folder = set("lfw", 2, true);
    int refused = Hostile.fuzz(36, 2_000, bytes -> {
      Files.write(folder.resolve("mem_file.dat.conf"), bytes);
      try (var set = MemFileSet.open(temp, "lfw")) {
        set.image(1);
      }
    }, conf(2).getBytes(StandardCharsets.UTF_8));
    assertTrue(refused > 1_000, "noticed " + refused);
  }
}

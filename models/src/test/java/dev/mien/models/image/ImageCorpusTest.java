package dev.mien.models.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Some 370 files by others: reference pictures, hostile JPEGs, PngSuite, EXIF orientations. */
class ImageCorpusTest {
  private static final String ARCHIVE = "image_decoders_dev/image_decoders_dev.zip";
  private static final long SLOWEST_MILLIS = 3_000;

  private static TreeMap<String, byte[]> files;

  @BeforeAll
  static void read() throws IOException {
    files = SharedData.unzip(ARCHIVE);
  }

  @Test
  void everyFileDecodesOrIsRefusedInTime() {
    int decoded = 0;
    int refused = 0;
    for (var file : files.entrySet()) {
      long start = System.nanoTime();
      try {
        assertNotNull(RgbImage.read(file.getValue(), file.getKey()));
        decoded++;
      } catch (FormatException e) {
        assertTrue(e.getMessage().startsWith(file.getKey()), e.getMessage());
        refused++;
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis < SLOWEST_MILLIS, file.getKey() + " took " + millis + " ms");
    }
    assertTrue(decoded >= 240 && refused >= 90, "decoded " + decoded + ", refused " + refused);
  }

  @Test
  void everyReferencePictureIsMatched() {
    int compared = 0;
    for (String name : files.keySet()) {
      byte[] png = name.endsWith(".jpg") ? files.get(name.replace(".jpg", ".png")) : null;
      if (png != null) {
        var expected = RgbImage.read(png, name + " reference");
        var image = RgbImage.read(files.get(name), name);
        assertTrue(TestImages.largestDifference(expected, image) <= 3, name);
        assertTrue(TestImages.meanDifference(expected, image) <= 0.25, name);
        compared++;
      }
    }
    assertTrue(compared >= 35, "compared " + compared);
  }

  @Test
  void damagedProfilesAreNoReasonToRefuse() {
    var damaged = folder("jpeg_icc/");
    assertEquals(5, damaged.size());
    damaged.forEach((name, bytes) -> assertEquals(1, RgbImage.read(bytes, name).width()));
  }

  @Test
  void orientationsLookAlike() {
    var upright = RgbImage.read(files.get("exif_orientation/Landscape_1.jpg"), "1");
    for (int i = 2; i <= 8; i++) {
      var image = RgbImage.read(files.get("exif_orientation/Landscape_" + i + ".jpg"), "" + i);
      assertEquals("RgbImage[1800 x 1200]", image.toString());
      // The files were compressed one by one, and differ by the number that is painted on them.
      var small = ImageTransforms.resize(image, 180, 120);
      double difference = TestImages.meanDifference(ImageTransforms.resize(upright, 180, 120), small);
      double mirrored = TestImages.meanDifference(ImageTransforms.resize(upright, 180, 120),
          ImageTransforms.flipHorizontal(small));
      assertTrue(difference < 3 && mirrored > 5 * difference, "orientation " + i + " differs by " + difference + ", mirrored "
          + mirrored);
    }
  }

  @Test
  void pngSuite() {
    var sizes = sizesByPillow();
    int whole = 0;
    for (var file : folder("pngsuite/").entrySet()) {
      String name = file.getKey().substring("pngsuite/".length());
      if (name.startsWith("x")) {
        assertThrows(FormatException.class, () -> RgbImage.read(file.getValue(), name), name);
      } else if (name.endsWith(".png")) {
        var image = RgbImage.read(file.getValue(), name);
        assertEquals(sizes.get(file.getKey()), image.width() + "x" + image.height(), name);
        whole++;
      }
    }
    assertTrue(whole >= 150, "whole " + whole);
  }

  @Test
  void pngsThatShowTheSameAreEqual() {
    int pairs = 0;
    for (String name : folder("pngsuite/basn").keySet()) {
      assertEquals(png(name), png(name.replace("basn", "basi")), name);
      pairs++;
    }
    for (String name : folder("pngsuite/s").keySet()) {
      if (name.matches("pngsuite/s\\d\\di3p0\\d.png")) {
        assertEquals(png(name), png(name.replace("i3p", "n3p")), name);
        pairs++;
      }
    }
    for (String split : new String[] {"2", "4", "9"}) {
      assertEquals(png("pngsuite/oi1n2c16.png"), png("pngsuite/oi" + split + "n2c16.png"));
      assertEquals(png("pngsuite/oi1n0g16.png"), png("pngsuite/oi" + split + "n0g16.png"));
    }
    assertEquals(png("pngsuite/z00n2c08.png"), png("pngsuite/z09n2c08.png"));
    assertEquals(png("pngsuite/basn6a08.png"), png("pngsuite/bgwn6a08.png"));
    assertTrue(pairs >= 30, "pairs " + pairs);
  }

  @Test
  void aSmallHeapIsEnough() throws Exception {
    var java = ProcessHandle.current().info().command().orElse("java");
    var child = new ProcessBuilder(java, "-Xmx64m", "-cp", System.getProperty("java.class.path"), DecodeAll.class.getName(),
        SharedData.find(ARCHIVE).toString()).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(child.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, child.exitValue(), output);
    assertTrue(output.contains("decoded 2"), output);
  }

  private static RgbImage png(String name) {
    return RgbImage.read(files.get(name), name);
  }

  private static Map<String, byte[]> folder(String prefix) {
    return files.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  private static Map<String, String> sizesByPillow() {
    var sizes = new TreeMap<String, String>();
    for (String line : new String(files.get("pil_results.csv"), StandardCharsets.UTF_8).split("\\R")) {
      String[] fields = line.split(",", -1);
      sizes.put(fields[0], fields[5] + "x" + fields[6]);
    }
    return sizes;
  }
}

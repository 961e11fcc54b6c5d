package dev.mien.models.image;

import static dev.mien.models.image.TestImages.chunk;
import static dev.mien.models.image.TestImages.concat;
import static dev.mien.models.image.TestImages.ihdr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {
  private static final RgbImage PICTURE = TestImages.picture(61, 45);

  @Test
  void jpegComesBackNearlyEqual() {
    for (boolean progressive : new boolean[] {false, true}) {
      var back = RgbImage.read(TestImages.jpeg(PICTURE, progressive), "a.jpg");
      assertTrue(TestImages.meanDifference(PICTURE, back) < 4, "progressive " + progressive);
    }
  }

  @Test
  void jpegEqualsTheJdksOwnConversion() throws Exception {
    byte[] file = TestImages.jpeg(TestImages.picture(160, 121), false);
    var jdk = ImageIO.read(new ByteArrayInputStream(file));
    var ours = RgbImage.read(file, "a.jpg");
    var converted = new byte[3 * 160 * 121];
    for (int i = 0; i < 160 * 121; i++) {
      int argb = jdk.getRGB(i % 160, i / 160);
      converted[3 * i] = (byte) (argb >> 16);
      converted[3 * i + 1] = (byte) (argb >> 8);
      converted[3 * i + 2] = (byte) argb;
    }
    assertEquals(RgbImage.ofPixels(160, 121, converted), ours);
  }

  @Test
  void pngComesBackEqual(@TempDir Path folder) throws Exception {
    var file = folder.resolve("a.png");
    Files.write(file, TestImages.png(PICTURE.toBufferedImage()));
    assertEquals(PICTURE, RgbImage.read(file));
  }

  @Test
  void greyIsTakenAsItIs() {
    var grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 256; x++) {
      grey.getRaster().setSample(x, 0, 0, x);
    }
    for (var image : new RgbImage[] {RgbImage.read(TestImages.png(grey), "grey.png"), RgbImage.of(grey)}) {
      for (int x = 0; x < 256; x++) {
        assertEquals(x, image.red(x, 0));
        assertEquals(x, image.green(x, 0));
        assertEquals(x, image.blue(x, 0));
      }
    }
    var jpeg = RgbImage.read(TestImages.greyJpeg(32, 8), "grey.jpg");
    assertEquals(40 + 150 * 31 / 32, jpeg.green(31, 4), 3);
  }

  @Test
  void transparencyIsOverWhite() {
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00112233);
    image.setRGB(1, 0, 0xFF112233);
    image.setRGB(2, 0, 0x80FF0000);
    for (var rgb : new RgbImage[] {RgbImage.read(TestImages.png(image), "alpha.png"), RgbImage.of(image)}) {
      assertEquals(RgbImage.ofPixels(3, 1, new byte[] {-1, -1, -1, 0x11, 0x22, 0x33, -1, 127, 127}), rgb);
    }
    byte[] keyed = concat(TestImages.PNG_SIGNATURE, ihdr(2, 1, 8, 2, 0), chunk("tRNS", new byte[] {0, 9, 0, 8, 0, 7}),
        chunk("IDAT", TestImages.deflate(new byte[] {0, 9, 8, 7, 9, 8, 6})), chunk("IEND"));
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {-1, -1, -1, 9, 8, 6}), RgbImage.read(keyed, "key.png"));
  }

  @Test
  void sixteenBitsAreRounded() {
    byte[] raw = {0, 0, 0, 0, (byte) 128, 0, (byte) 129, (byte) 255, (byte) 255};
    byte[] file = concat(TestImages.PNG_SIGNATURE, ihdr(4, 1, 16, 0, 0), chunk("IDAT", TestImages.deflate(raw)), chunk("IEND"));
    var image = RgbImage.read(file, "deep.png");
    assertEquals(0, image.red(0, 0));
    assertEquals(0, image.red(1, 0));
    assertEquals(1, image.red(2, 0));
    assertEquals(255, image.red(3, 0));
  }

  @Test
  void everyOrientationIsUndone() {
    var wide = TestImages.picture(64, 32);
    for (int orientation = 1; orientation <= 8; orientation++) {
      var stored = store(wide, orientation);
      for (boolean little : new boolean[] {true, false}) {
        byte[] exif = TestImages.exif(orientation, little);
        byte[] png = TestImages.png(stored.toBufferedImage());
        byte[] withExif = concat(Arrays.copyOf(png, 33), chunk("eXIf", Arrays.copyOfRange(exif, 6, exif.length)),
            Arrays.copyOfRange(png, 33, png.length));
        assertEquals(wide, RgbImage.read(withExif, "o.png"), "orientation " + orientation);
        var jpeg = RgbImage.read(TestImages.withSegment(TestImages.jpeg(stored, false), 0xE1, exif), "o.jpg");
        assertTrue(TestImages.meanDifference(wide, jpeg) < 4, "orientation " + orientation);
      }
    }
  }

  /** By the words of the EXIF standard: what lies at the 0th row and column of the stored picture. */
  private static RgbImage store(RgbImage upright, int orientation) {
    boolean turned = orientation >= 5;
    int width = turned ? upright.height() : upright.width();
    int height = turned ? upright.width() : upright.height();
    var out = new byte[3 * width * height];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int right = upright.width() - 1;
        int below = upright.height() - 1;
        int x = switch (orientation) {
          case 1, 4 -> column;
          case 2, 3 -> right - column;
          case 5, 8 -> row;
          default -> right - row;
        };
        int y = switch (orientation) {
          case 1, 2 -> row;
          case 3, 4 -> below - row;
          case 5, 6 -> column;
          default -> below - column;
        };
        int o = 3 * (row * width + column);
        out[o] = (byte) upright.red(x, y);
        out[o + 1] = (byte) upright.green(x, y);
        out[o + 2] = (byte) upright.blue(x, y);
      }
    }
    return RgbImage.ofPixels(width, height, out);
  }

  @Test
  void damagedRemarksAreNoReasonToRefuse() {
    byte[] file = TestImages.jpeg(PICTURE, false);
    var expected = RgbImage.read(file, "a.jpg");
    byte[] exif = TestImages.exif(6, true);
    exif[10] = 127;
    byte[] icc = "ICC_PROFILE\0\7\3nonsense".getBytes(StandardCharsets.ISO_8859_1);
    byte[] cut = Arrays.copyOf(TestImages.exif(6, true), 15);
    for (byte[] damaged : new byte[][] {
        TestImages.withSegment(file, 0xE1, exif), TestImages.withSegment(file, 0xE2, icc),
        TestImages.withSegment(file, 0xE1, cut),
        TestImages.withSegment(file, 0xE1, TestImages.exif(9, false)), TestImages.withSegment(file, 0xFE, new byte[60_000]),
        concat(file, new byte[500])}) {
      assertEquals(expected, RgbImage.read(damaged, "a.jpg"));
    }
  }

  @Test
  void motionJpegWithoutTablesIsDecoded() {
    byte[] file = TestImages.jpeg(PICTURE, false);
    int tables = TestImages.find(file, 0xC4);
    byte[] stripped = file;
    while (tables >= 0) {
      int length = (stripped[tables + 2] & 0xFF) << 8 | stripped[tables + 3] & 0xFF;
      stripped = concat(Arrays.copyOf(stripped, tables), Arrays.copyOfRange(stripped, tables + 2 + length, stripped.length));
      int scan = TestImages.find(stripped, 0xDA);
      tables = -1;
      for (int i = 0; i < scan; i++) {
        tables = stripped[i] == (byte) 0xFF && stripped[i + 1] == (byte) 0xC4 ? i : tables;
      }
    }
    assertTrue(stripped.length < file.length - 400);
    assertEquals(RgbImage.read(file, "a.jpg"), RgbImage.read(stripped, "frame.jpg"));
  }

  @Test
  void missingEndMarkerIsForgivenWhenEveryRowIsThere() {
    byte[] file = TestImages.jpeg(PICTURE, false);
    assertEquals(RgbImage.read(file, "a.jpg"), RgbImage.read(Arrays.copyOf(file, file.length - 2), "a.jpg"));
  }

  @Test
  void truncatedSequentialJpegIsRefusedAndProgressiveMayLoseSharpness() {
    byte[] baseline = TestImages.jpeg(TestImages.picture(200, 160), false);
    var error = assertThrows(FormatException.class,
        () -> RgbImage.read(Arrays.copyOf(baseline, baseline.length * 2 / 3), "cut.jpg"));
    assertEquals("cut.jpg ends before its last row, or is damaged inside; expected a whole JPEG picture", error.getMessage());
    byte[] progressive = TestImages.jpeg(TestImages.picture(200, 160), true);
    var blurred = RgbImage.read(Arrays.copyOf(progressive, progressive.length * 2 / 3), "cut.jpg");
    assertTrue(TestImages.meanDifference(TestImages.picture(200, 160), blurred) < 12);
    int inFirstScan = TestImages.find(progressive, 0xDA) + 40;
    assertThrows(FormatException.class, () -> RgbImage.read(Arrays.copyOf(progressive, inFirstScan), "cut.jpg"));
  }

  @Test
  void messagesNameTheFileAndWhatWasFound(@TempDir Path folder) throws Exception {
    var missing = folder.resolve("none.jpg");
    assertEquals(missing + " does not exist; expected a JPEG, PNG, PGM or PPM file", message(missing));
    assertEquals(folder + " is not a regular file; expected a JPEG, PNG, PGM or PPM file", message(folder));
    assertEquals("x.jpg is empty; expected a JPEG, PNG, PGM or PPM file", message(new byte[0]));
    assertEquals("x.jpg is a GIF; expected a JPEG (FF D8), a PNG (89 50 4E 47), or a binary PGM or PPM (P5, P6)",
        message("GIF89a".getBytes(StandardCharsets.ISO_8859_1)));
    assertEquals("x.jpg declares 20000 x 20000 pixels; the limit is 16384 a side and 40000000 in all."
        + " Scale the picture down, or decode with wider limits.",
        message(concat(TestImages.PNG_SIGNATURE, ihdr(20_000, 20_000, 8, 2, 0))));
    assertTrue(message(new byte[] {'R', 'I', 'F', 'F'}).startsWith("x.jpg is a RIFF file, perhaps WebP; expected"));
    assertTrue(message(new byte[] {1, 2, 3}).startsWith("x.jpg starts with 01 02 03; expected"));
  }

  @Test
  void limitsAreTheCallers() {
    byte[] file = TestImages.png(PICTURE.toBufferedImage());
    var narrow = new ImageDecoder(new ImageDecoder.Limits(1 << 20, 61 * 45 - 1, 1000, 10, 1000));
    assertThrows(FormatException.class, () -> narrow.decode(file, "a.png"));
    assertEquals(PICTURE, new ImageDecoder(new ImageDecoder.Limits(1 << 20, 61 * 45, 61, 10, 5000)).decode(file, "a.png"));
    var short1 = new ImageDecoder(new ImageDecoder.Limits(100, 40_000_000, 1000, 10, 1000));
    assertEquals("a.png has " + file.length + " bytes; the limit for an image is 100",
        assertThrows(FormatException.class, () -> short1.decode(file, "a.png")).getMessage());
    byte[] progressive = TestImages.jpeg(PICTURE, true);
    var fewScans = new ImageDecoder(new ImageDecoder.Limits(1 << 20, 40_000_000, 1000, 3, 1000));
    assertEquals("a.jpg has more than 3 scans; that is the limit for a JPEG",
        assertThrows(FormatException.class, () -> fewScans.decode(progressive, "a.jpg")).getMessage());
  }

  @Test
  void pnm() {
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {1, 2, 3, 4, 5, 6}),
        pnm("P6\n# a comment\n2 1 # another\n255\n", 1, 2, 3, 4, 5, 6));
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {7, 7, 7, -1, -1, -1}), pnm("P5 2 1 255 ", 7, 255, 99));
    assertEquals(RgbImage.ofPixels(2, 1, new byte[] {0, 0, 0, 127, 127, 127}), pnm("P5 2\t1\r\n65535\n", 0, 128, 127, 255));
    assertEquals(RgbImage.ofPixels(3, 1, new byte[] {0, 0, 0, 85, 85, 85, -1, -1, -1}), pnm("P5 3 1 3 ", 0, 1, 9));
    for (String broken : new String[] {
        "P5", "P5 ", "P5 2", "P5 2 1", "P5 2 1 255", "P5 2 1 0 ", "P5 2 1 65536 ", "P5 0 1 255 ", "P5 -2 1 255 ",
        "P5 99999999999 1 255 ",
        "P6 2 2 255 12345678901", "P5 2 2 65535 1234567", "P5 16384 16384 255 ", "P5 2 1 255x12", "P5 # no end", "P5 2,1 255 12",
        "P4 2 1 1", "P2 2 1 255 1 2"}) {
      assertThrows(FormatException.class, () -> pnm(broken), broken);
    }
  }

  @Test
  void aLateDecodeIsGivenUp() {
    var input = new CancellableInput(new byte[1]);
    var error = assertThrows(FormatException.class, () -> Deadline.call("slow.jpg", 30, input, () -> {
      while (true) {
        input.seek(0);
        input.read();
      }
    }));
    assertTrue(error.getMessage().startsWith("slow.jpg was not decoded within 30 ms"), error.getMessage());
    assertThrows(IOException.class, input::read);
  }

  private static RgbImage pnm(String header, int... samples) {
    byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
    int start = bytes.length;
    bytes = Arrays.copyOf(bytes, start + samples.length);
    for (int i = 0; i < samples.length; i++) {
      bytes[start + i] = (byte) samples[i];
    }
    return RgbImage.read(bytes, "a.pnm");
  }

  private static String message(Path path) {
    return assertThrows(FormatException.class, () -> RgbImage.read(path)).getMessage();
  }

  private static String message(byte[] bytes) {
    return assertThrows(FormatException.class, () -> RgbImage.read(bytes, "x.jpg")).getMessage();
  }
}

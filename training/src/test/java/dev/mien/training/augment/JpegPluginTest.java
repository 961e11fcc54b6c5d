package dev.mien.training.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.models.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** This module brings TwelveMonkeys' JPEG plug-in: files that the JDK cannot decode must go to it. */
class JpegPluginTest {
  @Test
  void losslessJpegIsDecodedByThePlugin() {
    var readers = ImageIO.getImageReadersByFormatName("jpeg");
    boolean plugin = false;
    while (readers.hasNext()) {
      plugin |= !"java.desktop".equals(readers.next().getClass().getModule().getName());
    }
    assertTrue(plugin, "TwelveMonkeys' imageio-jpeg is a dependency of this module");
    var samples = new int[24 * 16];
    Arrays.setAll(samples, i -> (i * 37 + i / 24 * 11) % 200 + 20);
    var image = RgbImage.read(losslessJpeg(24, 16, samples), "lossless.jpg");
    for (int i = 0; i < samples.length; i++) {
      assertEquals(samples[i], image.red(i % 24, i / 24), "sample " + i);
      assertEquals(samples[i], image.blue(i % 24, i / 24), "sample " + i);
    }
  }

  /** One grey component, process 14 of T.81, predictor 1 (left neighbour), all difference categories coded in four bits. */
  private static byte[] losslessJpeg(int width, int height, int[] samples) {
    var out = new ByteArrayOutputStream();
    segment(out, 0xC3, 8, height >> 8, height, width >> 8, width, 1, 1, 0x11, 0);
    segment(out, 0xC4, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    segment(out, 0xDA, 1, 1, 0, 1, 0, 0);
    var bits = new StringBuilder();
    for (int i = 0; i < samples.length; i++) {
      int predicted = i == 0 ? 128 : i % width == 0 ? samples[i - width] : samples[i - 1];
      int difference = samples[i] - predicted;
      int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
      bits.append(padded(category, 4));
      bits.append(padded(difference < 0 ? difference - 1 & (1 << category) - 1 : difference, category));
    }
    while (bits.length() % 8 != 0) {
      bits.append('1');
    }
    for (int i = 0; i < bits.length(); i += 8) {
      int value = Integer.parseInt(bits.substring(i, i + 8), 2);
      out.write(value);
      if (value == 0xFF) {
        out.write(0);
      }
    }
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
    byte[] start = {(byte) 0xFF, (byte) 0xD8};
    byte[] file = Arrays.copyOf(start, 2 + out.size());
    System.arraycopy(out.toByteArray(), 0, file, 2, out.size());
    return file;
  }

  private static String padded(int value, int bits) {
    return bits == 0 ? "" : Integer.toBinaryString(1 << bits | value).substring(1);
  }

  private static void segment(ByteArrayOutputStream out, int marker, int... body) {
    out.write(0xFF);
    out.write(marker);
    out.write(body.length + 2 >> 8);
    out.write(body.length + 2);
    for (int value : body) {
      out.write(value);
    }
  }
}

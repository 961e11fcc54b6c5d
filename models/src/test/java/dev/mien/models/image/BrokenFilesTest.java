package dev.mien.models.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class BrokenFilesTest {
  @Test
  void everyBrokenFileIsRefusedByName() {
    var files = BrokenFiles.all();
    var categories = files.keySet().stream().map(name -> name.split("/")[0]).collect(Collectors.toSet());
    assertEquals(11, categories.size(), categories::toString);
    assertTrue(files.size() >= 70, "only " + files.size());
    assertAll(files.entrySet().stream().map(file -> () -> {
      long start = System.nanoTime();
      var error = assertThrows(FormatException.class, () -> RgbImage.read(file.getValue(), file.getKey()), file.getKey());
      assertTrue(error.getMessage().startsWith(file.getKey()), error.getMessage());
      assertTrue(System.nanoTime() - start < 3_000_000_000L, file.getKey());
    }));
  }

  @Test
  void bombsAreRefusedAtOnce() {
    var bombs = BrokenFiles.bombs();
    assertEquals(10, bombs.size());
    bombs.forEach((name, bytes) -> {
      long start = System.nanoTime();
      assertThrows(FormatException.class, () -> RgbImage.read(bytes, name), name);
      assertTrue(System.nanoTime() - start < 1_000_000_000L, name);
    });
  }

  @Test
  void mutatedFilesDecodeOrAreRefused() {
    var seeds = new byte[][] {
        TestImages.jpeg(TestImages.picture(48, 40), false), TestImages.jpeg(TestImages.picture(48, 40), true),
        TestImages.greyJpeg(40, 24), TestImages.withSegment(TestImages.greyJpeg(16, 16), 0xE1, TestImages.exif(6, true)),
        storedPng(24, 20, 2), storedPng(24, 20, 6), TestImages.png(TestImages.picture(24, 20).toBufferedImage()),
        TestImages.png(new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB)),
        TestImages.png(new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_INDEXED)),
        TestImages.png(new BufferedImage(20, 20, BufferedImage.TYPE_USHORT_GRAY)),
        TestImages.png(new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_BINARY))};
    long seed = Long.getLong("seed", 20_261);
    int rounds = Integer.getInteger("mutations", 4_000);
    int[] decoded = new int[seeds.length];
    for (int i = 0; i < rounds; i++) {
      var rng = Rng.seed(seed).at(i);
      byte[] mutant = mutate(seeds[i % seeds.length], rng);
      String name = "mutant " + i + " of -Dseed=" + seed;
      try {
        var image = RgbImage.read(mutant, name);
        assertTrue((long) image.width() * image.height() <= 40_000_000, name);
        decoded[i % seeds.length]++;
      } catch (FormatException e) {
        assertTrue(e.getMessage().startsWith(name), e.getMessage());
      } catch (RuntimeException | Error e) {
        throw new AssertionError(name, e);
      }
    }
    for (int i = 0; i < seeds.length; i++) {
      int tried = rounds / seeds.length;
      assertTrue(decoded[i] > 0 && decoded[i] < tried, "seed " + i + ": " + decoded[i] + " of " + tried + " decoded");
    }
  }

  /** Not compressed, so that mutants of the samples and filters reach the decoder too. */
  private static byte[] storedPng(int width, int height, int colourType) {
    var rows = new byte[height * (1 + width * (colourType == 2 ? 3 : 4))];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (i % (rows.length / height) == 0 ? i % 5 : i);
    }
    byte[] stored = TestImages.deflate(rows, 0);
    byte[] withoutChecksum = Arrays.copyOf(stored, stored.length - 4);
    return TestImages.concat(TestImages.PNG_SIGNATURE, TestImages.ihdr(width, height, 8, colourType, 0),
        TestImages.chunk("IDAT", withoutChecksum), TestImages.chunk("IEND"));
  }

  private static byte[] mutate(byte[] file, Rng rng) {
    byte[] mutant = file.clone();
    int changes = 1 + rng.below(4, 0);
    for (int i = 0; i < changes; i++) {
      int at = 2 + rng.below(mutant.length - 2, 10L * i + 1);
      switch (rng.below(4, 10L * i + 2)) {
        case 0 -> mutant[at] = (byte) rng.below(256, 10L * i + 3);
        case 1 -> mutant[at] ^= (byte) (1 << rng.below(8, 10L * i + 3));
        case 2 -> mutant[at] = (byte) (rng.below(2, 10L * i + 3) == 0 ? 0xFF : 0);
        default -> {
          int length = Math.min(mutant.length - at, 1 + rng.below(16, 10L * i + 3));
          System.arraycopy(mutant, rng.below(mutant.length - length, 10L * i + 4), mutant, at, length);
        }
      }
    }
    // Most PNG mutants would end at their checksum; with it mended they reach the decoder.
    return mutant[0] == (byte) 0x89 && rng.below(8, 99) > 0 ? withChecksums(mutant) : mutant;
  }

  private static byte[] withChecksums(byte[] png) {
    var buffer = ByteBuffer.wrap(png);
    for (int at = 8; at + 12 <= png.length; ) {
      int length = buffer.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return png;
      }
      var crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      buffer.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
    return png;
  }
}

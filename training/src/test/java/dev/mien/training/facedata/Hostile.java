package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.util.Arrays;

/** What every reader is held to: one clear error, no other exception, little memory. */
final class Hostile {
  /** A reader under attack. */
  @FunctionalInterface
  interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  private Hostile() {}

  /** The input is refused in one line that contains {@code says}, with at most 8 times its size and 2 MiB of memory (messages of JUnit among it). */
  static void refused(byte[] bytes, String says, Reader reader) {
    long allocated = Samples.allocated(() -> {
      var error = assertThrows(FormatException.class, () -> reader.read(bytes), "expected: " + says);
      assertTrue(error.getMessage().contains(says), error.getMessage());
      assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    });
    assertTrue(allocated < 8L * bytes.length + (2 << 20), allocated + " bytes allocated for " + bytes.length);
  }

  /** Every proper beginning of a good input is refused. */
  static void truncationsAreRefused(byte[] good, Reader reader) {
    for (int length = 0; length < good.length; length++) {
      var cut = Arrays.copyOf(good, length);
      assertThrows(FormatException.class, () -> reader.read(cut), "cut to " + length);
    }
  }

  /** Random changes of good inputs end well or in a MienException; returns how many were refused. */
  static int fuzz(long seed, int rounds, Reader reader, byte[]... good) throws Exception {
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      var rng = Rng.seed(seed).at(round);
      var bytes = mutated(good[rng.below(good.length, 0)], rng);
      try {
        reader.read(bytes);
      } catch (MienException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", round " + round + ": " + e + " for " + Samples.hex(bytes), e);
      }
    }
    return refused;
  }

  private static byte[] mutated(byte[] good, Rng rng) {
    var bytes = good.clone();
    int changes = 1 + rng.below(3, 1);
    for (int c = 0; c < changes; c++) {
      int at = rng.below(bytes.length, 10L * c + 2);
      int with = rng.below(256, 10L * c + 3);
      switch (rng.below(6, 10L * c + 4)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << with % 8);
        case 2 -> bytes[at] = (byte) with;
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) (with % 2 == 0 ? 0xFF : 0));
        case 4 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int from = rng.below(bytes.length, 10L * c + 5);
          int length = Math.min(1 + with % 16, bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, Math.max(0, length));
        }
      }
    }
    return bytes;
  }
}

package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.StateMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Valid files, changed at random: the readers end in a result or in {@code FormatException}, never otherwise, and quickly. Repeat
 * with {@code -Dseed=N}, go on with {@code -Dmutations=N}.
 */
class MutationTest {
  private static final long SEED = Long.getLong("seed", 2026);
  private static final int MUTATIONS = Integer.getInteger("mutations", 100_000);
  private static final long SLOW_NANOS = 5_000_000_000L;

  private static final List<String> WORDS = List.of("{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "null", "true", "-", "0",
      "1", "9", ".", ",1", "1,", ",0", "e9", "9223372036854775807", "18446744073709551616", "4294967296", "2147483648",
      "__metadata__", "dtype", "shape", "data_offsets", "F64", "F32", "F16", "BF16", "I64", "U8", "C64", "mien.sha256", "é", "\0",
          " ", "[[[[[[[[[[");

  @TempDir Path dir;

  private byte[] safetensors() throws Exception {
    var tensors = new LinkedHashMap<String, HostTensor>();
    tensors.put("w", HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("d", HostTensor.of(new double[] {1, 2}, 2));
    tensors.put("i", HostTensor.of(new int[] {1}));
    tensors.put("b", HostTensor.of(new byte[] {1, 2, 3}, 3));
    SafeTensors.write(dir.resolve("a"), tensors, Map.of("k\"é", "v"));
    return Files.readAllBytes(dir.resolve("a"));
  }

  private byte[] checkpoint() throws Exception {
    var state = new StateMap();
    state.put("w", HostTensor.of(new float[] {1, 2, 3}, 3));
    state.putString("s", "text");
    state.putLong("l", 3);
    state.putDouble("d", 0.1);
    Checkpoint.save(dir.resolve("c"), state);
    return Files.readAllBytes(dir.resolve("c"));
  }

  @Test
  void mutatedSafetensorsEndInFormatExceptionOrReadBackAlike() throws Exception {
    String narrow = "{\"h\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]},"
        + "\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[2,10]}}";
    var seeds = List.of(safetensors(), checkpoint(), SafeTensorsTest.file(narrow, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0));
    int accepted = mutate("safetensors", seeds, MUTATIONS / 2, true, bytes -> {
      var contents = SafeTensors.read("m", bytes);
      assertTrue(contents.tensors().values().stream().mapToLong(t -> SafeTensorsPart.of("", t).sizeBytes()).sum() <= 2L * bytes.length);
      assertEquals(contents, SafeTensors.read("again", written(contents)));
    });
    assertTrue(accepted > 100, accepted + " mutants were legal: the mutations are too coarse to get past the header");
  }

  private static byte[] written(SafeTensors.Contents contents) {
    var layout = new SafeTensorsLayout(SafeTensors.parts(contents.tensors()));
    var out = new ByteArrayOutputStream();
    out.writeBytes(layout.header(contents.metadata()));
    try {
      layout.payload((name, data, length) -> out.write(data, 0, length));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  @Test
  void noMutatedCheckpointIsAccepted() throws Exception {
    byte[] valid = checkpoint();
    int accepted = mutate("checkpoint", List.of(valid), MUTATIONS / 4, true, bytes -> {
      if (Arrays.equals(bytes, valid)) {
        throw new FormatException("not changed");
      }
      CheckpointFormat.read("m", bytes);
    });
    assertEquals(0, accepted);
  }

  @Test
  void mutatedJsonIsRefusedOrWrittenAndReadAlike() throws Exception {
    String text = "{\"a\":[1.5e-3,-20,true,null,\"\\u00e9\\n😀\"],\"bé\":{\"c\":{}},\"z\":[[],[0]]}";
    int accepted = mutate("json", List.of(text.getBytes(StandardCharsets.UTF_8)), MUTATIONS / 4, false, bytes -> {
      var value = StrictJson.read("m", bytes);
      assertEquals(value, StrictJson.read("m", StrictJson.write(value)));
    });
    assertTrue(accepted > 100, accepted + " mutants were legal");
  }

  /** Shows that this search finds what it should: a reader that dies of one more extent in a shape is caught. */
  @Test
  void aPlantedBugIsFound() throws Exception {
    var seeds = List.of(safetensors());
    var caught = assertThrows(AssertionError.class, () -> mutate("canary", seeds, MUTATIONS, true, bytes -> {
      var contents = SafeTensors.read("m", bytes);
      if (contents.tensors().values().stream().anyMatch(t -> t.shape().rank() == 3)) {
        throw new IllegalStateException("planted");
      }
    }));
    assertEquals("planted", caught.getCause().getMessage());
  }

  /** Returns how many mutants the reader accepted. */
  private int mutate(String name, List<byte[]> seeds, int count, boolean hasLengthField, Consumer<byte[]> reader) {
    int accepted = 0;
    for (int i = 0; i < count; i++) {
      var rng = new Draw(Rng.seed(SEED).split(name).at(i));
      byte[] mutant = seeds.get(rng.below(seeds.size()));
      for (int n = 1 + rng.below(2) * rng.below(4); n > 0; n--) {
        mutant = change(mutant, rng);
      }
      if (hasLengthField && rng.below(4) > 0) {
        mutant = withTrueLength(mutant);
      }
      long start = System.nanoTime();
      try {
        reader.accept(mutant);
        accepted++;
      } catch (FormatException e) {
        assertTrue(e.getMessage().length() < 2_000 + mutant.length, e.getMessage());
      } catch (RuntimeException | Error e) {
        throw new AssertionError(name + " mutant " + i + " of seed " + SEED + ": " + Arrays.toString(mutant), e);
      }
      assertTrue(System.nanoTime() - start < SLOW_NANOS, name + " mutant " + i + " of seed " + SEED + " took over 5 s");
    }
    return accepted;
  }

  /**
   * Most changes move the end of the header: the length field is set to its last bracket so that they get past the first check.
   */
  private static byte[] withTrueLength(byte[] bytes) {
    for (int end = bytes.length - 1; end > 8; end--) {
      if (bytes[end] == '}') {
        while (end + 1 < bytes.length && bytes[end + 1] == ' ') {
          end++; // padding belongs to the header
        }
        byte[] fixed = bytes.clone();
        ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).putLong(end - 7);
        return fixed;
      }
    }
    return bytes;
  }

  private static byte[] change(byte[] bytes, Draw rng) {
    if (bytes.length == 0) {
      return new byte[] {(byte) rng.below(256)};
    }
    int at = rng.below(bytes.length);
    if (rng.below(2) == 0) { // half of all changes at the marks of the grammar, where they weigh more
      while (at < bytes.length - 1 && ",:[]{}\"".indexOf(bytes[at]) < 0) {
        at++;
      }
    }
    int length = Math.min(1 + rng.below(12), bytes.length - at);
    byte[] word = WORDS.get(rng.below(WORDS.size())).getBytes(StandardCharsets.UTF_8);
    return switch (rng.below(8)) {
      case 0 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << rng.below(8));
        yield flipped;
      }
      case 1 -> {
        byte[] set = bytes.clone();
        set[at] = (byte) rng.below(256);
        yield set;
      }
      case 2 -> splice(bytes, at, at + length, new byte[0]);
      case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      case 4 -> splice(bytes, at, at, word);
      case 5 -> splice(bytes, at, at + Math.min(length, word.length), word);
      case 6 -> {
        int digit = at;
        while (digit < bytes.length - 1 && !Character.isDigit(bytes[digit])) {
          digit++;
        }
        byte[] set = bytes.clone();
        set[digit] = (byte) ('0' + rng.below(10));
        yield set;
      }
      default -> Arrays.copyOf(bytes, at);
    };
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] instead) {
    return ByteBuffer.allocate(bytes.length - (to - from) + instead.length)
        .put(bytes, 0, from).put(instead).put(bytes, to, bytes.length - to).array();
  }

  /** Numbers drawn one after another. */
  private static final class Draw {
    private final Rng rng;
    private long next;

    Draw(Rng rng) {
      this.rng = rng;
    }

    int below(int bound) {
      return (int) Long.remainderUnsigned(rng.bits(next++), bound);
    }
  }
}

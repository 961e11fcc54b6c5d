package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final long SEED = Long.getLong("seed", 2026);
  private static final int FLIPS = 2_000;
  private static final int TRUNCATIONS = 500;

  @TempDir Path dir;

  /** A part with one value of each kind. */
  static final class Part implements Stateful {
    private final String name;
    float[] weight;
    byte[] pixels = {1, -1};
    int[] order = {3, 1, 2};
    String note = "größe\n";
    long step;
    double rate;
    int reads;

    Part(String name, int size, long step) {
      this.name = name;
      this.step = step;
      weight = new float[size];
      for (int i = 0; i < size; i++) {
        weight[i] = Rng.seed(step).uniform(i);
      }
      rate = Double.longBitsToDouble(0x7ff8_0000_0000_0000L | step); // a NaN whose payload must survive
    }

    @Override
    public String stateName() {
      return name;
    }

    @Override
    public void writeState(StateMap out) {
      out.put("weight", HostTensor.of(weight.clone(), weight.length));
      out.put("pixels", HostTensor.of(pixels.clone(), 2, 1));
      out.putString("note", note);
      out.put("order", HostTensor.of(order.clone(), 3));
      out.putLong("step", step);
      out.putDouble("rate", rate);
    }

    @Override
    public void readState(StateMap in) {
      reads++;
      weight = in.tensor("weight").floats();
      pixels = in.tensor("pixels").bytes();
      order = in.tensor("order").ints();
      note = in.string("note");
      step = in.longValue("step");
      rate = in.doubleValue("rate");
    }

    boolean isLike(Part other) {
      return Arrays.equals(weight, other.weight) && Arrays.equals(pixels, other.pixels) && Arrays.equals(order, other.order)
          && note.equals(other.note) && step == other.step
          && Double.doubleToRawLongBits(rate) == Double.doubleToRawLongBits(other.rate);
    }
  }

  @Test
  void partsComeBackBitForBit() {
    var model = new Part("model", 100, 7);
    var optimizer = new Part("optimizer", 9, 8);
    var file = dir.resolve("c.safetensors");
    Checkpoint.save(file, model, optimizer);
    var newModel = new Part("model", 100, 1);
    var newOptimizer = new Part("optimizer", 9, 2);
    Checkpoint.load(file, newOptimizer, newModel);
    assertTrue(newModel.isLike(model));
    assertTrue(newOptimizer.isLike(optimizer));
    var alone = new Part("model", 100, 3);
    Checkpoint.load(file, alone);
    assertTrue(alone.isLike(model));
    var renamed = new Part("x", 100, 3);
    Checkpoint.load(file, Map.of("model", renamed));
    assertTrue(renamed.isLike(model));
  }

  @Test
  void savingWhatWasLoadedGivesTheSameBytes() throws IOException {
    Checkpoint.save(dir.resolve("a"), new Part("model", 100, 7));
    var again = new Part("model", 100, 1);
    Checkpoint.load(dir.resolve("a"), again);
    Checkpoint.save(dir.resolve("b"), again);
    assertEquals(-1, Files.mismatch(dir.resolve("a"), dir.resolve("b")));
  }

  @Test
  void oneErrorListsAllThatDoesNotFitAndNothingChanges() {
    var file = dir.resolve("c.safetensors");
    var state = new StateMap();
    new Part("", 5, 1).writeState(state.sub("model."));
    state.put("model.extra", HostTensor.of(new int[4], 2, 2));
    var other = state.sub("optimizer.");
    other.put("weight", HostTensor.of(new int[9], 9));
    other.put("pixels", HostTensor.of(new byte[2], 2, 1));
    other.put("order", HostTensor.of(new int[3], 3));
    other.putLong("note", 3);
    other.putDouble("rate", 1);
    Checkpoint.save(file, state);
    var model = new Part("model", 4, 7);
    var optimizer = new Part("optimizer", 9, 8);
    var loader = new Part("loader", 9, 8);
    var e = assertThrows(FormatException.class, () -> Checkpoint.load(file, model, optimizer, loader));
    assertEquals("[checkpoint] " + file + ": [state] 6 names do not fit: model.weight is real tensor [5],"
        + " expected real tensor [4]; model.extra is unexpected (integer tensor [2, 2]);"
        + " optimizer.weight is integer tensor [9], expected real tensor [9];"
        + " optimizer.note is integer, expected string; optimizer.step is missing (integer);"
        + " the part 'loader' is missing, there are [model, optimizer]. Was it saved from the same model and settings?",
        e.getMessage());
    assertEquals(0, model.reads + optimizer.reads + loader.reads);
    assertTrue(model.isLike(new Part("model", 4, 7)));
  }

  @Test
  void partNamesMustTellPartsApart() {
    var a = new Part("model", 4, 7);
    assertThrows(IllegalArgumentException.class, () -> Checkpoint.save(dir.resolve("c"), a, new Part("model", 4, 8)));
    assertThrows(IllegalArgumentException.class, () -> Checkpoint.save(dir.resolve("c"), Map.of("a.b", a)));
    assertThrows(IllegalArgumentException.class, () -> Checkpoint.save(dir.resolve("c")));
    assertTrue(Files.notExists(dir.resolve("c")));
  }

  @Test
  void nonFiniteTensorsAreNeverSaved() {
    var file = dir.resolve("c.safetensors");
    var good = new Part("model", 4, 7);
    Checkpoint.save(file, good);
    var bad = new Part("model", 4, 7);
    bad.weight[2] = Float.NaN;
    var e = assertThrows(NonFiniteException.class, () -> Checkpoint.save(file, bad));
    assertTrue(e.getMessage().startsWith("[checkpoint] model.weight [4] holds NaN at index 2; nothing was saved."),
        e.getMessage());
    var back = new Part("model", 4, 1);
    Checkpoint.load(file, back);
    assertTrue(back.isLike(good));
  }

  private byte[] savedBytes() throws IOException {
    var file = dir.resolve("c.safetensors");
    var parts = new LinkedHashMap<String, Part>();
    parts.put("model", new Part("", 300, 7));
    parts.put("optimizer", new Part("", 40, 8));
    Checkpoint.save(file, parts);
    return Files.readAllBytes(file);
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    byte[] bytes = savedBytes();
    CheckpointFormat.read("c", bytes);
    var rng = Rng.seed(SEED).split("flips");
    for (int i = 0; i < FLIPS; i++) {
      int bit = (int) Long.remainderUnsigned(rng.bits(i), bytes.length * 8L);
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(FormatException.class, () -> CheckpointFormat.read("c", flipped), () -> "bit " + bit + " of seed " + SEED);
    }
  }

  @Test
  void everyTruncationAndEveryTailIsNoticed() throws IOException {
    byte[] bytes = savedBytes();
    var rng = Rng.seed(SEED).split("cuts");
    for (int i = 0; i < TRUNCATIONS; i++) {
      int length = i < 100 ? bytes.length - 1 - i : (int) Long.remainderUnsigned(rng.bits(i), bytes.length);
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(FormatException.class, () -> CheckpointFormat.read("c", cut), () -> "cut to " + length + " of seed " + SEED);
    }
    for (int more : new int[] {1, 8, 100}) {
      assertThrows(FormatException.class, () -> CheckpointFormat.read("c", Arrays.copyOf(bytes, bytes.length + more)));
    }
  }

  @Test
  void damageIsLocatedAndLeavesThePartsAlone() throws IOException {
    byte[] bytes = savedBytes();
    bytes[bytes.length - 1 - 2 * 2 - 3 * 4 * 2] ^= 1; // before the two parts' last tensors: pixels (bytes) and order (ints)
    var file = dir.resolve("damaged.safetensors");
    Files.write(file, bytes);
    var model = new Part("model", 300, 1);
    var e = assertThrows(FormatException.class, () -> Checkpoint.load(file, model));
    assertEquals("[checkpoint] " + file + " is damaged: its SHA-256 is not the one written in it;"
        + " the CRC32C is wrong for optimizer.weight", e.getMessage());
    assertEquals(0, model.reads);
  }

  @Test
  void changesOfTheHeaderAreToldFromThoseOfTheData() throws IOException {
    byte[] bytes = savedBytes();
    int at = indexOf(bytes, "größe");
    bytes[at] = 'G';
    assertEquals("[checkpoint] c is damaged: its SHA-256 is not the one written in it;"
        + " every tensor's CRC32C is right, so the header is what changed",
        assertThrows(FormatException.class, () -> CheckpointFormat.read("c", bytes)).getMessage());
  }

  @Test
  void otherFilesAreNoCheckpoints() {
    var file = dir.resolve("plain.safetensors");
    SafeTensors.write(file, Map.of("a", HostTensor.of(new float[2], 2)), Map.of());
    assertEquals("[checkpoint] " + file + " is no Mien checkpoint: its header does not start with a checksum",
        assertThrows(FormatException.class, () -> Checkpoint.read(file)).getMessage());
  }

  @Test
  void aCheckpointIsAPlainSafetensorsFile() throws IOException {
    savedBytes();
    var contents = SafeTensors.read(dir.resolve("c.safetensors"));
    assertEquals("1", contents.metadata().get("mien.checkpoint"));
    assertEquals(300, contents.tensors().get("model.weight").shape().dim(0));
  }

  @Test
  void onlyTheKnownVersionIsRead() {
    assertEquals("[checkpoint] c has checkpoint version 2, this Mien reads version 1", refusal("\"mien.checkpoint\":\"2\""));
    assertEquals("[checkpoint] c has checkpoint version null, this Mien reads version 1", refusal("\"s:a\":\"b\""));
  }

  @Test
  void wellSummedNonsenseIsRefused() {
    String v = "\"mien.checkpoint\":\"1\",";
    assertEquals("[checkpoint] c holds an unknown entry \"q:a\"", refusal(v + "\"q:a\":\"\""));
    assertEquals("[checkpoint] c holds an unknown entry \"c:a\"", refusal(v + "\"c:a\":\"00000000\""));
    assertEquals("[checkpoint] c holds an entry without a name", refusal(v + "\"s:\":\"\""));
    assertEquals("[checkpoint] c holds \"a\" twice", refusal(v + "\"s:a\":\"\",\"l:a\":\"1\""));
    assertEquals("[checkpoint] c holds \"01\" for the integer \"a\"", refusal(v + "\"l:a\":\"01\""));
    assertEquals("[checkpoint] c holds \"9223372036854775808\" for the integer \"a\"",
        refusal(v + "\"l:a\":\"9223372036854775808\""));
    assertEquals("[checkpoint] c holds \"1.5\" for the number \"a\"", refusal(v + "\"d:a\":\"1.5\""));
    assertEquals("[checkpoint] c holds \"3ff000000000000g\" for the number \"a\"", refusal(v + "\"d:a\":\"3ff000000000000g\""));
    assertEquals("[checkpoint] c holds \"x\" for the integer \"mien.step\"", refusal(v + "\"mien.step\":\"x\""));
  }

  /** The message for a header with the right sum and these entries after it. */
  private static String refusal(String entries) {
    byte[] bytes = SafeTensorsTest.file("{\"__metadata__\":{\"mien.sha256\":\"" + "0".repeat(64) + "\"," + entries + "}}");
    try {
      var sha = MessageDigest.getInstance("SHA-256").digest(bytes);
      byte[] digits = HexFormat.of().formatHex(sha).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(digits, 0, bytes, indexOf(bytes, "0".repeat(64)), 64);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    return assertThrows(FormatException.class, () -> CheckpointFormat.read("c", bytes)).getMessage();
  }

  private static int indexOf(byte[] bytes, String text) {
    int at = new String(bytes, StandardCharsets.ISO_8859_1)
        .indexOf(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    assertTrue(at >= 0, text);
    return at;
  }
}

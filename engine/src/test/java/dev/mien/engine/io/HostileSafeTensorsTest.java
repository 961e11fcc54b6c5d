package dev.mien.engine.io;

import static dev.mien.engine.io.SafeTensorsTest.file;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule of the format, broken once: each file is refused with its own exact message, and soon. */
class HostileSafeTensorsTest {
  private static final String ST = "[safetensors] h: ";
  private static final String JSON = "[json] h, position ";
  private static final int DEADLINE_MILLIS = 5_000;

  private record Case(String name, byte[] bytes, String message) {}

  private final List<Case> cases = new ArrayList<>();

  private void add(String name, byte[] bytes, String message) {
    cases.add(new Case(name, bytes, message));
  }

  /** A file whose length field claims what it likes. */
  private static byte[] claiming(long length, String rest) {
    byte[] text = rest.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text).array();
  }

  /** A file with one tensor {@code a}. */
  private static byte[] one(String dtype, String shape, String offsets, int dataBytes) {
    return file("{\"a\":" + tensor(dtype, shape, offsets) + "}", new int[dataBytes]);
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  private void addLengths() {
    add("empty file", new byte[0], ST + "the file has 0 bytes, the length of the header alone takes 8");
    add("7 bytes", new byte[7], ST + "the file has 7 bytes, the length of the header alone takes 8");
    add("header length 0", claiming(0, ""), ST + "the header is empty, it must be a JSON object");
    add("header length -1", claiming(-1, "{}"),
        ST + "the header claims 18446744073709551615 bytes, at most 100000000 are allowed: this is no safetensors file");
    add("header length 2^63", claiming(Long.MIN_VALUE, "{}"),
        ST + "the header claims 9223372036854775808 bytes, at most 100000000 are allowed: this is no safetensors file");
    add("header length above the cap", claiming(100_000_001, "{}"),
        ST + "the header claims 100000001 bytes, at most 100000000 are allowed: this is no safetensors file");
    add("header length at the cap, short file", claiming(100_000_000, "{}"),
        ST + "the header claims 100000000 bytes, but only 2 follow: the file was cut off");
    add("header one byte longer than the file", claiming(3, "{}"),
        ST + "the header claims 3 bytes, but only 2 follow: the file was cut off");
  }

  private void addText() {
    add("a zip", claiming(4, "PK\3\4"), ST + "the header must start with '{': this is no safetensors file");
    add("space before the header", file(" {}"), ST + "the header must start with '{': this is no safetensors file");
    add("array as header", file("[]"), ST + "the header must start with '{': this is no safetensors file");
    add("byte-order mark", file("\ufeff{}"), ST + "the header must start with '{': this is no safetensors file");
    byte[] latin = file("{\"?\":1}");
    latin[10] = (byte) 0xe9;
    add("not UTF-8", latin, "[json] h is not UTF-8: invalid byte at position 2");
    add("no end", file("{"), JSON + "1: a key is expected, but the text ends");
    add("polyglot tail", file("{}  <script>"), JSON + "4: nothing is expected after the value, found '<'");
    add("zero padding", file("{}\0\0"), JSON + "2: nothing is expected after the value, found character 0x00");
    add("trailing comma", file("{\"__metadata__\":{},}"), JSON + "19: a key is expected, found '}'");
    add("NaN as number", one("F32", "[NaN]", "[0,4]", 4), JSON + "29: a digit is expected, found 'N'");
    add("nested deeper than 8", file("{\"a\":" + "[".repeat(20)), JSON + "5: an object is expected, found '['");
    add("tensor is a number", file("{\"a\":1}"), JSON + "5: an object is expected, found '1'");
    add("tensor is null", file("{\"a\":null}"), JSON + "5: an object is expected, found 'n'");
  }

  private void addNames() {
    String t = tensor("F32", "[1]", "[0,4]");
    add("duplicate name", file("{\"a\":" + t + ",\"a\":" + t + "}", 0, 0, 0, 0), JSON + "54: duplicate key \"a\"");
    add("duplicate name by escape", file("{\"a\":" + t + ",\"\\u0061\":" + t + "}", 0, 0, 0, 0),
        JSON + "54: duplicate key \"a\"");
    add("duplicate metadata", file("{\"__metadata__\":{},\"__metadata__\":{}}"), JSON + "19: duplicate key \"__metadata__\"");
    add("duplicate metadata key", file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}"), JSON + "25: duplicate key \"k\"");
    add("metadata is a string", file("{\"__metadata__\":\"x\"}"), JSON + "16: an object is expected, found '\"'");
    add("metadata value is a number", file("{\"__metadata__\":{\"k\":1}}"), JSON + "21: a string is expected, found '1'");
    add("metadata value is an object", file("{\"__metadata__\":{\"k\":{}}}"), JSON + "21: a string is expected, found '{'");
    add("lone surrogate in a name", file("{\"\\ud800\":" + t + "}", 0, 0, 0, 0), JSON + "4: a lone surrogate is no character");
    add("10^6 names", file(manyNames(1_000_000)), ST + "more than 100000 tensors");
    add("10^6 metadata strings", file(manyStrings(1_000_000)), ST + "more than 200000 metadata strings");
  }

  private static String manyNames(int count) {
    var text = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      text.append('"').append(Integer.toString(i, 36)).append("\":").append(tensor("U8", "[0]", "[0,0]")).append(',');
    }
    return text.append("\"end\":").append(tensor("U8", "[0]", "[0,0]")).append('}').toString();
  }

  private static String manyStrings(int count) {
    var text = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i < count; i++) {
      text.append('"').append(Integer.toString(i, 36)).append("\":\"\",");
    }
    return text.append("\"end\":\"\"}}").toString();
  }

  private void addFields() {
    String a = ST + "tensor \"a\": ";
    add("no dtype", file("{\"a\":{\"shape\":[],\"data_offsets\":[0,0]}}"), a + "dtype is missing");
    add("no shape", file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}"), a + "shape is missing");
    add("no offsets", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}"), a + "data_offsets is missing");
    add("unknown field", file("{\"a\":{\"dtype\":\"F32\",\"code\":\"rm\"}}"), a + "unknown field \"code\"");
    add("duplicate field", file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\"}}"), JSON + "20: duplicate key \"dtype\"");
    add("unknown dtype", one("F33", "[1]", "[0,4]", 4), a + "unknown dtype \"F33\"");
    add("dtype in small letters", one("f32", "[1]", "[0,4]", 4), a + "unknown dtype \"f32\"");
    add("dtype is a number", file("{\"a\":{\"dtype\":32}}"), JSON + "14: a string is expected, found '3'");
    add("known dtype that Mien does not read", one("C64", "[1]", "[0,8]", 8),
        ST + "tensor \"a\" has dtype C64, Mien reads F64, F32, F16, BF16, I64, I32, U8, I8");
    add("I64 beyond int", file("{\"a\":" + tensor("I64", "[2]", "[0,16]") + "}", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80,
        0, 0, 0, 0), ST + "tensor \"a\" holds 2147483648 at index 1, Mien reads I64 only within 32 bits");
  }

  private void addShapes() {
    String a = ST + "tensor \"a\": ";
    add("2^32 x 2^32", one("F32", "[4294967296,4294967296]", "[0,4]", 4),
        a + "shape [4294967296, 4294967296] of F32 has more than 2^63 bytes");
    add("product wraps to 4", one("U8", "[4611686018427387905,4]", "[0,4]", 4),
        a + "shape [4611686018427387905, 4] of U8 has more than 2^63 bytes");
    add("elements fit, bytes overflow", one("F64", "[2305843009213693952]", "[0,4]", 4),
        a + "shape [2305843009213693952] of F64 has more than 2^63 bytes");
    add("extent beyond 2^63", one("F32", "[9223372036854775808]", "[0,4]", 4),
        JSON + "29: a 64-bit integer is expected, found 9223372036854775808");
    add("extent beyond an array", one("U8", "[0,2147483648]", "[0,0]", 0),
        a + "extent 2147483648 of shape [0, 2147483648] is beyond the 2147483639 that Mien reads");
    add("negative extent", one("F32", "[-1]", "[0,4]", 4), a + "negative number -1");
    add("two negative extents", one("F32", "[-1,-1]", "[0,4]", 4), a + "negative number -1");
    add("fraction", one("F32", "[1.0]", "[0,4]", 4), JSON + "29: a 64-bit integer is expected, found 1.0");
    add("exponent", one("F32", "[1e0]", "[0,4]", 4), JSON + "29: a 64-bit integer is expected, found 1e0");
    add("shape holds text", one("F32", "[\"1\"]", "[0,4]", 4), JSON + "29: a digit is expected, found '\"'");
    add("shape is a number", one("F32", "1", "[0,4]", 4), JSON + "28: an array is expected, found '1'");
    add("rank 9", one("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]", 4), a + "shape has more than 8 extents");
    add("shape of a million extents", one("F32", "[" + "1,".repeat(1_000_000) + "1]", "[0,4]", 4),
        a + "shape has more than 8 extents");
    add("dtype narrower than the bytes", one("F32", "[2]", "[0,16]", 16),
        a + "shape [2] of F32 has 8 bytes, but data_offsets [0, 16] hold 16");
    add("dtype wider than the bytes", one("F64", "[2]", "[0,8]", 8),
        a + "shape [2] of F64 has 16 bytes, but data_offsets [0, 8] hold 8");
  }

  private void addOffsets() {
    String a = ST + "tensor \"a\": ";
    add("offsets backwards", one("F32", "[1]", "[4,0]", 4), a + "data_offsets [4, 0] end before they begin");
    add("negative offset", one("F32", "[1]", "[-4,0]", 4), a + "negative number -4");
    add("offsets beyond the file", one("F32", "[2]", "[0,8]", 4),
        a + "data_offsets [0, 8] lie beyond the 4 bytes that follow the header");
    add("offsets one byte beyond the file", one("U8", "[5]", "[0,5]", 4),
        a + "data_offsets [0, 5] lie beyond the 4 bytes that follow the header");
    add("huge offsets", one("F32", "[1]", "[9223372036854775803,9223372036854775807]", 4),
        a + "data_offsets [9223372036854775803, 9223372036854775807] lie beyond the 4 bytes that follow the header");
    add("one offset", one("F32", "[]", "[0]", 4), a + "data_offsets has 1 numbers, expected 2");
    add("three offsets", one("F32", "[]", "[0,4,4]", 4), a + "data_offsets has more than 2 numbers");
    add("hole at the start", one("F32", "[1]", "[4,8]", 8),
        ST + "tensor \"a\" begins at 4, but the one before it ends at 0: a hole between them");
    add("trailing bytes", one("F32", "[1]", "[0,4]", 5), ST + "the tensors end at 4, but 5 bytes follow the header");
    add("data without tensors", file("{}", 1), ST + "the tensors end at 0, but 1 bytes follow the header");
    add("overlap", two("[0,4]", "[2,6]", 6), ST + "tensor \"b\" begins at 2, but the one before it ends at 4: they overlap");
    add("the same bytes twice", two("[0,4]", "[0,4]", 4),
        ST + "tensor \"b\" begins at 0, but the one before it ends at 4: they overlap");
    add("hole between", two("[0,4]", "[8,12]", 12),
        ST + "tensor \"b\" begins at 8, but the one before it ends at 4: a hole between them");
    add("hole between, listed backwards", two("[8,12]", "[0,4]", 12),
        ST + "tensor \"a\" begins at 8, but the one before it ends at 4: a hole between them");
    String empty = "{\"a\":" + tensor("F32", "[2]", "[0,8]") + ",\"e\":" + tensor("F32", "[0]", "[4,4]") + "}";
    add("empty tensor inside another", file(empty, new int[8]),
        ST + "tensor \"e\" begins at 4, but the one before it ends at 8: they overlap");
  }

  private static byte[] two(String first, String second, int dataBytes) {
    return file("{\"a\":" + tensor("F32", "[1]", first) + ",\"b\":" + tensor("F32", "[1]", second) + "}", new int[dataBytes]);
  }

  @TestFactory
  List<DynamicTest> eachIsRefusedWithItsOwnMessage() {
    addLengths();
    addText();
    addNames();
    addFields();
    addShapes();
    addOffsets();
    assertTrue(cases.size() >= 40, cases.size() + " files");
    assertEquals(cases.size(), new HashSet<>(cases.stream().map(Case::name).toList()).size());
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c))).toList();
  }

  private static void check(Case c) {
    assertTimeoutPreemptively(Duration.ofMillis(DEADLINE_MILLIS), () -> {
      var e = assertThrows(FormatException.class, () -> SafeTensors.read("h", c.bytes()));
      assertEquals(c.message(), e.getMessage());
    });
  }

  @Test
  void deepNestingIsStoppedBeforeTheStackIs() {
    var limits = new JsonLimits(1 << 20, SafeTensorsHeader.MAX_DEPTH, Long.MAX_VALUE);
    byte[] text = "[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    assertEquals("[json] h, position 9: nested deeper than 8 levels",
        assertThrows(FormatException.class, () -> StrictJson.read("h", text, limits)).getMessage());
  }

  @Test
  void unusualButLegalFilesAreRead() {
    assertTrue(SafeTensors.read("h", file("{}   ")).tensors().isEmpty());
    String backwards = "{\"b\":" + tensor("U8", "[1]", "[1,2]") + ",\"a\":" + tensor("U8", "[1]", "[0,1]") + "}";
    var unsorted = SafeTensors.read("h", file(backwards, 7, 9));
    assertEquals(List.of("b", "a"), List.copyOf(unsorted.tensors().keySet()));
    assertEquals(9, unsorted.tensors().get("b").bytes()[0]);
    var nan = SafeTensors.read("h", file("{\"n\":" + tensor("F32", "[1]", "[0,4]") + "}", 1, 0, 0xc0, 0x7f));
    assertEquals(List.of("n"), nan.nonFinite());
    String names = "{\"\":" + tensor("U8", "[]", "[0,1]") + ",\"é\\u0000\":" + tensor("U8", "[0]", "[1,1]") + "}";
    var named = SafeTensors.read("h", file(names, 5));
    assertEquals(List.of("", "é\0"), List.copyOf(named.tensors().keySet()));
  }
}

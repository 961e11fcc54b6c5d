package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(strings = {
      "null", "true", "false", "0", "-0", "1", "-12", "0.5", "-0.0", "1e5", "1E+5", "1e-7", "123456789012345678901234567890",
      "\"\"",
      "\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\u00e9\\u4e2d\\ud83d\\ude00\"", "\"é中😀\"", "\"\\u0000\"", "[]", "[ ]",
      "[1,2 , 3]",
      "[[],{},[[]]]", "{}", "{ }", "{\"a\":1}", " {\"a\" : [ true , null ] ,\n\t\"b\":{\"c\":\"d\"}\r}  ", "{\"\":0}",
      "{\"a\":1,\"A\":2}"})
  void validTextsAreReadAndWrittenAgain(String text) {
    var value = StrictJson.read("t", text);
    assertEquals(value, StrictJson.read("t", StrictJson.write(value)));
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '\'', delimiter = '|', value = {
      "''|0|a value is expected, but the text ends",
      "' '|1|a value is expected, but the text ends",
      "nul|0|'null' is expected, found 'n'",
      "True|0|a value is expected, found 'T'",
      "NaN|0|a value is expected, found 'N'",
      "Infinity|0|a value is expected, found 'I'",
      "-Infinity|1|a digit is expected, found 'I'",
      "-|1|a digit is expected, but the text ends",
      "+1|0|a value is expected, found '+'",
      "01|1|a number may not start with 0",
      "-01|2|a number may not start with 0",
      "1.|2|a digit is expected, but the text ends",
      ".5|0|a value is expected, found '.'",
      "1e|2|a digit is expected, but the text ends",
      "1e+|3|a digit is expected, but the text ends",
      "0x10|1|nothing is expected after the value, found 'x'",
      "1 2|2|nothing is expected after the value, found '2'",
      "1e400|0|1e400 is beyond the range of a double",
      "[1,]|3|a value is expected, found ']'",
      "[,1]|1|a value is expected, found ','",
      "[1|2|',' or ']' is expected, but the text ends",
      "[1 2]|3|',' or ']' is expected, found '2'",
      "[1}|2|',' or ']' is expected, found '}'",
      "]|0|a value is expected, found ']'",
      "{|1|a key is expected, but the text ends",
      "{a:1}|1|a key is expected, found 'a'",
      "{\"a\"}|4|':' after the key is expected, found '}'",
      "{\"a\":}|5|a value is expected, found '}'",
      "{\"a\":1,}|7|a key is expected, found '}'",
      "{\"a\":1 \"b\":2}|7|',' or '}' is expected, found '\"'",
      "{1:2}|1|a key is expected, found '1'",
      "{\"a\":1,\"a\":2}|7|duplicate key \"a\"",
      "{\"a\":1,\"\\u0061\":2}|7|duplicate key \"a\"",
      "\"a|2|the text ends inside a string",
      "\"\\|2|unknown escape, but the text ends",
      "\"\\x41\"|2|unknown escape, found 'x'",
      "\"\\u12g4\"|5|four hexadecimal digits are expected, found 'g'",
      "\"\\ud800\"|3|a lone surrogate is no character",
      "\"\\udc00\"|3|a lone surrogate is no character",
      "\"\\ud800\\u0041\"|3|a lone surrogate is no character",
      "\"\\udc00\\udc00\"|3|a lone surrogate is no character",
      "\"\\ud800\\ud800\"|3|a lone surrogate is no character",
      "/*c*/1|0|a value is expected, found '/'",
      "1//c|1|nothing is expected after the value, found '/'",
      "\ufeff1|0|a value is expected, found '\ufeff'"})
  void invalidTextsAreRefusedWithTheirPosition(String text, int position, String what) {
    var e = assertThrows(FormatException.class, () -> StrictJson.read("t", text));
    assertEquals("[json] t, position " + position + ": " + what, e.getMessage());
  }

  @Test
  void controlCharactersMustBeEscaped() {
    assertEquals("[json] t, position 2: a control character in a string must be escaped",
        assertThrows(FormatException.class, () -> StrictJson.read("t", "\"a\n\"")).getMessage());
    assertEquals("[json] t, position 1: a control character in a string must be escaped",
        assertThrows(FormatException.class, () -> StrictJson.read("t", "\"\0\"")).getMessage());
    assertEquals("[json] t, position 0: a value is expected, found character 0x0b",
        assertThrows(FormatException.class, () -> StrictJson.read("t", "\u000b1")).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"22ff22,1", "22c3,1", "22c322,1", "22c0af22,1", "22eda08022,1", "22f490808022,1", "228022,1", "ff,0"})
  void invalidUtf8IsRefused(String hex, int position) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertEquals("[json] t is not UTF-8: invalid byte at position " + position,
        assertThrows(FormatException.class, () -> StrictJson.read("t", bytes)).getMessage());
  }

  @Test
  void limitsHold() {
    var limits = new JsonLimits(40, 3, 5);
    StrictJson.read("t", "[[[1,2]]]".getBytes(StandardCharsets.UTF_8), limits);
    assertRefused("[json] t, position 4: nested deeper than 3 levels", "[[[[1]]]]", limits);
    assertRefused("[json] t, position 9: more than 5 values", "[1,2,3,4,5]", limits);
    assertRefused("[json] t has 41 bytes, at most 40 are read", " ".repeat(41), limits);
    assertRefused("[json] t, position 0: a number has 65 characters, at most 64 are read", "1".repeat(65), JsonLimits.DEFAULT);
    assertRefused("[json] t, position 33: nested deeper than 32 levels", "[".repeat(100_000), JsonLimits.DEFAULT);
    assertRefused("[json] t, position 161: nested deeper than 32 levels", "{\"a\":".repeat(100_000), JsonLimits.DEFAULT);
  }

  private static void assertRefused(String message, String text, JsonLimits limits) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(message, assertThrows(FormatException.class, () -> StrictJson.read("t", utf8, limits)).getMessage());
  }

  @Test
  void everyTruncationOfAValidTextIsRefused() {
    byte[] text = "{\"größe\":[1.5e-3,-20,true,null,\"\\u00e9😀\"],\"b\":{}}".getBytes(StandardCharsets.UTF_8);
    StrictJson.read("t", text);
    for (int n = 0; n < text.length; n++) {
      byte[] cut = Arrays.copyOf(text, n);
      assertThrows(FormatException.class, () -> StrictJson.read("t", cut), () -> "cut to " + cut.length);
    }
  }

  @Test
  void valuesKeepTheirTypesAndOrder() {
    var members = new LinkedHashMap<String, Object>();
    members.put("z", 1L);
    members.put("a", List.of(true, 2.5, "x"));
    members.put("m", Map.of("inner", Long.MIN_VALUE));
    members.put("f", 0.1f);
    var object = (JsonValue.Object) JsonValue.of(members);
    assertEquals("{\"z\":1,\"a\":[true,2.5,\"x\"],\"m\":{\"inner\":-9223372036854775808},\"f\":0.1}", StrictJson.write(object));
    var back = (JsonValue.Object) StrictJson.read("t", StrictJson.write(object));
    assertEquals(List.of("z", "a", "m", "f"), List.copyOf(back.members().keySet()));
    assertEquals(1, back.integer("z"));
    assertEquals(Long.MIN_VALUE, back.object("m").integer("inner"));
    assertEquals(0.1, back.real("f"));
    assertEquals("[json] member 'a' is [true,2.5,\"x\"], expected a string",
        assertThrows(FormatException.class, () -> back.string("a")).getMessage());
    assertEquals("[json] no member 'q'; there are [z, a, m, f]",
        assertThrows(FormatException.class, () -> back.get("q")).getMessage());
    assertEquals("[json] 0.1 is not a 64-bit integer",
        assertThrows(FormatException.class, () -> back.integer("f")).getMessage());
  }

  @Test
  void hugeExponentsCostNothing() {
    var number = (JsonValue.Number) StrictJson.read("t", "1e300");
    assertEquals("[json] 1e300 is not a 64-bit integer", assertThrows(FormatException.class, number::longValue).getMessage());
    var tiny = (JsonValue.Number) StrictJson.read("t", "1e-999999999");
    assertEquals(0.0, tiny.doubleValue());
    assertThrows(FormatException.class, tiny::longValue);
  }

  @Test
  void writerRefusesWhatJsonCannotSay() {
    assertThrows(IllegalArgumentException.class, () -> JsonValue.of(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> JsonValue.of(Float.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> JsonValue.of(new int[1]));
    assertThrows(IllegalArgumentException.class, () -> StrictJson.quote("a\udc00"));
    assertEquals("\"\\u0000\\u007f\\n😀\"", StrictJson.quote("\0\u007f\n😀"));
    assertTrue(StrictJson.quoteShort("😀".repeat(100)).length() < 80);
  }
}

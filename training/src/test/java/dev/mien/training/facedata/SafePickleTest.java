package dev.mien.training.facedata;

import static dev.mien.training.facedata.Samples.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SafePickleTest {
  static final byte[] PYTHON2 = hex("80 02 5d 71 00 28 55 03 ffd861 71 01 55 03 ffd862 71 02 65 5d 71 03 28 88 89 65 86 71 04 2e");
  static final byte[] PROTOCOL4 =
      hex("80 04 95 1900000000000000 5d 94 28 43 03 ffd861 94 43 03 ffd862 94 65 5d 94 28 88 89 65 86 94 2e");
  /** What CPython 3 writes for the same object with protocol 2: Latin-1 text behind _codecs.encode. */
  static final byte[] PYTHON3_PROTOCOL2 = hex("80025d710028635f636f646563730a656e636f64650a71015805000000c3bfc39861710258060000006c617469"
      + "6e31710386710452710568015805000000c3bfc3986271066803867107527108655d71092888896586710a2e");
  static final byte[] PROTOCOL5 = hex("80059519000000000000005d94284303ffd861944303ffd86294655d942888896586942e");
  /** ([b'\\xff\\xd8a', b'\\xff\\xd8b'], [np.bool_(True), False, np.int64(1), np.uint8(3)]) of numpy 2, protocols 2 and 4. */
  static final byte[] NUMPY2 = hex("80025d710028635f636f646563730a656e636f64650a71015805000000c3bfc39861710258060000006c6174696e3171038671"
      + "0452710568015805000000c3bfc3986271066803867107527108655d710928636e756d70792e5f636f72652e6d756c746961727261790a7363616c61720a71"
      + "0a636e756d70790a64747970650a710b58020000006231710c898887710d52710e284b0358010000007c710f4e4e4e4affffffff4affffffff4b0074711062"
      + "68015801000000017111680386711252711386711452711589680a680b5802000000693871168988877117527118284b0358010000003c71194e4e4e4affff"
      + "ffff4affffffff4b0074711a62680158080000000100000000000000711b680386711c52711d86711e52711f680a680b580200000075317120898887712152"
      + "7122284b03680f4e4e4e4affffffff4affffffff4b0074712362680158010000000371246803867125527126867127527128658671292e");
  static final byte[] NUMPY4 = hex("800495df000000000000005d94284303ffd861944303ffd86294655d94288c166e756d70792e5f636f72652e6d756c74696172"
      + "726179948c067363616c61729493948c056e756d7079948c0564747970659493948c02623194898887945294284b038c017c944e4e4e4affffffff4affffff"
      + "ff4b00749462430101948694529489680668098c02693894898887945294284b038c013c944e4e4e4affffffff4affffffff4b007494624308010000000000"
      + "00009486945294680668098c02753194898887945294284b03680d4e4e4e4affffffff4affffffff4b0074946243010394869452946586942e");

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Protocol 2, these opcodes, STOP. */
  static byte[] pickle(String opcodes) {
    return bytes("\u0080\u0002" + opcodes + ".");
  }

  private static void read(byte[] bytes) {
    SafePickle.read(bytes, "x.bin");
  }

  @Test
  void theExamplesOfAllWritersAreOneObject() {
    for (var example : List.of(PYTHON2, PROTOCOL4, PYTHON3_PROTOCOL2, PROTOCOL5)) {
      var pair = (List<?>) SafePickle.read(example, "x.bin");
      assertEquals(2, pair.size());
      var images = (List<?>) pair.get(0);
      assertEquals(2, images.size());
      assertArrayEquals(hex("ffd861"), (byte[]) images.get(0));
      assertArrayEquals(hex("ffd862"), (byte[]) images.get(1));
      assertEquals(List.of(true, false), pair.get(1));
    }
  }

  @Test
  void numpyScalarsAreReadWithoutNumpy() {
    for (var example : List.of(NUMPY2, NUMPY4)) {
      var pair = (List<?>) SafePickle.read(example, "x.bin");
      assertArrayEquals(hex("ffd862"), (byte[]) ((List<?>) pair.get(0)).get(1));
      assertEquals(List.of(true, false, 1L, 3L), pair.get(1));
    }
  }

  @Test
  void everyKindOfValueIsRead() {
    var list = (List<?>) SafePickle.read(pickle("(K\u00ffM\u0001\u0002J\u00fe\u00ff\u00ff\u00ffN\u0088X\u0003\0\0\0a\u00c3\u00a4"
        + "T\u0002\0\0\0xyB\u0001\0\0\0zr\u0005\u0001\0\0j\u0005\u0001\0\0\u008c\u0001q\u0085t"), "x.bin");
    assertEquals(List.of(255L, 513L, -2L), list.subList(0, 3));
    assertEquals(null, list.get(3));
    assertEquals(true, list.get(4));
    assertEquals("a\u00e4", list.get(5));
    assertArrayEquals(bytes("xy"), (byte[]) list.get(6));
    assertArrayEquals(bytes("z"), (byte[]) list.get(7));
    assertArrayEquals(bytes("z"), (byte[]) list.get(8));
    assertEquals(List.of("q"), list.get(9));
    assertThrows(UnsupportedOperationException.class, () -> list.remove(0));
  }

  private static final String ENCODE = "c_codecs\nencode\n";

  private record Attack(String what, String opcodes, String says) {}

  private static List<Attack> attacks() {
    return List.of(
        new Attack("os.system", "cos\nsystem\nU\u0009touch /tm\u0085R", "wants to import os.system"),
        new Attack("posix.system", "cposix\nsystem\nU\u0002ls\u0085R", "wants to import posix.system"),
        new Attack("eval", "c__builtin__\neval\nU\u00011\u0085R", "wants to import __builtin__.eval"),
        new Attack("exec by STACK_GLOBAL", "\u008c\u0008builtins\u008c\u0004exec\u0093", "wants to import builtins.exec"),
        new Attack("subprocess", "csubprocess\nPopen\n", "wants to import subprocess.Popen"),
        new Attack("a dotted name", "\u008c\u0005numpy\u008c\ndtype.type\u0093", "wants to import numpy.dtype.type"),
        new Attack("a name that resembles ours", "c_codecs\ndecode\n", "wants to import _codecs.decode"),
        new Attack("another function of the module", "cnumpy\nload\n", "wants to import numpy.load"),
        new Attack("control characters in a name", "c\u001b[2J\nx\n", "wants to import ?[2J.x"),
        new Attack("an endless name", "c" + "a".repeat(300), "more than 200 bytes"),
        new Attack("INST", "(U\u0002lsios\nsystem\n", "is 69"),
        new Attack("OBJ", "(o", "is 6f"),
        new Attack("NEWOBJ", ")\u0081", "is 29"),
        new Attack("EXT1", "\u0082\u0001", "is 82"),
        new Attack("persistent id", "Q", "is 51"),
        new Attack("dictionary", "}", "is 7d"),
        new Attack("text integer", "I01\n", "is 49"),
        new Attack("long integer", "\u008a\u0001\u0001", "is 8a"),
        new Attack("next buffer", "\u0097", "is 97"),
        new Attack("calls a string", "U\u0002ls\u0085R", "takes 2 objects"),
        new Attack("calls a string with a tuple", "U\u0002ls)\u0085R", "is 29"),
        new Attack("calls a list", "]K\u0001\u0085R", "calls something that is no function"),
        new Attack("calls with a list", ENCODE + "]R", "without a tuple"),
        new Attack("encodes as something else", ENCODE + "X\u0001\0\0\0aX\u0003\0\0\0rot\u0086R", "other than Latin-1"),
        new Attack("encodes what is no Latin-1", ENCODE + "X\u0002\0\0\0\u00c4\u0080X\u0006\0\0\0latin1\u0086R", "other than Latin-1"),
        new Attack("encodes bytes", ENCODE + "U\u0001aX\u0006\0\0\0latin1\u0086R", "other than Latin-1"),
        new Attack("encodes without arguments", ENCODE + "(tR", "other than Latin-1"),
        new Attack("numpy objects", "cnumpy\ndtype\nU\u0002O8\u0085R", "the numpy type \"O8\""),
        new Attack("dtype without arguments", "cnumpy\ndtype\n(tR", "the numpy type \"\""),
        new Attack("builds a list", "]K\u0001\u0085b", "sets the state"),
        new Attack("builds a function", ENCODE + "K\u0001\u0085b", "sets the state"),
        new Attack("a scalar of the wrong size", "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002i8\u0085RU\u0001a\u0086R",
            "1 bytes that are no value"),
        new Attack("a truth value of 2", "cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nU\u0002b1\u0085RU\u0001\u0002\u0086R",
            "no value of its type"),
        new Attack("ends with a function", ENCODE, "holds a function or a type"),
        new Attack("hides a function in a list", "]" + ENCODE + "a\u0085", "holds a function or a type"),
        new Attack("ends with nothing", "", "empty stack"),
        new Attack("ends with two objects", "NN", "expected one object"),
        new Attack("ends within a mark", "N(N", "expected one object"),
        new Attack("takes from below a mark", "N(\u0085", "from a stack of 0"),
        new Attack("appends without a list", "NNa", "no list"),
        new Attack("appends to a tuple", "N\u0085Na", "no list"),
        new Attack("appends below a mark", "](Na", "no list"),
        new Attack("appends without a mark", "]e", "looks for a mark"),
        new Attack("remembers nothing", "q\0", "remembers an object where there is none"),
        new Attack("recalls nothing", "h\u0007", "recalls the object 7"),
        new Attack("a list within itself", "]q\0h\0a", "lists that hold themselves"),
        new Attack("a list within itself, roundabout", "]q\0]h\0aa", "lists that hold themselves"),
        new Attack("a list within itself, by a tuple", "]q\0h\0\u0085a", "lists that hold themselves"),
        new Attack("protocol 0 in between", "\u0080\0N", "protocol 0"),
        new Attack("protocol 9", "\u0080\u0009N", "protocol 9"),
        new Attack("text that is not UTF-8", "X\u0002\0\0\0\u00c3\u0028", "not UTF-8"),
        new Attack("text with a lone surrogate", "X\u0003\0\0\0\u00ed\u00a0\u0080", "not UTF-8"),
        new Attack("bytes after the end", "N.N", "after its end"),
        new Attack("lies about 4 GiB", "B\u00ff\u00ff\u00ff\u00ffa", "needs 4294967295 more bytes"),
        new Attack("lies about 2^63 bytes", "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", "needs 9223372036854775807"),
        new Attack("lies about -1 bytes", "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "needs 18446744073709551615"),
        new Attack("a frame beyond the end", "\u0095\u00ff\0\0\0\0\0\0\0N", "needs 255 more bytes"),
        new Attack("deep lists", "]".repeat(40) + "a".repeat(39), "deeper than 16"),
        new Attack("deep tuples", "N" + "\u0085".repeat(40), "deeper than 16"),
        new Attack("many marks", "(".repeat(100_000), "more than 16 marks"),
        new Attack("laughs", laughs(), "hold more than 1000000"),
        new Attack("memo bomb", "N" + memoBomb(), "remembers more than 250000"),
        new Attack("object bomb", "N".repeat(1_100_000), "more than 1000000 objects"),
        new Attack("list bomb", "]".repeat(300_000), "more than 250000 lists"));
  }

  /** Each tuple holds the last one ten times: 10^9 objects in a few bytes. */
  private static String laughs() {
    return "N" + "q\0" + ("(" + "h\0".repeat(10) + "tq\0").repeat(9) + "\u0086";
  }

  private static String memoBomb() {
    var text = new StringBuilder();
    for (int i = 0; i <= 250_000; i++) {
      text.append('r').append((char) (i & 0xFF)).append((char) (i >> 8 & 0xFF)).append((char) (i >> 16)).append('\0');
    }
    return text.toString();
  }

  @TestFactory
  Stream<DynamicTest> attacksAreRefusedByName() {
    return attacks().stream().map(a -> DynamicTest.dynamicTest(a.what(), () -> {
      // The three bombs are bounded by what the limits allow, not by their size.
      if (a.what().endsWith("bomb")) {
        var error = assertThrows(FormatException.class, () -> read(pickle(a.opcodes())));
        assertTrue(error.getMessage().contains(a.says()), error.getMessage());
        assertTrue(Samples.allocated(() -> assertThrows(RuntimeException.class, () -> read(pickle(a.opcodes())))) < 128 << 20);
      } else {
        Hostile.refused(pickle(a.opcodes()), a.says(), SafePickleTest::read);
      }
    }));
  }

  @Test
  void whatIsNoPickleIsToldSo() {
    Hostile.refused(new byte[0], "an empty file", SafePickleTest::read);
    Hostile.refused(bytes("PK\u0003\u0004 a zip archive"), "found 50", SafePickleTest::read);
    Hostile.refused(bytes("(lp0\n."), "no pickle of protocol 2", SafePickleTest::read);
    Hostile.refused(hex("ffd8ffe0"), "found ff", SafePickleTest::read);
    Hostile.refused(hex("80 01 4e 2e"), "protocol 1", SafePickleTest::read);
  }

  @Test
  void everyTruncationIsRefused() {
    for (var example : List.of(PYTHON2, PROTOCOL4, PYTHON3_PROTOCOL2, PROTOCOL5, NUMPY2, NUMPY4)) {
      Hostile.truncationsAreRefused(example, SafePickleTest::read);
    }
  }

  @Test
  void mutationsEndInOneKindOfError() throws Exception {
    int refused = Hostile.fuzz(31, 20_000, bytes -> walk(SafePickle.read(bytes, "x.bin")), PYTHON2, PROTOCOL4, PYTHON3_PROTOCOL2,
        NUMPY2, NUMPY4);
    assertTrue(refused > 10_000, "most mutations must be noticed, noticed " + refused);
  }

  /** Touches everything that was read: nothing may be left to fail later. */
  private static void walk(Object value) {
    if (value instanceof List<?> list) {
      list.forEach(SafePickleTest::walk);
    }
  }

  @Test
  void limitsAreTheCallers() {
    var limits = new SafePickle.Limits(10, 16, 10, 10, 10);
    Hostile.refused(PYTHON2, "more than the limit of 10", bytes -> SafePickle.read(bytes, "x.bin", limits));
  }

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}

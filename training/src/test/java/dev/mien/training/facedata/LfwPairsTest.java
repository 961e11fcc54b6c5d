package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.facedata.LfwPairs.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LfwPairsTest {
  private static final String TWO_FOLDS = "2\t1\nAnn_Lee\t1\t2\nAnn_Lee\t1\tBob\t12\nBob\t1\t12\nJ.Lo\t3\tAnn_Lee\t10000\n";

  @TempDir
  Path temp;

  private static LfwPairs parse(String text) {
    return LfwPairs.parse(text.getBytes(StandardCharsets.UTF_8), "pairs.txt");
  }

  @Test
  void lfwsLinesBecomeNamesOfPictures() {
    var pairs = parse(TWO_FOLDS);
    assertEquals(2, pairs.folds());
    assertEquals(List.of(new Pair("Ann_Lee/Ann_Lee_0001", "Ann_Lee/Ann_Lee_0002", true, 0),
        new Pair("Ann_Lee/Ann_Lee_0001", "Bob/Bob_0012", false, 0), new Pair("Bob/Bob_0001", "Bob/Bob_0012", true, 1),
        new Pair("J.Lo/J.Lo_0003", "Ann_Lee/Ann_Lee_10000", false, 1)), pairs.pairs());
    assertEquals(pairs.pairs(), parse(TWO_FOLDS.replace('\t', ' ').replace("\n", "\r\n")).pairs(), "blanks and CRLF");
    assertEquals(pairs.pairs(), parse("\uFEFF" + TWO_FOLDS + "\n\n").pairs(), "byte order mark and empty lines");
    assertEquals("Ann Lee/Ann Lee_0001", parse("1\nAnn Lee\t1\t2\nA\t1\tB\t1").pairs().getFirst().first(), "blanks in names");
    assertEquals(1, parse("1\nA\t1\t2\nA\t1\tB\t1").folds(), "one fold without its number");
  }

  private static void refused(String text, String says) {
    Hostile.refused(text.getBytes(StandardCharsets.ISO_8859_1), says, bytes -> LfwPairs.parse(bytes, "pairs.txt"));
  }

  @Test
  void malformedPairsAreRefused() {
    refused("", "has 0 pairs; expected a first line");
    refused("Ann\t1\t2\n", "line 1 is \"Ann?1?2\"; expected FOLDS<TAB>N");
    refused("x\t1\n", "\"x\" where a whole number is expected");
    refused("0\t1\n", "has 0, expected at least 1");
    refused("2000000000\t2000000000\n", "promises 2000000000 folds");
    refused("1\t1\nA\t1\t2\n", "has 1 pairs; expected 2 by its first line");
    refused(TWO_FOLDS + "Bob\t1\t2\n", "line 6 is one too many");
    refused("1\t1\nA\t1\t2\nB\t1\t2\n", "line 3 ends fold 1 with 2 pairs of one person among 2; expected 1");
    refused("1\t1\nA\t1\t2\nA\t1\tA\t2\n", "compares A with the same name");
    refused("1\t1\nA\t1\n", "has 2 columns");
    refused("1\t1\nA\t1\t2\t3\t4\n", "has 5 columns");
    refused("1\t1\nA\tx\t2\n", "\"x\" where");
    refused("1\t1\nA\t-1\t2\n", "at least 0");
    refused("1\t1\n..\t1\t2\n", "expected a path below");
    refused("1\t1\n../../etc\t1\t2\n", "expected the name of a folder");
    refused("1\t1\nC:\t1\t2\n", "expected a path below");
    refused("1\t1\nA\u00ff\t1\t2\n", "not UTF-8");
    refused("1\t1\nA\0\t1\t2\n", "control characters");
    refused("1".repeat(1 << 20), "more than 16384 bytes");
  }

  @Test
  void mutationsEndInOneKindOfError() throws Exception {
    int refused = Hostile.fuzz(37, 4_000, bytes -> LfwPairs.parse(bytes, "pairs.txt"), TWO_FOLDS.getBytes(StandardCharsets.UTF_8));
    assertTrue(refused > 1_000, "noticed " + refused);
  }

  private static Map<String, byte[]> pictures(String below) {
    var files = new HashMap<String, byte[]>();
    for (var name : List.of("Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", "Bob/Bob_0001.jpg", "J.Lo/J.Lo_0003.JPG",
        "Ann_Lee/Ann_Lee_10000.png")) {
      files.put(below + name, name.getBytes(StandardCharsets.UTF_8));
    }
    files.put(below + "Bob/Bob_0012.txt", new byte[1]);
    return files;
  }

  @Test
  void picturesAreFoundInFoldersAndArchivesAndMissingOnesAreNamed() throws IOException {
    for (var root : List.of(Samples.folder(temp.resolve("a"), pictures("images/")), Samples.folder(temp.resolve("b"), pictures("")),
        Samples.zip(temp.resolve("c.zip"), pictures("lfw/images/")))) {
      try (var resolved = parse(TWO_FOLDS).resolve(root)) {
        assertEquals(List.of("Bob/Bob_0012"), resolved.missing());
        assertEquals(2, resolved.skippedPairs());
        assertEquals(2, resolved.pairs().size());
        assertEquals(5, resolved.images());
        var last = resolved.pairs().getLast();
        assertEquals(1, last.fold());
        assertTrue(resolved.imageName(last.second()).endsWith("Ann_Lee_10000.png"));
        assertArrayEquals("J.Lo/J.Lo_0003.JPG".getBytes(StandardCharsets.UTF_8), resolved.read(last.first()));
        var error = assertThrows(FormatException.class, resolved::requireComplete);
        assertTrue(error.getMessage().contains("1 pictures of pairs.txt are not in"), error.getMessage());
        assertTrue(error.getMessage().contains("2 pairs need them: [Bob/Bob_0012]"), error.getMessage());
      }
    }
    var two = pictures("images/");
    two.putAll(pictures("masked/"));
    var root = Samples.folder(temp.resolve("two"), two);
    var error = assertThrows(FormatException.class, () -> parse(TWO_FOLDS).resolve(root));
    assertTrue(error.getMessage().contains("Point at the folder that is meant"), error.getMessage());
  }

  @Test
  void theGeneralFormatNamesPaths() throws IOException {
    var root = Samples.folder(temp.resolve("g"), Map.of("x/1.jpg", new byte[] {1}, "x/2.png", new byte[] {2}, "y/1.jpg", new byte[] {3}));
    for (var text : List.of("x/1.jpg x/2.png 1\nx/1.jpg y/1.jpg 0\n", "x/1.jpg\t./x/2.png\t1\nx/1.jpg\ty/1.jpg\t0\n",
        "x/1,x/2,1\nx/1,y/1, 0\n")) {
      var pairs = LfwPairs.readGeneral(Files.writeString(temp.resolve("p.txt"), text));
      try (var resolved = pairs.resolve(root).requireComplete()) {
        assertEquals(3, resolved.images());
        assertTrue(resolved.pairs().get(0).same());
        assertEquals(0, resolved.pairs().get(1).first());
        assertArrayEquals(new byte[] {3}, resolved.read(resolved.pairs().get(1).second()));
      }
    }
    for (var bad : List.of("", "a b", "a b 2", "../a b 1", "/a b 1", "a b c 1")) {
      Hostile.refused(bad.getBytes(StandardCharsets.UTF_8), "expected", b -> LfwPairs.readGeneral(Files.write(temp.resolve("p.txt"), b)));
    }
  }

  @Test
  void anArchiveBringsItsOwnListAndMayBeNoBomb() throws IOException {
    var files = pictures("images/");
    files.put("pairs_dev.txt", "1\nAnn_Lee\t1\t2\nBob\t1\tJ.Lo\t3".getBytes(StandardCharsets.UTF_8));
    try (var lfw = LfwPairs.open(Samples.zip(temp.resolve("own.zip"), files)).requireComplete()) {
      assertEquals(2, lfw.pairs().size());
    }
    files.put("pairs.txt", new byte[1]);
    var error = assertThrows(FormatException.class, () -> LfwPairs.open(Samples.zip(temp.resolve("two.zip"), files)));
    assertTrue(error.getMessage().contains("holds 2 files pairs*.txt"), error.getMessage());
    files.put("pairs.txt", new byte[50 << 20]);
    var bomb = Samples.zip(temp.resolve("bomb.zip"), files);
    error = assertThrows(FormatException.class, () -> LfwPairs.open(bomb));
    assertTrue(error.getMessage().contains("more than 100:1"), error.getMessage());
    var cut = Files.readAllBytes(bomb);
    Hostile.refused(java.util.Arrays.copyOf(cut, cut.length / 2), "cut off",
        b -> LfwPairs.open(Files.write(temp.resolve("cut.zip"), b)));
  }

  @Test
  void theDeveloperPartOfLfwIsComplete() {
    var zip = Samples.shared("lfw_dev/lfw_aligned112_dev.zip");
    Assumptions.assumeTrue(zip != null, "shared/data/lfw_dev is not beside the repository");
    try (var lfw = LfwPairs.open(zip).requireComplete()) {
      assertEquals(3000, lfw.pairs().size());
      assertEquals(5, lfw.folds());
      assertEquals(3811, lfw.images());
      assertEquals(1500, lfw.pairs().stream().filter(ResolvedPairs.Pair::same).count());
      var image = RgbImage.read(lfw.read(lfw.pairs().getLast().second()), "last");
      assertEquals(112, image.width());
      assertEquals(112, image.height());
    }
  }
}

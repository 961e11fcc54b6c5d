package dev.mien.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.training.data.ZipForge.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ZipFilesTest {
  private static final byte[] PICTURE = Pictures.jpeg(1);
  private static final ArchiveLimits SMALL = new ArchiveLimits(1 << 20, 100, 50, 4 << 20);

  @TempDir
  Path temp;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(temp, "a", ".zip"), bytes);
  }

  @Test
  void anHonestArchiveReadsBack() throws IOException {
    var path = file(ZipForge.of(Entry.stored("b/two.jpg", PICTURE), Entry.deflated("one.jpg", PICTURE),
        Entry.stored("b/", new byte[0]),
        Entry.stored("./win\\three.jpg", PICTURE), Entry.stored(".hidden/x.jpg", PICTURE),
            Entry.stored("__MACOSX/x.jpg", PICTURE)));
    try (var zip = DataFiles.open(path)) {
      assertEquals(List.of("b/two.jpg", "one.jpg", "win/three.jpg"), zip.files().stream().map(DataFile::name).toList());
      for (var f : zip.files()) {
        assertArrayEquals(PICTURE, zip.read(f), f.name());
      }
    }
  }

  private record Hostile(String what, byte[] bytes, String says) {}

  private static Entry with(Entry entry, java.util.function.Consumer<Entry> change) {
    change.accept(entry);
    return entry;
  }

  private static Hostile named(String what, String name, String says) {
    return new Hostile(what, ZipForge.of(Entry.stored("ok.jpg", PICTURE), Entry.stored(name, PICTURE)), says);
  }

  /** Archives that are refused as a whole when they are opened. */
  private static List<Hostile> refused() {
    var good = ZipForge.of(Entry.stored("a.jpg", PICTURE), Entry.deflated("b.jpg", PICTURE));
    var zeros = new byte[900_000];
    var many = new Entry[51];
    Arrays.setAll(many, i -> Entry.stored(i + ".jpg", PICTURE));
    var five = new Entry[5];
    Arrays.setAll(five, i -> Entry.stored(i + ".jpg", new byte[900_000]));
    var flipped = good.clone();
    flipped[good.length - 22 - 2 * (46 + 5)] ^= 0x55;
    return List.of(
        named("climbs out", "../evil.jpg", "leaves the root"),
        named("climbs out from inside", "images/../../evil.jpg", "leaves the root"),
        named("climbs out with backslashes", "images\\..\\..\\evil.jpg", "leaves the root"),
        named("absolute", "/etc/evil.jpg", "absolute"),
        named("absolute with backslash", "\\evil.jpg", "absolute"),
        named("drive letter", "C:\\evil.jpg", "absolute"),
        named("UNC path", "\\\\server\\share\\evil.jpg", "absolute"),
        named("NUL in the name", "a\0.jpg", "control characters"),
        named("newline in the name", "a\n.jpg", "control characters"),
        named("escape sequence in the name", "a\u001b[2J.jpg", "control characters"),
        named("the same name twice", "ok.jpg", "twice"),
        named("the same name twice, dressed up", "./ok.jpg", "twice"),
        named("the same name twice, with double slash", "//ok.jpg".substring(1), "absolute"),
        new Hostile("too many entries", ZipForge.of(many), "51 entries"),
        new Hostile("too large in all", ZipForge.of(five), "unpacks to more than"),
        new Hostile("declares a huge entry", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> e.size = 2 << 20)),
            "declares 2097152 bytes"),
        new Hostile("bomb, 900:1", ZipForge.of(Entry.deflated("a.jpg", zeros)), "more than 100:1"),
        new Hostile("declares 4 GiB", ZipForge.of(with(Entry.deflated("a.jpg", PICTURE), e -> e.size = 0xFFFFFFF0L)),
            "4294967280 bytes"),
        new Hostile("stored with two sizes", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> e.size += 5)), "two sizes"),
        new Hostile("overlapping entries", ZipForge.overlapping(Entry.stored("a.jpg", PICTURE), 40), "overlap"),
        new Hostile("encrypted", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> e.flags |= 1)), "encrypted"),
        new Hostile("unknown method", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> e.method = 93)),
            "compression method"),
        new Hostile("cut in the middle", Arrays.copyOf(good, good.length / 2), "cut off"),
        new Hostile("last byte missing", Arrays.copyOf(good, good.length - 1), "cut off"),
        new Hostile("only the first bytes", Arrays.copyOf(good, 4), "cut off"),
        new Hostile("no byte at all", new byte[0], "cut off"),
        new Hostile("no zip", "this is no zip archive at all, but long enough".getBytes(), "cut off"),
        new Hostile("no entries", ZipForge.of(), "is empty"),
        new Hostile("damaged directory", flipped, "zip"));
  }

  @TestFactory
  Stream<DynamicTest> hostileArchivesAreRefusedInOneLine() {
    return refused().stream().map(h -> DynamicTest.dynamicTest(h.what(), () -> {
      var path = file(h.bytes());
      var before = tree();
      var error = assertThrows(FormatException.class, () -> DataFiles.open(path, SMALL).close());
      assertTrue(error.getMessage().contains(h.says()), error.getMessage());
      assertTrue(error.getMessage().contains(path.getFileName().toString()), error.getMessage());
      assertEquals(1, error.getMessage().lines().count());
      assertEquals(before, tree(), "nothing may be written");
    }));
  }

  /** Archives that open, with one file in them that must not be read. */
  private static List<Hostile> unreadable() {
    return List.of(
        new Hostile("wrong checksum", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> e.crc ^= 1)), "fails the checksum"),
        new Hostile("unpacks to more than declared", ZipForge.of(with(Entry.deflated("a.jpg", PICTURE), e -> e.size -= 3)),
            "does not unpack"),
        new Hostile("unpacks to less than declared", ZipForge.of(with(Entry.deflated("a.jpg", PICTURE), e -> e.size += 3)),
            "a.jpg"),
        new Hostile("no deflate data", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> e.method = 8)),
            "cannot be unpacked"),
        new Hostile("local header elsewhere", ZipForge.of(with(Entry.stored("a.jpg", PICTURE), e -> { }),
            with(Entry.stored("b.jpg", new byte[0]), e -> { e.offset = 7; })), "b.jpg"));
  }

  @TestFactory
  Stream<DynamicTest> lyingEntriesCannotBeRead() {
    return unreadable().stream().map(h -> DynamicTest.dynamicTest(h.what(), () -> {
      try (var zip = DataFiles.open(file(h.bytes()), SMALL)) {
        var last = zip.files().getLast();
        var error = assertThrows(FormatException.class, () -> zip.read(last));
        assertTrue(error.getMessage().contains(h.says()), error.getMessage());
      }
    }));
  }

  @Test
  void aLinkIsReadAsTheTextItIs() throws IOException {
    var link = with(Entry.stored("a.jpg", "/etc/passwd".getBytes()), e -> e.externalAttributes = 0xA1FF << 16);
    try (var zip = DataFiles.open(file(ZipForge.of(link)), SMALL)) {
      assertEquals("/etc/passwd", new String(zip.read(zip.files().getFirst())));
    }
  }

  @Test
  void everyTruncationOfAnArchiveIsAnError() throws IOException {
    var good = ZipForge.of(Entry.stored("a.jpg", PICTURE), Entry.deflated("b.jpg", PICTURE));
    for (int length = 0; length < good.length; length += 37) {
      var path = file(Arrays.copyOf(good, length));
      assertThrows(FormatException.class, () -> DataFiles.open(path, SMALL).close(), "cut to " + length);
    }
  }

  @Test
  void flippedBitsNeverEscapeAsOtherErrors() throws IOException {
    var good = ZipForge.of(Entry.stored("a.jpg", PICTURE), Entry.deflated("b.jpg", PICTURE));
    var rng = dev.mien.engine.random.Rng.seed(12);
    int failed = 0;
    for (int round = 0; round < 2000; round++) {
      var bytes = good.clone();
      // Two thirds of the flips hit the directory at the end, where the structure is.
      int at = rng.below(3, 3L * round) == 0 ? rng.below(bytes.length, 3L * round + 1)
          : bytes.length - 1 - rng.below(150, 3L * round + 1);
      bytes[at] ^= (byte) (1 << rng.below(8, 3L * round + 2));
      try (var zip = DataFiles.open(file(bytes), SMALL)) {
        for (var f : zip.files()) {
          zip.read(f);
        }
      } catch (FormatException e) {
        failed++;
      }
    }
    assertTrue(failed > 1000, "most flips must be noticed, noticed " + failed);
  }

  private TreeMap<String, Long> tree() throws IOException {
    var files = new TreeMap<String, Long>();
    try (var walk = Files.walk(temp)) {
      for (var p : (Iterable<Path>) walk::iterator) {
        files.put(p.toString(), Files.isRegularFile(p) ? Files.size(p) : -1);
      }
    }
    return files;
  }
}

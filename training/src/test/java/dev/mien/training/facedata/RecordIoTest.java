package dev.mien.training.facedata;

import static dev.mien.training.facedata.Samples.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordIoTest {
  private static final byte[] JPEG = hex("ffd8ff");
  private static final String FLAG0 = "0a23d7ce 1b000000 00000000 00006041 0500000000000000 0000000000000000 ffd8ff 00";
  private static final String FLAG2 =
      "0a23d7ce 23000000 02000000 00000000 0500000000000000 0000000000000000 00006041 0000803f ffd8ff 00";
  private static final String RECORD0 = "0a23d7ce 20000000 02000000 00000000 0000000000000000 0000000000000000 00008040 0000c040";
  private static final String MAGIC = "0a23d7ce";

  @TempDir
  Path temp;

  private Path rec(String name) {
    return temp.resolve(name + ".rec");
  }

  private byte[] written(byte[] payload) throws IOException {
    var file = Files.createTempDirectory(temp, "w").resolve("a.rec");
    RecordIoWriter.write(file, out -> out.add(0, payload));
    assertEquals("0\t0\n", Files.readString(file.resolveSibling("a.idx")));
    try (var reader = RecordIoReader.open(file)) {
      assertArrayEquals(payload, reader.read(0));
    }
    return Files.readAllBytes(file);
  }

  @Test
  void theExamplesAreWrittenAndReadByteForByte() throws IOException {
    assertArrayEquals(hex(FLAG0), written(ImageRecord.of(5, 14, JPEG).toPayload()));
    assertArrayEquals(hex(FLAG2), written(ImageRecord.of(5, new float[] {14, 1}, JPEG).toPayload()));
    assertArrayEquals(hex(RECORD0), written(ImageRecord.of(0, new float[] {4, 6}, new byte[0]).toPayload()));
    Files.write(rec("three"), hex(FLAG0 + FLAG2 + RECORD0));
    Files.writeString(temp.resolve("three.idx"), "5\t36\n0\t80\r\n4\t0");
    try (var reader = RecordIoReader.open(rec("three"))) {
      assertEquals(3, reader.index().size());
      assertEquals(14, reader.image(4).firstLabel());
      assertEquals(5, reader.image(4).id());
      assertEquals(14, reader.image(5).firstLabel());
      assertArrayEquals(new float[] {14, 1}, reader.image(5).labels());
      assertArrayEquals(JPEG, reader.image(5).image());
      assertArrayEquals(new float[] {4, 6}, reader.image(0).labels());
      assertEquals(0, reader.image(0).image().length);
      var error = assertThrows(FormatException.class, () -> reader.read(3));
      assertTrue(error.getMessage().contains("names no record 3; it has 3 keys from 0 to 5"), error.getMessage());
    }
  }

  @Test
  void theMagicInAPayloadIsCutOutAndPutBack() throws IOException {
    // At offset 4 of 12: a first part of 4 bytes, the magic left out, a last part of 4.
    assertArrayEquals(hex(MAGIC + "04000020 01020304" + MAGIC + "04000060 05060708"), written(hex("01020304" + MAGIC + "05060708")));
    // Nothing but magics: empty parts, as many as there are magics and one more.
    assertArrayEquals(hex(MAGIC + "00000020" + MAGIC + "00000040" + MAGIC + "00000060"), written(hex(MAGIC + MAGIC)));
    // At an offset that is no multiple of 4 it stays.
    assertArrayEquals(hex(MAGIC + "05000000 01" + MAGIC + "000000"), written(hex("01" + MAGIC)));
    // At the very end, and a beginning of it.
    assertArrayEquals(hex(MAGIC + "04000020 01020304" + MAGIC + "00000060"), written(hex("01020304" + MAGIC)));
    assertArrayEquals(hex(MAGIC + "07000000 01020304 0a23d7 00"), written(hex("01020304 0a23d7")));
    assertArrayEquals(hex(MAGIC + "00000000"), written(new byte[0]));
  }

  @Test
  void randomPayloadsFullOfMagicsSurvive() throws IOException {
    var magic = hex(MAGIC);
    var payloads = new ArrayList<byte[]>();
    for (int i = 0; i < 300; i++) {
      var rng = Rng.seed(5).at(i);
      var payload = new byte[rng.below(200, 0)];
      for (int k = 0; k < payload.length; k++) {
        payload[k] = (byte) rng.below(256, k + 1);
      }
      for (int k = 0; k + 4 <= payload.length; k += 1 + rng.below(12, 1000 + k)) {
        System.arraycopy(magic, 0, payload, k, 4);
      }
      payloads.add(payload);
    }
    RecordIoWriter.write(rec("many"), out -> {
      for (int i = 0; i < payloads.size(); i++) {
        out.add(payloads.size() - 1 - i, payloads.get(i));
      }
    });
    try (var reader = RecordIoReader.open(rec("many"))) {
      for (int i = 0; i < payloads.size(); i++) {
        assertArrayEquals(payloads.get(i), reader.read(payloads.size() - 1 - i), "payload " + i);
      }
    }
    var inOrder = new ArrayList<byte[]>();
    RecordIoReader.forEach(rec("many"), (offset, payload) -> inOrder.add(payload));
    assertEquals(payloads.size(), inOrder.size());
    for (int i = 0; i < payloads.size(); i++) {
      assertArrayEquals(payloads.get(i), inOrder.get(i), "payload " + i);
    }
  }

  @Test
  void aMissingIndexIsNamedAndCanBeMadeAgain() throws IOException {
    RecordIoWriter.write(rec("train"), out -> {
      for (int id : new int[] {3, 1, 2, 0}) {
        out.add(id, ImageRecord.of(id, id * 10, Arrays.copyOf(JPEG, 50 + id)).toPayload());
      }
    });
    var idx = temp.resolve("train.idx");
    var original = Files.readString(idx);
    Files.delete(idx);
    var error = assertThrows(MienException.class, () -> RecordIoReader.open(rec("train")));
    assertTrue(error.getMessage().contains("train.idx is missing"), error.getMessage());
    assertTrue(error.getMessage().contains("RecordIoIndex.scan"), error.getMessage());
    var index = RecordIoIndex.scan(rec("train"));
    index.write(idx);
    assertEquals(original.lines().sorted().toList(), Files.readString(idx).lines().toList());
    try (var reader = RecordIoReader.open(rec("train"))) {
      assertEquals(30, reader.image(3).label());
      assertEquals(20, reader.head(2).firstLabel());
    }
    Files.write(rec("twice"), hex(FLAG0 + FLAG2));
    Hostile.refused(new byte[0], "names the key 5 twice", b -> RecordIoIndex.scan(rec("twice")));
  }

  @Test
  void anIndexInAnyOrderWithGapsIsRead() throws IOException {
    int n = 5000;
    var order = Rng.seed(9).permutation(n);
    var lines = new StringBuilder();
    for (int i : order) {
      lines.append(3L * i + 4_000_000_000L - 3 * n).append('\t').append(4L * i * 3_000_000_000L).append('\n');
    }
    var index = RecordIoIndex.read(Files.writeString(temp.resolve("a.idx"), lines));
    assertEquals(n, index.size());
    for (int i = 0; i < n; i++) {
      long key = 3L * i + 4_000_000_000L - 3 * n;
      assertEquals(i, index.place(key));
      assertEquals(key, index.key(i));
      assertEquals(4L * i * 3_000_000_000L, index.offset(i));
      assertEquals(-1, index.place(key + 1));
    }
  }

  private void indexRefused(String text, String says) {
    Hostile.refused(text.getBytes(), says, bytes -> RecordIoIndex.read(Files.write(temp.resolve("bad.idx"), bytes)));
  }

  @Test
  void malformedIndexesAreRefused() {
    indexRefused("", "names no record");
    indexRefused("0\t0\n1\n", "line 2 is \"1\"");
    indexRefused("0 0\n", "expected KEY<TAB>OFFSET");
    indexRefused("0\t0\t0\n", "expected KEY<TAB>OFFSET");
    indexRefused("-1\t0\n", "expected KEY<TAB>OFFSET");
    indexRefused("0\t-4\n", "expected KEY<TAB>OFFSET");
    indexRefused("0\t6\n", "a multiple of 4");
    indexRefused("4294967296\t0\n", "below 2^32");
    indexRefused("0\t99999999999999999999\n", "expected KEY<TAB>OFFSET");
    indexRefused("0\t0\n1\t4\n0\t8\n", "the key 0 twice, at bytes 0 and 8");
    indexRefused("0\t0\n0\t0\n", "twice");
    indexRefused("\u0000\u0001", "control characters");
    indexRefused("1".repeat(100_000), "more than 16384 bytes");
  }

  private void recordRefused(String digits, String says) {
    Hostile.refused(hex(digits), says, this::readAll);
  }

  /** Reads the bytes as a record file in order, and by an index with its start. */
  private void readAll(byte[] bytes) throws IOException {
    var file = Files.write(rec("hostile"), bytes);
    Files.writeString(temp.resolve("hostile.idx"), "0\t0\n");
    RecordIoReader.forEach(file, (offset, payload) -> ImageRecord.parse(payload, "record at " + offset));
    try (var reader = RecordIoReader.open(file)) {
      reader.image(0);
      reader.head(0);
    }
  }

  @Test
  void damagedFilesAreRefused() {
    recordRefused("ffd8ffe000104a464946", "at byte 0 found ffd8ffe0, expected the magic 0a23d7ce; this is no RecordIO file");
    recordRefused(FLAG0 + "00000000 00000000", "at byte 36 found 00000000");
    recordRefused(FLAG0 + MAGIC, "at byte 36 the file ends at byte 40");
    recordRefused(MAGIC + "ffffff1f 00", "a part of 536870911 bytes is declared");
    recordRefused(MAGIC + "05000000 00", "expected at most 1");
    recordRefused(MAGIC + "04000040 00000000", "found part kind 2, expected 0");
    recordRefused(MAGIC + "04000060 00000000", "found part kind 3, expected 0");
    recordRefused(MAGIC + "04000080 00000000", "found part kind 4, expected 0");
    recordRefused(MAGIC + "04000020 00000000", "expected a further part");
    recordRefused(MAGIC + "04000020 00000000" + FLAG0, "found part kind 0, expected 2");
    recordRefused(MAGIC + "04000020 00000000 ffffffff 00000000", "at byte 12 found ffffffff");
    recordRefused(MAGIC + "04000000 00000000", "a payload of 4 bytes; expected an image header");
    recordRefused(MAGIC + "18000000 ffffffff" + "00".repeat(20), "declares 4294967295 labels in a payload of 24");
    recordRefused(MAGIC + "18000000 01000000" + "00".repeat(20), "declares 1 labels in a payload of 24");
    Hostile.refused(new byte[0], "names a record at byte 0", this::readAll);
  }

  @Test
  void anIndexOfALongerFileIsRefused() throws IOException {
    Files.write(rec("short"), hex(FLAG0));
    Files.writeString(temp.resolve("short.idx"), "0\t0\n1\t36\n");
    Hostile.refused(new byte[0], "names a record at byte 36, but", b -> RecordIoReader.open(rec("short")));
  }

  @Test
  void truncationsAreRefusedUnlessAtTheEndOfARecord() throws IOException {
    var good = hex(FLAG0 + MAGIC + "1c000020" + "00".repeat(28) + MAGIC + "03000060 01020300" + FLAG2);
    var ends = List.of(36, 84, good.length);
    for (int length = 1; length <= good.length; length++) {
      var cut = Arrays.copyOf(good, length);
      if (ends.contains(length)) {
        readAll(cut);
      } else {
        assertThrows(FormatException.class, () -> readAll(cut), "cut to " + length);
      }
    }
  }

  @Test
  void mutationsEndInOneKindOfError() throws Exception {
    var good = hex(FLAG0 + MAGIC + "1c000020" + "00".repeat(28) + MAGIC + "03000060 01020300" + FLAG2);
    int refused = Hostile.fuzz(33, 4_000, this::readAll, good, hex(RECORD0 + FLAG0));
    assertTrue(refused > 1_000, "noticed " + refused);
    int indexes = Hostile.fuzz(34, 4_000, bytes -> RecordIoIndex.read(Files.write(temp.resolve("f.idx"), bytes)),
        "0\t0\n2\t44\n1\t80\n".getBytes(), "5\t36\n0\t80\n4\t0".getBytes());
    assertTrue(indexes > 1_000, "noticed " + indexes);
  }

  @Test
  void aFailedOrRepeatedWriteLeavesNothingElse() throws IOException {
    assertThrows(MienException.class, () -> RecordIoWriter.write(rec("f"), out -> {
      out.add(1, JPEG);
      throw new IOException("no space left");
    }));
    assertThrows(MienException.class, () -> RecordIoWriter.write(rec("f"), out -> {
      out.add(1, JPEG);
      out.add(1, JPEG);
    }));
    try (var list = Files.list(temp)) {
      assertEquals(0, list.count(), "neither the files nor temp files");
    }
    RecordIoWriter.write(rec("f"), out -> out.add(0, JPEG));
    var error = assertThrows(MienException.class, () -> RecordIoWriter.write(rec("f"), out -> out.add(0, JPEG)));
    assertTrue(error.getMessage().contains("exists already"), error.getMessage());
    assertThrows(MienException.class, () -> RecordIoWriter.write(temp.resolve("f.bin"), out -> out.add(0, JPEG)));
  }

  @Test
  void manyThreadsReadAndAnInterruptHarmsOnlyItsOwn() throws Exception {
    int n = 200;
    RecordIoWriter.write(rec("t"), out -> {
      for (int i = 0; i < n; i++) {
        out.add(i, ImageRecord.of(i, i, new byte[100 + i]).toPayload());
      }
    });
    try (var reader = RecordIoReader.open(rec("t"))) {
      var failure = new AtomicReference<Throwable>();
      var interrupted = new AtomicInteger();
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 6; t++) {
        int seed = t;
        threads.add(Thread.ofPlatform().start(() -> {
          try {
            for (int k = 0; k < 2000; k++) {
              int i = Rng.seed(seed).below(n, k);
              if (seed == 0 && k % 10 == 0) {
                Thread.currentThread().interrupt();
                assertThrows(MienException.class, () -> reader.read(i));
                assertTrue(Thread.interrupted());
                interrupted.incrementAndGet();
              }
              assertEquals(124 + i, reader.read(i).length);
            }
          } catch (Throwable e) {
            failure.set(e);
          }
        }));
      }
      for (var thread : threads) {
        thread.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      assertEquals(200, interrupted.get());
    }
    var closed = RecordIoReader.open(rec("t"));
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.read(0));
  }

  @Test
  void aFileThatShrinksMeanwhileIsAnError() throws IOException {
    Files.write(rec("s"), hex(FLAG0 + FLAG2));
    Files.writeString(temp.resolve("s.idx"), "0\t0\n1\t36\n");
    try (var reader = RecordIoReader.open(rec("s"))) {
      Files.write(rec("s"), hex(FLAG0));
      var error = assertThrows(FormatException.class, () -> reader.read(1));
      assertTrue(error.getMessage().contains("changed meanwhile"), error.getMessage());
    }
  }
}

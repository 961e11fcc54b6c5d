package dev.mien.training.facedata;

import static dev.mien.training.facedata.SafePickleTest.pickle;
import static dev.mien.training.facedata.Samples.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationBinTest {
  @TempDir
  Path temp;

  private static void open(byte[] bytes) {
    var bin = VerificationBin.of(bytes, "lfw.bin");
    for (int i = 0; i < bin.images(); i++) {
      bin.image(i);
    }
  }

  @Test
  void theExamplesOfAllWriters() {
    for (var example : List.of(SafePickleTest.PYTHON2, SafePickleTest.PROTOCOL4, SafePickleTest.PYTHON3_PROTOCOL2)) {
      var bin = VerificationBin.of(doubled(example), "lfw.bin");
      assertEquals(2, bin.pairs());
      assertEquals(4, bin.images());
      assertTrue(bin.same(0));
      assertFalse(bin.same(1));
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(i % 2 == 0 ? hex("ffd861") : hex("ffd862"), bin.image(i));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> bin.image(4));
      assertThrows(IndexOutOfBoundsException.class, () -> bin.same(2));
    }
  }

  /** The examples have two images and two labels, so the two images are recalled and appended once more: (images, labels). */
  private static byte[] doubled(byte[] example) {
    return switch (example[1]) {
      case 4 -> hex("80 04 5d 94 28 43 03 ffd861 94 43 03 ffd862 94 68 01 68 02 65 5d 94 28 88 89 65 86 94 2e");
      default -> example == SafePickleTest.PYTHON2
          ? hex("80 02 5d 71 00 28 55 03 ffd861 71 01 55 03 ffd862 71 02 68 01 68 02 65 5d 71 03 28 88 89 65 86 71 04 2e")
          : hex("80025d710028635f636f646563730a656e636f64650a71015805000000c3bfc39861710258060000006c6174696e31710386710452710568015805"
              + "000000c3bfc3986271066803867107527108" + "68056808" + "655d71092888896586710a2e");
    };
  }

  @Test
  void aLargeSetIsHeldOnce() throws IOException {
    int pairs = 3000;
    var images = new ArrayList<byte[]>();
    images.add(hex("80 04 5d 94 28"));
    for (int i = 0; i < 2 * pairs; i++) {
      images.add(ByteBuffer.allocate(5 + 5000 + 1).order(ByteOrder.LITTLE_ENDIAN).put((byte) 'B').putInt(5000).putInt(i)
          .put(5005, (byte) 0x94).array());
    }
    images.add(hex("65 5d 28"));
    var labels = new byte[pairs];
    for (int i = 0; i < pairs; i++) {
      labels[i] = (byte) (i % 3 == 0 ? 0x88 : 0x89);
    }
    images.add(labels);
    images.add(hex("65 86 2e"));
    var file = Files.write(temp.resolve("big.bin"), SafePickleTest.concat(images.toArray(byte[][]::new)));
    var bins = new VerificationBin[1];
    long allocated = Samples.allocated(() -> bins[0] = VerificationBin.read(file));
    assertTrue(allocated < Files.size(file) * 1.2 + (1 << 20), allocated + " bytes for " + Files.size(file));
    assertEquals(pairs, bins[0].pairs());
    assertEquals(4321, ByteBuffer.wrap(bins[0].image(4321)).order(ByteOrder.LITTLE_ENDIAN).getInt());
    assertEquals(5000, bins[0].image(0).length);
    assertTrue(bins[0].same(3));
    assertFalse(bins[0].same(4));
  }

  @Test
  void whatIsNoPairOfListsIsRefused() {
    Hostile.refused(SafePickleTest.PYTHON2, "2 images and 2 labels", VerificationBinTest::open);
    Hostile.refused(pickle("N"), "something else than a pair", VerificationBinTest::open);
    Hostile.refused(pickle("]]]\u0087"), "something else than a pair", VerificationBinTest::open);
    Hostile.refused(pickle("]]\u0086"), "at least one label", VerificationBinTest::open);
    Hostile.refused(pickle("](U\u0001aU\u0001be](\u0088e\u0085\u0086"), "label 0 is no boolean", VerificationBinTest::open);
    Hostile.refused(pickle("](U\u0001aU\u0000e](\u0088e\u0086"), "image 1 is no byte string", VerificationBinTest::open);
    Hostile.refused(pickle("](U\u0001aX\u0001\0\0\0ae](\u0088e\u0086"), "image 1 is no byte string", VerificationBinTest::open);
    Hostile.refused(pickle("](U\u0001aNe](\u0088e\u0086"), "image 1 is no byte string", VerificationBinTest::open);
    Hostile.refused(pickle("](U\u0001aU\u0001be](K\u0002e\u0086"), "label 0 is no boolean", VerificationBinTest::open);
    assertTrue(VerificationBin.of(pickle("](U\u0001aU\u0001be](K\u0001e\u0086"), "x").same(0), "1 is taken for True");
  }

  @Test
  void mutationsEndInOneKindOfError() throws Exception {
    int refused = Hostile.fuzz(32, 5_000, VerificationBinTest::open, doubled(SafePickleTest.PYTHON2), doubled(SafePickleTest.PROTOCOL4),
        doubled(SafePickleTest.PYTHON3_PROTOCOL2));
    assertTrue(refused > 2_000, "noticed " + refused);
  }

  @Test
  void aMissingFileIsNamed() {
    var error = assertThrows(MienException.class, () -> VerificationBin.read(temp.resolve("none.bin")));
    assertTrue(error.getMessage().contains("none.bin does not exist"), error.getMessage());
    assertThrows(MienException.class, () -> VerificationBin.read(temp));
  }
}

package dev.mien.training.facedata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.training.facedata.NpyFile.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyFileTest {
  /** numpy.save of numpy.array([[1, 2, 3], [4, 5, -0.5]], 'float32'), by numpy 2.4. */
  private static final byte[] NUMPY = Samples.hex("934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a"
      + "2046616c73652c20277368617065273a2028322c2033292c207d" + "20".repeat(58) + "0a0000803f0000004000004040000080400000a040000000bf");

  @TempDir
  Path temp;

  /** A file of this version and header, with zeros for data. */
  static byte[] file(int version, String header, int dataBytes) {
    var out = ByteBuffer.allocate((version == 1 ? 10 : 12) + header.length() + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(NpyHeader.MAGIC).put((byte) version).put((byte) 0);
    if (version == 1) {
      out.putShort((short) header.length());
    } else {
      out.putInt(header.length());
    }
    return out.put(header.getBytes(StandardCharsets.ISO_8859_1)).array();
  }

  private void open(byte[] bytes) throws IOException {
    try (var file = NpyFile.open(Files.write(temp.resolve("x.npy"), bytes))) {
      switch (file.type()) {
        case FLOAT32 -> file.floats();
        case BOOL -> file.booleans();
        case INT64 -> file.longs();
      }
    }
  }

  @Test
  void whatNumpyWritesIsReadAndWrittenByteForByte() throws IOException {
    try (var file = NpyFile.open(Files.write(temp.resolve("a.npy"), NUMPY))) {
      assertEquals(Type.FLOAT32, file.type());
      assertEquals(List.of(2L, 3L), file.shape());
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, -0.5f}, file.floats());
      var part = new float[4];
      file.floats(2, part, 1, 2);
      assertArrayEquals(new float[] {0, 3, 4, 0}, part);
      assertThrows(IndexOutOfBoundsException.class, () -> file.floats(5, part, 0, 2));
      assertTrue(assertThrows(FormatException.class, file::booleans).getMessage().contains("holds <f4; expected |b1"));
    }
    NpyFile.write(temp.resolve("b.npy"), Type.FLOAT32, out -> {
      out.floats(1, 2, 3);
      out.floats(4, 5, -0.5f);
    }, 2, 3);
    assertArrayEquals(NUMPY, Files.readAllBytes(temp.resolve("b.npy")));
  }

  @Test
  void allTypesAndShapesReadBack() throws IOException {
    var same = temp.resolve("same.npy");
    NpyFile.write(same, Type.BOOL, out -> out.booleans(true, false, true), 3);
    var longs = temp.resolve("longs.npy");
    NpyFile.write(longs, Type.INT64, out -> {
      for (long i = 0; i < 20_000; i++) {
        out.longs(i << 40);
      }
    }, 20_000, 1);
    var scalar = temp.resolve("scalar.npy");
    NpyFile.write(scalar, Type.FLOAT32, out -> out.floats(7));
    var empty = temp.resolve("empty.npy");
    NpyFile.write(empty, Type.FLOAT32, out -> { }, 0, 512);
    try (var a = NpyFile.open(same); var b = NpyFile.open(longs); var c = NpyFile.open(scalar); var d = NpyFile.open(empty)) {
      assertArrayEquals(new boolean[] {true, false, true}, a.booleans());
      assertEquals(19_999L << 40, b.longs()[19_999]);
      assertEquals(List.of(), c.shape());
      assertArrayEquals(new float[] {7}, c.floats());
      assertEquals(List.of(0L, 512L), d.shape());
      assertEquals(0, d.floats().length);
    }
    for (var file : List.of(same, longs, scalar, empty)) {
      var bytes = Files.readAllBytes(file);
      assertEquals(0, (10 + (bytes[8] & 0xFF) + ((bytes[9] & 0xFF) << 8)) % 64, "data begin at a multiple of 64");
    }
  }

  @Test
  void otherWritersHeadersAreRead() throws IOException {
    open(file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }     \n", 24));
    open(file(1, "{'shape': (2L, 3L), 'descr': '<f4', 'fortran_order': False}", 24));
    open(file(2, "{'descr':'|b1','fortran_order':False,'shape':(5,)}\n", 5));
    open(file(2, "{'descr': '<i8', 'fortran_order': False, 'shape': (), }\n", 8));
  }

  private void refused(byte[] bytes, String says) {
    Hostile.refused(bytes, says, this::open);
  }

  private void refused(String header, String says) {
    refused(file(1, header, 24), says);
  }

  @Test
  void malformedHeadersAreRefused() {
    refused(new byte[0], "does not begin with 93 'NUMPY'");
    refused("PK\u0003\u0004 a zip archive".getBytes(), "does not begin with 93 'NUMPY'");
    refused(file(3, "{}", 0), "has version 3.0; expected 1.0 or 2.0");
    var lying = file(2, "{}", 0);
    lying[11] = 0x7F;
    refused(lying, "declares a header of 2130706434 bytes");
    lying[11] = -1;
    refused(lying, "declares a header of 4278190082 bytes");
    refused(file(2, " ".repeat(70_000), 0), "declares a header of 70000 bytes");
    refused("", "lacks '{'");
    refused("{}", "lacks one of");
    refused("{'descr': '<f4', 'fortran_order': False}", "lacks one of");
    refused("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", "\"descr\" once too often");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': 1}", "\"x\" once too often");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} import os", "goes on after its end");
    refused("{'descr': __import__('os').system('ls'), 'fortran_order': False, 'shape': (6,)}", "lacks '''");
    refused("{'descr': '|O', 'fortran_order': False, 'shape': (6,)}", "elements of type \"|O\"");
    refused("{'descr': '>f4', 'fortran_order': False, 'shape': (6,)}", "elements of type \">f4\"");
    refused("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}", "elements of type \"<f8\"");
    refused("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}", "lacks '''");
    refused("{'descr': '" + "f".repeat(100) + "', 'fortran_order': False, 'shape': (6,)}", "endless string");
    refused("{'descr': '<f4', 'fortran_order': True, 'shape': (6,)}", "Fortran order");
    refused("{'descr': '<f4', 'fortran_order': 0, 'shape': (6,)}", "neither True nor False");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': 6}", "lacks '('");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (6", "malformed shape");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}", "something else than a size");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}", "malformed shape");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,6)}", "more than 8 dimensions");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "more than 2^60 elements");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "something else than a size");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000,)}", "has 24 bytes of data, but the shape");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (5,)}", "has 24 bytes of data, but the shape [5] of <f4 needs 20");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}", "needs 28");
    var two = file(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", 2);
    two[two.length - 1] = 2;
    refused(two, "element 1 is 2; expected 0 or 1");
    refused(file(1, "(" .repeat(60_000), 0), "lacks '{'");
  }

  @Test
  void everyTruncationIsRefused() {
    Hostile.truncationsAreRefused(NUMPY, this::open);
  }

  @Test
  void mutationsEndInOneKindOfError() throws Exception {
    int refused = Hostile.fuzz(35, 4_000, this::open, NUMPY, file(2, "{'descr': '|b1', 'fortran_order': False, 'shape': (5,)}\n", 5),
        file(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,)}\n", 16));
    assertTrue(refused > 1_000, "noticed " + refused);
  }

  @Test
  void aWriterThatBreaksItsPromiseLeavesTheOldFile() throws IOException {
    var file = Files.write(temp.resolve("a.npy"), NUMPY);
    assertThrows(MienException.class, () -> NpyFile.write(file, Type.FLOAT32, out -> out.floats(1, 2), 3));
    assertThrows(MienException.class, () -> NpyFile.write(file, Type.FLOAT32, out -> out.floats(1, 2), 1));
    assertThrows(IllegalArgumentException.class, () -> NpyFile.write(file, Type.FLOAT32, out -> out.booleans(true), 1));
    assertThrows(IllegalArgumentException.class, () -> NpyFile.write(file, Type.FLOAT32, out -> { }, -1));
    assertArrayEquals(NUMPY, Files.readAllBytes(file));
    try (var list = Files.list(temp)) {
      assertEquals(1, list.count());
    }
  }
}

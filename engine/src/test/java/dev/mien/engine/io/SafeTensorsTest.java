package dev.mien.engine.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir Path dir;

  /** Bits that a careless conversion would lose: a NaN with payload, negative zero, the smallest subnormal. */
  private static final float[] ODD_FLOATS = {Float.intBitsToFloat(0x7fc12345), -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY,
      1f / 3};
  private static final double[] ODD_DOUBLES = {Double.longBitsToDouble(0x7ff8000000abcdefL), -0.0, Double.MIN_VALUE, Math.PI};

  private static Map<String, HostTensor> everyKind() {
    var tensors = new LinkedHashMap<String, HostTensor>();
    tensors.put("bytes", HostTensor.of(new byte[] {0, 1, -1, 127, -128}, 5));
    tensors.put("scalar", HostTensor.of(new float[] {2.5f}));
    tensors.put("odd", HostTensor.of(ODD_FLOATS.clone(), 5, 1));
    tensors.put("empty", HostTensor.of(new float[0], 3, 0, 2));
    tensors.put("doubles", HostTensor.of(ODD_DOUBLES.clone(), 2, 2));
    tensors.put("ints", HostTensor.of(new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}, 4));
    var large = new float[70_001]; // more than one chunk, and a rest
    for (int i = 0; i < large.length; i++) {
      large[i] = i * 0.37f - 5;
    }
    tensors.put("större \"名\"\n", HostTensor.of(large, 70_001));
    return tensors;
  }

  @Test
  void roundTripKeepsNamesOrderShapesAndBits() {
    var file = dir.resolve("a.safetensors");
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("z", "läng\u0001\\ \"q\" 😀");
    metadata.put("a", "");
    SafeTensors.write(file, everyKind(), metadata);
    var back = SafeTensors.read(file);
    assertEquals(List.copyOf(everyKind().keySet()), List.copyOf(back.tensors().keySet()));
    assertEquals(everyKind(), back.tensors());
    for (int i = 0; i < ODD_FLOATS.length; i++) {
      assertEquals(Float.floatToRawIntBits(ODD_FLOATS[i]), Float.floatToRawIntBits(back.tensors().get("odd").floats()[i]));
    }
    for (int i = 0; i < ODD_DOUBLES.length; i++) {
      assertEquals(Double.doubleToRawLongBits(ODD_DOUBLES[i]),
          Double.doubleToRawLongBits(back.tensors().get("doubles").doubles()[i]));
    }
    assertEquals(List.copyOf(metadata.entrySet()), List.copyOf(back.metadata().entrySet()));
    assertEquals(metadata, SafeTensors.readMetadata(file));
    assertEquals(List.of("odd", "doubles"), back.nonFinite());
  }

  @Test
  void dataIsAlignedToItsElements() throws IOException {
    var file = dir.resolve("a.safetensors");
    SafeTensors.write(file, everyKind(), Map.of());
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, length % 8);
    var header = SafeTensorsHeader.parse("a", Arrays.copyOfRange(bytes, 8, 8 + length), bytes.length - 8 - length);
    for (var e : header.entries()) {
      assertEquals(0, e.begin() % e.dtype().sizeBytes, e.toString());
    }
  }

  @Test
  void sameContentsGiveTheSameBytes() throws IOException {
    SafeTensors.write(dir.resolve("a"), everyKind(), Map.of("k", "v"));
    SafeTensors.write(dir.resolve("b"), everyKind(), Map.of("k", "v"));
    assertArrayEquals(Files.readAllBytes(dir.resolve("a")), Files.readAllBytes(dir.resolve("b")));
  }

  @Test
  void nothingAtAllRoundTrips() throws IOException {
    var file = dir.resolve("a.safetensors");
    SafeTensors.write(file, Map.of(), Map.of());
    assertEquals(16, Files.size(file));
    assertTrue(SafeTensors.read(file).tensors().isEmpty());
  }

  @Test
  void narrowTypesAreWidened() {
    var half = file("{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}", 0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0xff,
        0x7b);
    assertArrayEquals(new float[] {1, 0x1p-24f, Float.NEGATIVE_INFINITY, 65504},
        SafeTensors.read("h", half).tensors().get("h").floats());
    var brain = file("{\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 0x80, 0x3f, 0x20, 0xc0);
    assertArrayEquals(new float[] {1, -2.5f}, SafeTensors.read("b", brain).tensors().get("b").floats());
    var wide = file("{\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff);
    assertArrayEquals(new int[] {-2}, SafeTensors.read("i", wide).tensors().get("i").ints());
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    var absent = dir.resolve("absent.safetensors");
    assertEquals("[files] could not read " + absent + ": there is no such file",
        assertThrows(MienException.class, () -> SafeTensors.read(absent)).getMessage());
    assertEquals("[files] could not read " + dir + ": it is a folder",
        assertThrows(MienException.class, () -> SafeTensors.read(dir)).getMessage());
    var nowhere = dir.resolve("no/where");
    assertEquals("[files] could not write " + nowhere + ": the folder " + dir.resolve("no") + " does not exist",
        assertThrows(MienException.class, () -> SafeTensors.write(nowhere, Map.of(), Map.of())).getMessage());
  }

  @Test
  void writerRefusesWhatReadersWould() {
    assertThrows(IllegalArgumentException.class,
        () -> SafeTensors.write(dir.resolve("a"), Map.of("__metadata__", HostTensor.of(new float[1])), Map.of()));
    assertThrows(IllegalArgumentException.class,
        () -> SafeTensors.write(dir.resolve("a"), Map.of("r", HostTensor.of(new float[1], 1, 1, 1, 1, 1, 1, 1, 1, 1)), Map.of()));
    assertThrows(IllegalArgumentException.class, () -> SafeTensors.write(dir.resolve("a"), Map.of(), Map.of("k", "\ud800")));
    assertTrue(Files.notExists(dir.resolve("a")));
  }

  static byte[] file(String header, int... data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    var out = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    for (int b : data) {
      out.put((byte) b);
    }
    return out.array();
  }
}

package dev.mien.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bytes, against a decoder that shares no code with the writer. TensorBoard 2.21's own reader was held against them by hand.
 */
class EventWriterTest {
  @TempDir
  Path temp;

  /** CRC-32C bit by bit, from its polynomial. */
  private static int crc32c(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
      }
    }
    return ~crc;
  }

  private static int masked(byte[] bytes) {
    int crc = crc32c(bytes);
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  private static List<byte[]> records(Path file) throws IOException {
    var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var records = new ArrayList<byte[]>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(masked(length), in.getInt());
      byte[] data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertEquals(masked(data), in.getInt());
      records.add(data);
    }
    return records;
  }

  /** Fields of a message: number and raw value (Long, Double, Float, byte[]). */
  private static List<Map.Entry<Integer, Object>> fields(byte[] message) {
    var in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    var fields = new ArrayList<Map.Entry<Integer, Object>>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      Object value = switch (key & 7) {
        case 0 -> varint(in);
        case 1 -> in.getDouble();
        case 5 -> in.getFloat();
        case 2 -> {
          byte[] bytes = new byte[(int) varint(in)];
          in.get(bytes);
          yield bytes;
        }
        default -> throw new AssertionError("wire type " + (key & 7));
      };
      fields.add(Map.entry(key >>> 3, value));
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0;; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static Object field(byte[] message, int number) {
    return fields(message).stream().filter(f -> f.getKey() == number).findFirst().orElseThrow().getValue();
  }

  @Test
  void theDecodersChecksumIsTheStandardOne() {
    assertEquals(0xe3069283, crc32c("123456789".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void scalarsAreWhatTensorBoardReads() throws IOException {
    var values = new LinkedHashMap<String, Double>();
    values.put("train/loss", 3.25);
    values.put("validation/mae", 6.5);
    Path file;
    try (var writer = EventWriter.open(temp, 0)) {
      writer.scalars(300, values);
      writer.scalars(Integer.MAX_VALUE + 5L, Map.of("lr", 1e-3));
      file = writer.file();
    }
    assertTrue(file.getFileName().toString().matches("events\\.out\\.tfevents\\.\\d{10}\\.mien"), file.toString());
    var records = records(file);
    assertEquals(4, records.size());
    assertEquals("brain.Event:2", new String((byte[]) field(records.get(0), 3), StandardCharsets.UTF_8));
    double now = System.currentTimeMillis() / 1e3;
    assertEquals(now, (double) field(records.get(2), 1), 60);
    assertEquals(300L, field(records.get(2), 2));
    var summary = fields((byte[]) field(records.get(2), 5));
    assertEquals(2, summary.size());
    assertEquals("train/loss", new String((byte[]) field((byte[]) summary.get(0).getValue(), 1), StandardCharsets.UTF_8));
    assertEquals(3.25f, field((byte[]) summary.get(0).getValue(), 2));
    assertEquals(6.5f, field((byte[]) summary.get(1).getValue(), 2));
    assertEquals(Integer.MAX_VALUE + 5L, field(records.get(3), 2));
  }

  @Test
  void aValueHasExactlyTheseBytes() {
    byte[] value = new ProtoWriter().string(1, "a").real32(2, 1.5f).toBytes();
    assertArrayEquals(HexFormat.of().parseHex("0a0161" + "150000c03f"), value);
  }

  @Test
  void aResumedRunStartsASessionInANewLaterFile() throws IOException {
    Path first;
    try (var writer = EventWriter.open(temp, 0)) {
      first = writer.file();
      var start = records(first).get(1);
      assertEquals(1L, field(start, 2));
      assertEquals(1L, field((byte[]) field(start, 7), 1));
    }
    try (var writer = EventWriter.open(temp, 120)) {
      assertTrue(writer.file().compareTo(first) > 0);
      var start = records(writer.file()).get(1);
      assertEquals(121L, field(start, 2));
      assertEquals(1L, field((byte[]) field(start, 7), 1));
    }
  }
}

package dev.mien.training.run;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes one protocol-buffer message, field by field. */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtoWriter integer(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  ProtoWriter real64(int field, double value) {
    varint((long) field << 3 | FIXED64);
    fixed(Double.doubleToLongBits(value), Double.BYTES);
    return this;
  }

  ProtoWriter real32(int field, float value) {
    varint((long) field << 3 | FIXED32);
    fixed(Float.floatToIntBits(value), Float.BYTES);
    return this;
  }

  ProtoWriter string(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter message(int field, ProtoWriter value) {
    return delimited(field, value.toBytes());
  }

  private ProtoWriter delimited(int field, byte[] value) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private void fixed(long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes.write((int) (value >>> 8 * i));
    }
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}

package dev.mien.training.facedata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A string where it lies in the pickle, so that a file of 70 MB is held once.
 *
 * @param offset first byte in {@code data}
 * @param length in bytes of {@code data}
 */
record PickleSlice(byte[] data, int offset, int length, Kind kind) {
  enum Kind {
    /** The bytes themselves. */
    BYTES,
    /** UTF-8. */
    TEXT,
    /** Bytes that Python 3 wrote as text for protocol 2: each byte as the code point of its value, in UTF-8. */
    LATIN1
  }

  /** What callers get to see of an object of the machine. */
  static Object value(Object raw) {
    return !(raw instanceof PickleSlice slice) ? raw : slice.kind == Kind.TEXT ? slice.text() : slice.bytes();
  }

  /** A copy of the bytes that the string stands for. */
  byte[] bytes() {
    if (kind != Kind.LATIN1) {
      return Arrays.copyOfRange(data, offset, offset + length);
    }
    var bytes = new byte[size()];
    for (int from = offset, to = 0; to < bytes.length; to++) {
      int first = data[from++];
      bytes[to] = (byte) (first >= 0 ? first : (first & 0x03) << 6 | data[from++] & 0x3F);
    }
    return bytes;
  }

  /** How many bytes {@link #bytes()} has. */
  int size() {
    if (kind != Kind.LATIN1) {
      return length;
    }
    int size = 0;
    for (int i = offset; i < offset + length; i++) {
      size += (data[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    return size;
  }

  String text() {
    return new String(data, offset, length, kind == Kind.BYTES ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  /** Whether this UTF-8 holds code points below 256 only, in the one shortest form of each. */
  boolean isLatin1Text() {
    for (int i = offset, end = offset + length; i < end; i++) {
      int b = data[i] & 0xFF;
      if (b < 0x80) {
        continue;
      }
      if (b != 0xC2 && b != 0xC3 || i + 1 == end || (data[i + 1] & 0xC0) != 0x80) {
        return false;
      }
      i++;
    }
    return true;
  }
}

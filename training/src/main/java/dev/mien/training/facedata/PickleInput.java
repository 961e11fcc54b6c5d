package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle behind a cursor that never leaves them. */
final class PickleInput {
  private static final int MAX_NAME_BYTES = 200;

  private final byte[] data;
  private final String name;
  private int next;
  private int opcodeAt;

  PickleInput(byte[] data, String name, int limit) {
    this.data = data;
    this.name = name;
    if (data.length > limit) {
      throw new FormatException("[pickle] " + name + " has " + data.length + " bytes, more than the limit of " + limit);
    }
    if (data.length < 3 || (data[0] & 0xFF) != 0x80) {
      throw new FormatException("[pickle] " + name + " is no pickle of protocol 2 or newer: expected the byte 80 first, found "
          + (data.length == 0 ? "an empty file" : String.format("%02x", data[0])) + ". Is it the right file, wholly copied?");
    }
  }

  /** The next opcode; errors name its place from now on. */
  int opcode() {
    opcodeAt = next;
    return u8();
  }

  int u8() {
    require(1);
    return data[next++] & 0xFF;
  }

  int u16() {
    return u8() | u8() << 8;
  }

  int s32() {
    return u16() | u16() << 16;
  }

  /** Lengths are unsigned in some opcodes and signed in others; none may pass 2^31. */
  long u32() {
    return s32() & 0xFFFFFFFFL;
  }

  long s64() {
    return u32() | (long) s32() << 32;
  }

  PickleSlice slice(long length, PickleSlice.Kind kind) {
    require(length);
    var slice = new PickleSlice(data, next, (int) length, kind);
    next += (int) length;
    return slice;
  }

  /** Text, checked to be UTF-8. */
  PickleSlice text(long length) {
    var slice = slice(length, PickleSlice.Kind.TEXT);
    if (!slice.isLatin1Text()) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, slice.offset(), slice.length()));
      } catch (CharacterCodingException e) {
        throw error("holds text that is not UTF-8");
      }
    }
    return slice;
  }

  /** A line of ASCII, as names are written. */
  String line() {
    int start = next;
    int b;
    do {
      b = u8();
      if (next - start > MAX_NAME_BYTES) {
        throw error("holds a name of more than " + MAX_NAME_BYTES + " bytes");
      }
    } while (b != '\n');
    return new String(data, start, next - 1 - start, StandardCharsets.ISO_8859_1);
  }

  /** Checks that this many bytes follow. */
  void require(long bytes) {
    if (bytes < 0 || bytes > data.length - next) {
      throw error("needs " + Long.toUnsignedString(bytes) + " more bytes at byte " + next + " of " + data.length
          + "; the file is cut off or damaged, copy it again");
    }
  }

  void end() {
    if (next != data.length) {
      throw error("goes on for " + (data.length - next) + " bytes after its end; expected none");
    }
  }

  FormatException error(String what) {
    return new FormatException("[pickle] " + name + ": the opcode at byte " + opcodeAt + " " + what);
  }
}

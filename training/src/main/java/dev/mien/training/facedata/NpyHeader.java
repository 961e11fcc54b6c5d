package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The header of a {@code .npy} file: its magic, its version, and a Python dictionary of exactly descr, fortran_order and shape.
 *
 * @param dataOffset first byte of the data
 */
record NpyHeader(NpyFile.Type type, List<Long> shape, long dataOffset) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  /** Bytes that tell the version and the header's length: 10 in version 1, 12 in version 2. */
  static final int PREFIX_BYTES = 12;
  static final int MAX_BYTES = 1 << 16;
  private static final int MAX_DIMENSIONS = 8;
  private static final int ALIGNMENT = 64;

  /** Elements in all; cannot overflow once the shape was checked. */
  long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Magic to final newline in version 1.0, so long that the data begin at a multiple of 64. */
  static byte[] format(NpyFile.Type type, long... shape) {
    var sizes = new StringBuilder("(");
    for (int i = 0; i < shape.length; i++) {
      sizes.append(i == 0 ? "" : ", ").append(shape[i]).append(shape.length == 1 ? "," : "");
    }
    var text = "{'descr': '" + type.code() + "', 'fortran_order': False, 'shape': " + sizes + "), }";
    int length = (10 + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 10;
    var out = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length).put(text.getBytes(StandardCharsets.US_ASCII));
    while (out.remaining() > 1) {
      out.put((byte) ' ');
    }
    return out.put((byte) '\n').array();
  }

  /** Parses the dictionary, which ends in spaces and perhaps a newline. */
  static NpyHeader parse(String name, byte[] dictionary, long dataOffset) {
    return new Parser(name, new String(dictionary, StandardCharsets.ISO_8859_1)).header(dataOffset);
  }

  private static final class Parser {
    private final String name;
    private final String text;
    private int at;
    private NpyFile.Type type;
    private boolean orderSeen;
    private List<Long> shape;

    Parser(String name, String text) {
      this.name = name;
      this.text = text;
    }

    NpyHeader header(long dataOffset) {
      expect('{');
      while (!accept('}')) {
        entry();
        if (!accept(',')) {
          expect('}');
          break;
        }
      }
      accept('\n');
      if (at != text.length()) {
        throw error("goes on after its end");
      }
      if (type == null || !orderSeen || shape == null) {
        throw error("lacks one of 'descr', 'fortran_order' and 'shape'");
      }
      return new NpyHeader(type, shape, dataOffset);
    }

    private void entry() {
      var key = string();
      expect(':');
      if (key.equals("descr") && type == null) {
        type = type();
      } else if (key.equals("fortran_order") && !orderSeen) {
        order();
      } else if (key.equals("shape") && shape == null) {
        shape = shape();
      } else {
        throw error("has the key \"" + TextLines.shown(key) + "\" once too often");
      }
    }

    private NpyFile.Type type() {
      var code = string();
      for (var known : NpyFile.Type.values()) {
        if (known.code().equals(code)) {
          return known;
        }
      }
      throw new FormatException("[npy] " + name + " holds elements of type \"" + TextLines.shown(code) + "\"; expected <f4 (float32), "
          + "|b1 (bool) or <i8 (int64). Convert it with numpy: a.astype('float32')");
    }

    private void order() {
      if (text.startsWith("True", skip())) {
        throw new FormatException("[npy] " + name + " is stored in Fortran order; expected C order. Convert it with "
            + "numpy.ascontiguousarray");
      }
      if (!text.startsWith("False", at)) {
        throw error("has a fortran_order that is neither True nor False");
      }
      at += "False".length();
      orderSeen = true;
    }

    private List<Long> shape() {
      var sizes = new ArrayList<Long>();
      long elements = 1;
      expect('(');
      boolean more = true;
      while (!accept(')')) {
        if (!more || sizes.size() == MAX_DIMENSIONS) {
          throw error("has a malformed shape, or one of more than " + MAX_DIMENSIONS + " dimensions");
        }
        long size = number();
        if (size != 0 && elements > Long.MAX_VALUE / 8 / size) {
          throw error("has a shape of more than 2^60 elements");
        }
        elements *= Math.max(1, size);
        sizes.add(size);
        more = accept(',');
      }
      return List.copyOf(sizes);
    }

    private long number() {
      int start = skip();
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > 18) {
        throw error("has something else than a size in its shape");
      }
      long value = Long.parseLong(text, start, at, 10);
      accept('L'); // Python 2 wrote long integers so.
      return value;
    }

    private String string() {
      expect('\'');
      int end = text.indexOf('\'', at);
      if (end < 0 || end - at > 40) {
        throw error("has an endless string");
      }
      var string = text.substring(at, end);
      at = end + 1;
      return string;
    }

    private int skip() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
      return at;
    }

    private boolean accept(char wanted) {
      if (skip() < text.length() && text.charAt(at) == wanted) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char wanted) {
      if (!accept(wanted)) {
        throw error("lacks '" + wanted + "'");
      }
    }

    private FormatException error(String what) {
      return new FormatException("[npy] " + name + ": the header " + what + " at character " + at + "; expected "
          + "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, found " + TextLines.shown(text.strip()));
    }
  }

  static String text(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}

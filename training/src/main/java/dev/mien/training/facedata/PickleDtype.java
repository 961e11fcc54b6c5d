package dev.mien.training.facedata;

/** The type of a numpy scalar: truth value or whole number, its size, and the byte order that BUILD tells. */
final class PickleDtype {
  private final char kind;
  private final int size;
  private boolean little = true;

  private PickleDtype(char kind, int size) {
    this.kind = kind;
    this.size = size;
  }

  /** The type of a code such as {@code b1} or {@code i8}, or null for a type that is no truth value or whole number. */
  static PickleDtype of(String code) {
    return switch (code) {
      case "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4" -> new PickleDtype(code.charAt(0), code.charAt(1) - '0');
      default -> null;
    };
  }

  /** Takes the byte order: '<' or '>' or, for one byte, '|'; false where it is another. */
  boolean order(String order) {
    little = !order.equals(">");
    return order.equals("<") || order.equals(">") || order.equals("|") && size == 1;
  }

  int size() {
    return size;
  }

  /** A Boolean or a Long; null where the bytes are no value of the type. */
  Object value(byte[] bytes) {
    if (bytes.length != size) {
      return null;
    }
    if (kind == 'b') {
      return bytes[0] == 0 ? Boolean.FALSE : bytes[0] == 1 ? Boolean.TRUE : null;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | bytes[little ? size - 1 - i : i] & 0xFF;
    }
    int unused = 64 - 8 * size;
    return kind == 'u' ? (Long) value : (Long) (value << unused >> unused);
  }
}

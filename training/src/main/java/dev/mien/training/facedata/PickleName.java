package dev.mien.training.facedata;

/** The names that a pickle of data may import. They stand for descriptions; nothing is looked up or called. */
enum PickleName {
  /** {@code _codecs.encode(text, 'latin1')}: bytes, as Python 3 writes them for Python 2. */
  ENCODE,
  /** {@code numpy.dtype(code, align, copy)}. */
  DTYPE,
  /** {@code numpy.core.multiarray.scalar(dtype, bytes)}. */
  SCALAR;

  /** The name, or null where it is none of ours. */
  static PickleName of(String module, String name) {
    return switch (module + " " + name) {
      case "_codecs encode" -> ENCODE;
      case "numpy dtype" -> DTYPE;
      case "numpy.core.multiarray scalar", "numpy._core.multiarray scalar" -> SCALAR;
      default -> null;
    };
  }
}

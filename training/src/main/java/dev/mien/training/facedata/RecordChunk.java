package dev.mien.training.facedata;

/** The frame of RecordIO: chunks of a magic, a word of part and length, data, and zeros up to a multiple of 4. */
final class RecordChunk {
  static final int MAGIC = 0xCED7230A;
  static final int HEADER_BYTES = 8;
  /** The format could take 512 MiB; no encoded face comes near this, and a damaged length often lies above it. */
  static final int MAX_RECORD_BYTES = 64 << 20;

  static final int WHOLE = 0;
  static final int FIRST = 1;
  static final int MIDDLE = 2;
  static final int LAST = 3;

  private RecordChunk() {}

  static int word(int part, int length) {
    return part << 29 | length;
  }

  static int part(int word) {
    return word >>> 29;
  }

  static int length(int word) {
    return word & (1 << 29) - 1;
  }

  static long padded(long length) {
    return length + 3 & ~3L;
  }
}

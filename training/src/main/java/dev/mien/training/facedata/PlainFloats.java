package dev.mien.training.facedata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian float32 from a file into an array, through a small buffer. */
final class PlainFloats {
  private static final int STEP = 1 << 14;

  private PlainFloats() {}

  static void read(PositionalFile file, long offset, float[] into, int at, int count) {
    var buffer = ByteBuffer.allocate(4 * Math.min(STEP, count)).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < count; done += STEP) {
      int part = Math.min(STEP, count - done);
      buffer.clear().limit(4 * part);
      file.read(offset + 4L * done, buffer);
      buffer.flip().asFloatBuffer().get(into, at + done, part);
    }
  }
}

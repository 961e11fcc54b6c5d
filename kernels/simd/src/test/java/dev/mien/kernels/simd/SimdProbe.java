package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.cases.CaseRunner;
import java.util.Arrays;

/** NaN everywhere before a call, padding lanes too, and canaries behind; afterwards padding is zero and the canaries live. */
final class SimdProbe implements CaseRunner.Probe {
  static final SimdProbe PROBE = new SimdProbe();
  private static final float CANARY = 12345.678f;
  private static final int INT_CANARY = 4711;

  private SimdProbe() {}

  @Override
  public void before(Buffer buffer) {
    var s = (SimdBuffer) buffer;
    if (s.reals != null) {
      Arrays.fill(s.reals, s.offset, s.offset + s.padded(), Float.NaN);
      Arrays.fill(s.reals, s.offset + s.padded(), s.offset + s.block.size(), CANARY);
    } else if (s.ints != null) {
      Arrays.fill(s.ints, s.offset, s.offset + s.padded(), 0x7fffff00);
      Arrays.fill(s.ints, s.offset + s.padded(), s.offset + s.block.size(), INT_CANARY);
    }
  }

  @Override
  public void after(String what, Buffer buffer) {
    var s = (SimdBuffer) buffer;
    for (int i = s.offset + s.padded(); i < s.offset + s.block.size(); i++) {
      if (s.reals != null) {
        assertEquals(CANARY, s.reals[i], () -> what + ": memory behind the buffer was written");
      } else if (s.ints != null) {
        assertEquals(INT_CANARY, s.ints[i], () -> what + ": memory behind the buffer was written");
      }
    }
    if (!s.blocked() || s.dim(1) % 16 == 0) {
      return;
    }
    int plane = s.plane();
    for (int n = 0; n < s.dim(0); n++) {
      int at = s.offset + ((n + 1) * s.channelBlocks() - 1) * plane * 16;
      for (int i = 0; i < plane * 16; i++) {
        if (i % 16 >= s.dim(1) % 16) {
          boolean zero = s.reals != null ? s.reals[at + i] == 0 : s.ints[at + i] == 0;
          assertTrue(zero, () -> what + " " + s + ": a padding lane is not zero");
        }
      }
    }
  }
}

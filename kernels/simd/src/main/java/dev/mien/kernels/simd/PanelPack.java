package dev.mien.kernels.simd;

import java.util.Arrays;

/** Packs strided matrices into panels {@code [step][width]}; lanes behind the matrix become zero. */
final class PanelPack {
  private PanelPack() {}

  /** The lanes of a step lie side by side: {@code to[k*width + l] = m[at + k*leading + l]}. */
  static void along(float[] m, int at, int leading, int lanes, float[] to, int offset, int width, int steps) {
    for (int k = 0; k < steps; k++) {
      System.arraycopy(m, at + k * leading, to, offset + k * width, lanes);
    }
    pad(lanes, to, offset, width, steps);
  }

  /** The steps of a lane lie side by side: {@code to[k*width + l] = m[at + l*leading + k]}. */
  static void across(float[] m, int at, int leading, int lanes, float[] to, int offset, int width, int steps) {
    int lane = 0;
    for (; lane + 4 <= lanes; lane += 4) {
      across4(m, at + lane * leading, leading, to, offset + lane, width, steps);
    }
    for (; lane < lanes; lane++) {
      int from = at + lane * leading;
      for (int k = 0; k < steps; k++) {
        to[offset + k * width + lane] = m[from + k];
      }
    }
    pad(lanes, to, offset, width, steps);
  }

  private static void across4(float[] m, int at, int leading, float[] to, int offset, int width, int steps) {
    int at1 = at + leading;
    int at2 = at1 + leading;
    int at3 = at2 + leading;
    for (int k = 0; k < steps; k++) {
      int i = offset + k * width;
      to[i] = m[at + k];
      to[i + 1] = m[at1 + k];
      to[i + 2] = m[at2 + k];
      to[i + 3] = m[at3 + k];
    }
  }

  private static void pad(int lanes, float[] to, int offset, int width, int steps) {
    if (lanes < width) {
      for (int k = 0; k < steps; k++) {
        Arrays.fill(to, offset + k * width + lanes, offset + (k + 1) * width, 0f);
      }
    }
  }
}

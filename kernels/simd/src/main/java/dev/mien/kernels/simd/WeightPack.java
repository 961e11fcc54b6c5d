package dev.mien.kernels.simd;

import java.util.Arrays;

/** Brings weights into panels {@code [k][lanes]}: what a kernel reads with aligned vectors, one after the other. */
final class WeightPack {
  private WeightPack() {}

  /**
   * Lane {@code l} of step {@code k} becomes {@code w[base + k[k] + l*laneStride]}; lanes from {@code lanes} up to {@code width}
   * become zero.
   */
  static void pack(float[] w, int base, int[] k, int laneStride, int lanes, int width, float[] panel, int offset) {
    int lane = 0;
    for (; lane + 8 <= lanes; lane += 8) {
      pack8(w, base + lane * laneStride, k, laneStride, width, panel, offset + lane);
    }
    for (; lane < lanes; lane++) {
      int from = base + lane * laneStride;
      for (int i = 0; i < k.length; i++) {
        panel[offset + i * width + lane] = w[from + k[i]];
      }
    }
    if (lanes < width) {
      for (int i = 0; i < k.length; i++) {
        Arrays.fill(panel, offset + i * width + lanes, offset + (i + 1) * width, 0f);
      }
    }
  }

  private static void pack8(float[] w, int base, int[] k, int s, int width, float[] panel, int offset) {
    for (int i = 0; i < k.length; i++) {
      int from = base + k[i];
      int to = offset + i * width;
      panel[to] = w[from];
      panel[to + 1] = w[from + s];
      panel[to + 2] = w[from + 2 * s];
      panel[to + 3] = w[from + 3 * s];
      panel[to + 4] = w[from + 4 * s];
      panel[to + 5] = w[from + 5 * s];
      panel[to + 6] = w[from + 6 * s];
      panel[to + 7] = w[from + 7 * s];
    }
  }

  /** The way back: {@code w[base + k[i] + l*laneStride]} becomes lane l of step {@code position[i]}. */
  static void unpack(float[] panel, int offset, int[] position, int width, Target target) {
    int lane = 0;
    for (; lane + 8 <= target.lanes; lane += 8) {
      unpack8(panel, offset + lane, position, width, target, target.base + lane * target.laneStride);
    }
    for (; lane < target.lanes; lane++) {
      int to = target.base + lane * target.laneStride;
      for (int i = 0; i < position.length; i++) {
        target.w[to + target.k[i]] = panel[offset + position[i] * width + lane];
      }
    }
  }

  private static void unpack8(float[] panel, int offset, int[] position, int width, Target target, int base) {
    float[] w = target.w;
    int[] k = target.k;
    int s = target.laneStride;
    for (int i = 0; i < position.length; i++) {
      int from = offset + position[i] * width;
      int to = base + k[i];
      w[to] = panel[from];
      w[to + s] = panel[from + 1];
      w[to + 2 * s] = panel[from + 2];
      w[to + 3 * s] = panel[from + 3];
      w[to + 4 * s] = panel[from + 4];
      w[to + 5 * s] = panel[from + 5];
      w[to + 6 * s] = panel[from + 6];
      w[to + 7 * s] = panel[from + 7];
    }
  }

  /** Where {@link #unpack} writes. */
  record Target(float[] w, int base, int[] k, int laneStride, int lanes) {}
}

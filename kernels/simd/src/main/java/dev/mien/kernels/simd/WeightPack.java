package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Brings weights into panels {@code [k][lanes]}: what a kernel reads with aligned vectors, one after the other. */
final class WeightPack {
  private WeightPack() {}

  /**
   * Lane {@code l} of step {@code i} becomes {@code w[base + k[i] + l*laneStride]}; lanes from {@code lanes} up to {@code width}
   * become zero.
   *
   * @param run steps for which k counts up by one, again and again from the first step on
   */
  static void pack(Source w, int[] k, int run, int lanes, Panel to) {
    float[] panel = to.array;
    int offset = to.offset;
    int width = to.width;
    int lane = 0;
    for (; lane + COUNT <= lanes; lane += COUNT) {
      int base = w.base + lane * w.laneStride;
      if (w.laneStride == 1) {
        copy(w.array, base, k, width, panel, offset + lane);
      } else if (run >= 8 && run >= COUNT / 2) {
        squares(new Source(w.array, base, w.laneStride), k, run, new Panel(panel, offset + lane, width));
      } else {
        for (int l = 0; l < COUNT; l += 4) {
          four(new Source(w.array, base + l * w.laneStride, w.laneStride), k, width, panel, offset + lane + l);
        }
      }
    }
    scalar(w, k, 0, k.length, new Lane(lane, lanes, width), panel, offset);
    if (lanes < width) {
      for (int i = 0; i < k.length; i++) {
        Arrays.fill(panel, offset + i * width + lanes, offset + (i + 1) * width, 0f);
      }
    }
  }

  /** Weights from {@code base} on, lanes {@code laneStride} apart. */
  record Source(float[] array, int base, int laneStride) {}

  /** A panel of {@code width} lanes from {@code offset} on. */
  record Panel(float[] array, int offset, int width) {}

  private record Lane(int from, int to, int width) {}

  private static void copy(float[] w, int base, int[] k, int width, float[] panel, int offset) {
    for (int i = 0; i < k.length; i++) {
      FloatVector.fromArray(F, w, base + k[i]).intoArray(panel, offset + i * width);
    }
  }

  private static void four(Source source, int[] k, int width, float[] panel, int offset) {
    float[] w = source.array;
    int base = source.base;
    int stride = source.laneStride;
    for (int i = 0; i < k.length; i++) {
      int from = base + k[i];
      int to = offset + i * width;
      panel[to] = w[from];
      panel[to + 1] = w[from + stride];
      panel[to + 2] = w[from + 2 * stride];
      panel[to + 3] = w[from + 3 * stride];
    }
  }

  /** A square may read and write past the end of its run: what is wrong there is overwritten by the next one. */
  private static void squares(Source w, int[] k, int run, Panel to) {
    float[] panel = to.array;
    int offset = to.offset;
    int width = to.width;
    int[] rows = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      rows[i] = i * w.laneStride;
    }
    for (int first = 0; first < k.length; first += run) {
      int end = Math.min(first + run, k.length);
      for (int i = first; i < end; i += COUNT) {
        int from = w.base + k[i];
        if (i + COUNT <= k.length && from + rows[COUNT - 1] + COUNT <= w.array.length) {
          TransposeKernels.square(w.array, from, rows, 0, panel, offset + i * width, width);
        } else {
          scalar(w, k, i, Math.min(i + COUNT, end), new Lane(0, COUNT, width), panel, offset);
        }
      }
    }
  }

  private static void scalar(Source w, int[] k, int from, int to, Lane lanes, float[] panel, int offset) {
    for (int lane = lanes.from; lane < lanes.to; lane++) {
      int base = w.base + lane * w.laneStride;
      for (int i = from; i < to; i++) {
        panel[offset + i * lanes.width + lane] = w.array[base + k[i]];
      }
    }
  }

  /** The way back: {@code w[base + i + l*laneStride]} becomes lane l of row {@code rows[i]}, an offset in the panel. */
  static void unpack(float[] panel, int offset, int[] rows, Source w, int lanes) {
    int lane = 0;
    int whole = rows.length / COUNT * COUNT;
    for (; lane + COUNT <= lanes; lane += COUNT) {
      int to = w.base + lane * w.laneStride;
      for (int i = 0; i < whole; i += COUNT) {
        TransposeKernels.square(panel, offset + lane, rows, i, w.array, to + i, w.laneStride);
      }
    }
    for (int l = 0; l < lanes; l++) {
      int to = w.base + l * w.laneStride;
      for (int i = l < lane ? whole : 0; i < rows.length; i++) {
        w.array[to + i] = panel[offset + rows[i] + l];
      }
    }
  }
}

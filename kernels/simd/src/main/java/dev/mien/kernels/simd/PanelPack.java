package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Packs strided matrices into panels {@code [step][width]}; lanes behind the matrix become zero. */
final class PanelPack {
  private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(F, i -> (i ^ 4) & COUNT - 1);
  private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(F, i -> (i ^ 2) & COUNT - 1);
  private static final VectorShuffle<Float> ORDER = VectorShuffle.fromOp(F, i -> ((i & 3) << 1 | i >> 2 & 1) & COUNT - 1);
  private static final VectorMask<Float> UPPER_4 = VectorMask.fromLong(F, 0xf0f0L & (1L << COUNT) - 1);
  private static final VectorMask<Float> UPPER_2 = VectorMask.fromLong(F, 0xccccL & (1L << COUNT) - 1);

  private PanelPack() {}

  /** A strided matrix from element {@code at} on. */
  record Matrix(float[] array, int at, int leading) {}

  /** Whole panels of two vectors side by side, read along the rows of the matrix so that a row's memory page is used at once. */
  static void panels(Matrix matrix, int panels, float[] to, int offset, int steps) {
    float[] m = matrix.array;
    int at = matrix.at;
    int leading = matrix.leading;
    for (int k = 0; k < steps; k++) {
      row(m, at + k * leading, panels, to, offset + k * 2 * COUNT, steps * 2 * COUNT);
    }
  }

  private static void row(float[] m, int from, int panels, float[] to, int offset, int panelSize) {
    for (int p = 0; p < panels; p++) {
      int i = from + p * 2 * COUNT;
      int j = offset + p * panelSize;
      FloatVector.fromArray(F, m, i).intoArray(to, j);
      FloatVector.fromArray(F, m, i + COUNT).intoArray(to, j + COUNT);
    }
  }

  /** The lanes of a step lie side by side: {@code to[k*width + l] = m[at + k*leading + l]}. */
  static void along(Matrix matrix, int lanes, float[] to, int offset, int width, int steps) {
    float[] m = matrix.array;
    int at = matrix.at;
    int leading = matrix.leading;
    for (int k = 0; k < steps; k++) {
      System.arraycopy(m, at + k * leading, to, offset + k * width, lanes);
    }
    pad(lanes, to, offset, width, steps);
  }

  /** The steps of a lane lie side by side: {@code to[k*width + l] = m[at + l*leading + k]}. */
  static void across(Matrix matrix, int lanes, float[] to, int offset, int width, int steps) {
    float[] m = matrix.array;
    int at = matrix.at;
    int leading = matrix.leading;
    int lane = 0;
    if (width == 6 && lanes == 6 && COUNT == 8 && steps > 8) {
      six(matrix, to, offset, steps);
      return;
    }
    int whole = steps / COUNT * COUNT;
    int[] rows = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      rows[i] = i * leading;
    }
    for (; lane + COUNT <= lanes; lane += COUNT) {
      for (int k = 0; k < whole; k += COUNT) {
        TransposeKernels.square(m, at + lane * leading + k, rows, 0, to, offset + k * width + lane, width);
      }
      for (int l = lane; l < lane + COUNT; l++) {
        for (int k = whole; k < steps; k++) {
          to[offset + k * width + l] = m[at + l * leading + k];
        }
      }
    }
    for (; lane + 4 <= lanes; lane += 4) {
      int done = width == 4 && COUNT == 8 ? whole : 0;
      for (int k = 0; k < done; k += 8) {
        quad(m, at + lane * leading + k, leading, to, offset + k * 4);
      }
      across4(new Matrix(m, at + lane * leading + done, leading), to, offset + done * width + lane, width, steps - done);
    }
    for (; lane < lanes; lane++) {
      int from = at + lane * leading;
      for (int k = 0; k < steps; k++) {
        to[offset + k * width + lane] = m[from + k];
      }
    }
    pad(lanes, to, offset, width, steps);
  }

  /** Six rows: squares of eight whose last two columns the next step writes over; the last steps, which nothing follows, one by one. */
  private static void six(Matrix matrix, float[] to, int offset, int steps) {
    int[] rows = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      rows[i] = Math.min(i, 5) * matrix.leading;
    }
    int whole = (steps - 1) / COUNT * COUNT;
    for (int k = 0; k < whole; k += COUNT) {
      TransposeKernels.square(matrix.array, matrix.at + k, rows, 0, to, offset + k * 6, 6);
    }
    for (int k = whole; k < steps; k++) {
      for (int l = 0; l < 6; l++) {
        to[offset + k * 6 + l] = matrix.array[matrix.at + rows[l] + k];
      }
    }
  }

  /** Four rows of eight become eight steps of four: two rounds of swaps as in a transposition, then one of order. */
  private static void quad(float[] m, int at, int leading, float[] to, int offset) {
    var a0 = FloatVector.fromArray(F, m, at);
    var a1 = FloatVector.fromArray(F, m, at + leading);
    var a2 = FloatVector.fromArray(F, m, at + 2 * leading);
    var a3 = FloatVector.fromArray(F, m, at + 3 * leading);
    var b0 = a0.blend(a2.rearrange(SWAP_4), UPPER_4);
    var b2 = a0.rearrange(SWAP_4).blend(a2, UPPER_4);
    var b1 = a1.blend(a3.rearrange(SWAP_4), UPPER_4);
    var b3 = a1.rearrange(SWAP_4).blend(a3, UPPER_4);
    b0.blend(b1.rearrange(SWAP_2), UPPER_2).rearrange(ORDER).intoArray(to, offset);
    b0.rearrange(SWAP_2).blend(b1, UPPER_2).rearrange(ORDER).intoArray(to, offset + 8);
    b2.blend(b3.rearrange(SWAP_2), UPPER_2).rearrange(ORDER).intoArray(to, offset + 16);
    b2.rearrange(SWAP_2).blend(b3, UPPER_2).rearrange(ORDER).intoArray(to, offset + 24);
  }

  private static void across4(Matrix matrix, float[] to, int offset, int width, int steps) {
    float[] m = matrix.array;
    int at = matrix.at;
    int leading = matrix.leading;
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

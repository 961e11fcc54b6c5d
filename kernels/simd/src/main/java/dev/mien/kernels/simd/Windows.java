package dev.mien.kernels.simd;

import dev.mien.kernels.Pool;

/**
 * The windows of a pooling, clipped to the picture.
 *
 * @param rowFrom first row of each output row's windows; {@code rowTo} exclusive; likewise columns
 * @param divisor fixed divisor of a mean, or 0 for the number of real pixels
 * @param kernelW columns of a regular window, or 0 when the windows are adaptive
 */
record Windows(int[] rowFrom, int[] rowTo, int[] columnFrom, int[] columnTo, int divisor, int kernelW, int stride, int padding) {
  static Windows of(Pool pool, int height, int width) {
    int outHeight = pool.outHeight(height);
    int outWidth = pool.outWidth(width);
    int[][] ends = {new int[outHeight], new int[outHeight], new int[outWidth], new int[outWidth]};
    var w = switch (pool) {
      case Pool.Max p -> new Windows(ends[0], ends[1], ends[2], ends[3], 0, p.kernelW(), p.stride(), p.padding());
      case Pool.Average p -> new Windows(ends[0], ends[1], ends[2], ends[3], p.countPadding() ? p.kernelH() * p.kernelW() : 0,
          p.kernelW(), p.stride(), p.padding());
      default -> new Windows(ends[0], ends[1], ends[2], ends[3], 0, 0, 1, 0);
    };
    switch (pool) {
      case Pool.Max p -> {
        fixed(w.rowFrom, w.rowTo, height, p.kernelH(), p.stride(), p.padding());
        fixed(w.columnFrom, w.columnTo, width, p.kernelW(), p.stride(), p.padding());
      }
      case Pool.Average p -> {
        fixed(w.rowFrom, w.rowTo, height, p.kernelH(), p.stride(), p.padding());
        fixed(w.columnFrom, w.columnTo, width, p.kernelW(), p.stride(), p.padding());
      }
      case Pool.AdaptiveAverage p -> adaptive(w, height, width);
      case Pool.AdaptiveMax p -> adaptive(w, height, width);
    }
    return w;
  }

  private static void fixed(int[] from, int[] to, int extent, int kernel, int stride, int padding) {
    for (int i = 0; i < from.length; i++) {
      int start = i * stride - padding;
      from[i] = Math.max(0, start);
      to[i] = Math.min(extent, start + kernel);
    }
  }

  private static void adaptive(Windows w, int height, int width) {
    spread(w.rowFrom, w.rowTo, height);
    spread(w.columnFrom, w.columnTo, width);
  }

  private static void spread(int[] from, int[] to, int extent) {
    for (int i = 0, n = from.length; i < n; i++) {
      from[i] = (int) ((long) i * extent / n);
      to[i] = (int) (((i + 1L) * extent + n - 1) / n);
    }
  }

  /** Pixels that the mean of window (p, q) is divided by. */
  float divisor(int p, int q) {
    return divisor > 0 ? divisor : (float) (rowTo[p] - rowFrom[p]) * (columnTo[q] - columnFrom[q]);
  }

  /** Whether all windows are alike but for the picture's edge. */
  boolean regular() {
    return kernelW > 0;
  }

  /** First output column whose window's column {@code tap} lies in the picture. */
  int firstColumn(int tap) {
    return Math.min(columnFrom.length, Math.max(0, (padding - tap + stride - 1) / stride));
  }

  /** Behind the last such output column, at least {@link #firstColumn}. */
  int lastColumn(int tap, int width) {
    int last = (width - 1 + padding - tap) / stride + 1;
    return Math.max(firstColumn(tap), Math.min(columnFrom.length, width - 1 + padding - tap < 0 ? 0 : last));
  }

  static boolean maximum(Pool pool) {
    return pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
  }
}

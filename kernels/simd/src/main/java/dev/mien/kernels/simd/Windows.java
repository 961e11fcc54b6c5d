package dev.mien.kernels.simd;

import dev.mien.kernels.Pool;

/**
 * The windows of a pooling, clipped to the picture.
 *
 * @param rowFrom first row of each output row's windows; {@code rowTo} exclusive; likewise columns
 * @param divisor fixed divisor of a mean, or 0 for the number of real pixels
 */
record Windows(int[] rowFrom, int[] rowTo, int[] columnFrom, int[] columnTo, int divisor) {
  static Windows of(Pool pool, int height, int width) {
    int outHeight = pool.outHeight(height);
    int outWidth = pool.outWidth(width);
    var w = new Windows(new int[outHeight], new int[outHeight], new int[outWidth], new int[outWidth],
        pool instanceof Pool.Average a && a.countPadding() ? a.kernelH() * a.kernelW() : 0);
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

  static boolean maximum(Pool pool) {
    return pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
  }
}

package dev.mien.kernels.simd;

/**
 * Arguments of one call of a weight-gradient kernel: row {@code r} of unit {@code q} and vector {@code v} of the dense tile
 * {@code sum} becomes {@code start + sum over pixels p of x[x_q + r + offsets[p]] * gy[gyBase + p*16 + v*gyVector]}, one chain
 * of fused multiply-adds, p ascending. One object per task, refilled for every call.
 */
final class GradTile {
  private static final Warmth WARMTH = new Warmth();

  float[] x;
  int x0;
  int x1;
  int x2;
  int x3;
  int[] offsets;
  int from;
  int to;
  float[] gy;
  int gyBase;
  int gyVector;
  float[] start;
  int startBase;
  float[] sum;
  int sumBase;

  /** Runs over the first {@code pixels} pixels. */
  void run(int units, int rows, int vectors, int pixels) {
    from = 0;
    to = pixels;
    if (pixels > Warmth.PIECE && WARMTH.cold(units << 2 | (rows & 1) << 1 | vectors - 1)) {
      for (int p = 0; p < pixels; p = to) {
        from = p;
        to = Math.min(pixels, p + Warmth.PIECE);
        GradKernels.run(this, units, rows, vectors);
        start = sum;
        startBase = sumBase;
      }
    } else {
      GradKernels.run(this, units, rows, vectors);
    }
  }
}

package dev.mien.kernels.simd;

/**
 * Arguments of one call of a matrix kernel: {@code c[cBase + i*cRow + j] = start[startBase + i*startRow + j]
 * + sum over k of a[aBase + k*rows + i] * b[bBase + k*columns + j]}, one chain of fused multiply-adds, k ascending.
 * One object per task, refilled for every call.
 */
final class GemmTile {
  private static final Warmth WARMTH = new Warmth();

  float[] a;
  int aBase;
  float[] b;
  int bBase;
  int from;
  int to;
  float[] start;
  int startBase;
  int startRow;
  float[] c;
  int cBase;
  int cRow;

  /** No step has this number; the compiler must not know it (see TileGenerator). */
  int never = -1;

  /** Runs over {@code depth} steps of k. */
  void run(int rows, int vectors, int depth) {
    from = 0;
    to = depth;
    if (depth > Warmth.PIECE && WARMTH.cold(rows << 1 | vectors - 1)) {
      for (int k = 0; k < depth; k = to) {
        from = k;
        to = Math.min(depth, k + Warmth.PIECE);
        GemmKernels.run(this, rows, vectors);
        start = c;
        startBase = cBase;
        startRow = cRow;
      }
    } else {
      GemmKernels.run(this, rows, vectors);
    }
  }
}

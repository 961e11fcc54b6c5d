package dev.mien.kernels.simd;

/**
 * Arguments of one call of a matrix kernel: {@code c[cBase + i*cRow + j] = start[startBase + i*startRow + j]
 * + sum over k of a[aBase + k*rows + i] * b[bBase + k*columns + j]}, one chain of fused multiply-adds, k ascending.
 * One object per task, refilled for every call.
 */
final class GemmTile {
  private static final Warmth WARMTH = new Warmth();
  private static final Warmth COLUMNS_WARMTH = new Warmth();

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
  /** For {@link #runColumns}: panels of B, {@code bStep} floats apart; fresh chains start at startBase, others at c. */
  int panels;
  int bStep;
  boolean fresh;

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

  /** Runs 4 rows and two vectors over one panel of B after the other: what a call costs is paid once. */
  void runColumns(int count, int depth) {
    from = 0;
    to = depth;
    panels = count;
    if (!COLUMNS_WARMTH.cold(0)) {
      GemmKernels.runColumns(this);
      return;
    }
    boolean begin = fresh;
    float[] origin = start;
    int row = startRow;
    int bFirst = bBase;
    int cFirst = cBase;
    panels = 1;
    for (int j = 0; j < count; j++) {
      bBase = bFirst + j * bStep;
      cBase = cFirst + j * 2 * Lanes.COUNT;
      fresh = begin;
      start = origin;
      startRow = row;
      for (int k = 0; k == 0 || k < depth; k += Warmth.PIECE) {
        from = k;
        to = Math.min(depth, k + Warmth.PIECE);
        GemmKernels.runColumns(this);
        fresh = false;
        start = c;
        startRow = cRow;
      }
    }
    bBase = bFirst;
    cBase = cFirst;
  }
}

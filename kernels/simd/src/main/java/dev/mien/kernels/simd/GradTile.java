package dev.mien.kernels.simd;

/**
 * Arguments of one call of a weight-gradient kernel: row {@code r} of unit {@code q} and vector {@code v} of the dense tile
 * {@code sum} becomes {@code start + sum over pixels p of x[x_q + r + offsets[p]] * gy[gyBase + p*16 + v*gyVector]}, one chain
 * of fused multiply-adds, p ascending. One object per task, refilled for every call.
 */
final class GradTile {
  private static final Warmth WARMTH = new Warmth();
  private static final Warmth UNITS_WARMTH = new Warmth();

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
  /** For {@link #runUnits}: the units' channels relative to x0; sums lie one behind the other; fresh chains start at startBase. */
  int[] xs;
  int unit;
  int unitEnd;
  boolean fresh;

  /** Runs over pixels {@code first .. last-1}. */
  void run(int units, int rows, int vectors, int first, int last) {
    from = first;
    to = last;
    if (last - first > Warmth.PIECE && WARMTH.cold(units << 2 | (rows & 1) << 1 | vectors - 1)) {
      for (int p = first; p < last; p = to) {
        from = p;
        to = Math.min(last, p + Warmth.PIECE);
        GradKernels.run(this, units, rows, vectors);
        start = sum;
        startBase = sumBase;
      }
    } else {
      GradKernels.run(this, units, rows, vectors);
    }
  }

  /** Runs over the first {@code pixels} pixels. */
  void run(int units, int rows, int vectors, int pixels) {
    run(units, rows, vectors, 0, pixels);
  }

  /** Runs units of 4 rows and two vectors one after the other over pixels {@code first .. last-1}: a call's cost is paid once. */
  void runUnits(int u, int end, int first, int last) {
    unit = u;
    unitEnd = end;
    from = first;
    to = last;
    if (!UNITS_WARMTH.cold(0)) {
      GradKernels.runUnits(this);
      return;
    }
    boolean begin = fresh;
    for (int i = u; i < end; i++) {
      unit = i;
      unitEnd = i + 1;
      for (int p = first; p < last; p = to) {
        from = p;
        to = Math.min(last, p + Warmth.PIECE);
        GradKernels.runUnits(this);
        fresh = false;
      }
      fresh = begin;
    }
  }
}

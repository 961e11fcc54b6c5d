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
  /** For {@link #runUnits}: the units' channels relative to x0, and their sums relative to sumBase; fresh chains start at startBase. */
  int[] xs;
  int[] zs;
  /** Whether the offset of pixel p is 16 p: then nothing has to be read, nor checked, in the loop. */
  boolean linear;
  int unit;
  int unitEnd;
  boolean fresh;

  /** No step has this number; the compiler must not know it (see TileGenerator). */
  int never = -1;

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

  /**
   * Runs {@code units} neighbours of {@code rows} rows one after the other over pixels {@code first .. last-1}, up to unit {@code end}, which
   * must come out even: what a call costs is paid once.
   */
  void runUnits(int end, int units, int rows, int vectors, int first, int last) {
    unit = 0;
    unitEnd = end;
    from = first;
    to = last;
    if (!UNITS_WARMTH.cold((linear ? 32 : 0) | units << 4 & 16 | rows << 1 & 14 | vectors - 1)) {
      GradUnitKernels.run(this, units, rows, vectors);
      return;
    }
    boolean begin = fresh;
    for (int i = 0; i < end; i += units) {
      unit = i;
      unitEnd = i + units;
      for (int p = first; p < last; p = to) {
        from = p;
        to = Math.min(last, p + Warmth.PIECE);
        GradUnitKernels.run(this, units, rows, vectors);
        fresh = false;
      }
      fresh = begin;
    }
  }
}

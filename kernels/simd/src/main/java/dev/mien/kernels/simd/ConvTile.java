package dev.mien.kernels.simd;

/**
 * Arguments of one call of a convolution kernel: pixel {@code i} of group {@code g} and vector {@code v} becomes
 * {@code y[y_g + i*yPixel + v*yVector] = start[s_g + ...]
 * + sum over k of x[x_g + i*16 + offsets[k]] * w[wBase + (k*vectors + v)*COUNT]},
 * one chain of fused multiply-adds, k ascending. One object per task, refilled for every call.
 */
final class ConvTile {
  private static final Warmth WARMTH = new Warmth();
  private static final Warmth GROUPS_WARMTH = new Warmth();

  float[] x;
  int x0;
  int x1;
  int x2;
  int[] offsets;
  int from;
  int to;
  float[] w;
  int wBase;
  float[] start;
  int s0;
  int s1;
  int s2;
  int sPixel;
  int sVector;
  float[] y;
  int y0;
  int y1;
  int y2;
  int yPixel;
  int yVector;
  /** For {@link #runGroups}: groups, and their first pixels relative to x0 and y0; fresh chains start at s0, others at y. */
  int[] xs;
  int[] ys;
  int group;
  int groupEnd;
  boolean fresh;

  /** No step has this number; the compiler must not know it (see TileGenerator). */
  int never = -1;

  /** Runs over k in {@code [first, last)}. */
  void run(int groups, int pixels, int vectors, int first, int last) {
    from = first;
    to = last;
    if (last - first > Warmth.PIECE && WARMTH.cold(groups << 4 | pixels << 1 | vectors - 1)) {
      to = first + Warmth.PIECE;
      ConvKernels.run(this, groups, pixels, vectors);
      continueFromY();
      for (int k = to; k < last; k = to) {
        from = k;
        to = Math.min(last, k + Warmth.PIECE);
        ConvKernels.run(this, groups, pixels, vectors);
      }
    } else {
      ConvKernels.run(this, groups, pixels, vectors);
    }
  }

  /** Runs one group of 6 or 4 pixels after the other in one call, k in {@code [first, last)}: what a call costs is paid once. */
  void runGroups(int g, int end, int pixels, int vectors, int first, int last) {
    group = g;
    groupEnd = end;
    from = first;
    to = last;
    if (!GROUPS_WARMTH.cold(pixels << 1 | vectors - 1)) {
      ConvGroupKernels.run(this, pixels, vectors);
      return;
    }
    boolean begin = fresh;
    float[] origin = start;
    int at = s0;
    int pixel = sPixel;
    int vector = sVector;
    for (int i = g; i < end; i++) {
      group = i;
      groupEnd = i + 1;
      for (int k = first; k == first || k < last; k += Warmth.PIECE) {
        from = k;
        to = Math.min(last, k + Warmth.PIECE);
        ConvGroupKernels.run(this, pixels, vectors);
        continueFromY();
        fresh = false;
      }
      fresh = begin;
      start = origin;
      s0 = at;
      sPixel = pixel;
      sVector = vector;
    }
  }

  /** Makes the chain go on from what lies in y. */
  void continueFromY() {
    start = y;
    s0 = y0;
    s1 = y1;
    s2 = y2;
    sPixel = yPixel;
    sVector = yVector;
  }
}

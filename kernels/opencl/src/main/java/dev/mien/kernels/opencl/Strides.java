package dev.mien.kernels.opencl;

import java.util.Arrays;

/** Extents and strides of up to eight axes, merged where a walk allows it, as the arguments {@code int8} of a kernel: innermost last. */
final class Strides {
  private static final int AXES = 8;

  private Strides() {}

  /** Row-major strides of a shape; 0 where the extent is 1, so that it repeats. */
  static int[] repeating(int[] dims) {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = dims[i] == 1 ? 0 : step;
      step *= dims[i];
    }
    return strides;
  }

  /** Puts missing axes of extent 1 in front. */
  static int[] padded(int[] dims, int rank) {
    int[] all = new int[rank];
    Arrays.fill(all, 0, rank - dims.length, 1);
    System.arraycopy(dims, 0, all, rank - dims.length, dims.length);
    return all;
  }

  /** Result: row 0 the extents, the others the strides of each operand; axes that all operands walk as one are merged. */
  static int[][] merged(int[] extents, int[]... strides) {
    int[][] out = new int[1 + strides.length][extents.length];
    int n = 0;
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] == 1) {
        continue;
      }
      boolean joins = n > 0;
      for (int k = 0; joins && k < strides.length; k++) {
        joins = out[k + 1][n - 1] == strides[k][i] * extents[i];
      }
      int at = joins ? n - 1 : n++;
      out[0][at] = joins ? out[0][at] * extents[i] : extents[i];
      for (int k = 0; k < strides.length; k++) {
        out[k + 1][at] = strides[k][i];
      }
    }
    if (n > AXES) {
      throw new IllegalArgumentException("a walk over " + n + " axes that cannot be merged, at most " + AXES + " are possible: extents "
          + Arrays.toString(extents));
    }
    for (int k = 0; k < out.length; k++) {
      int[] eight = new int[AXES];
      Arrays.fill(eight, k == 0 ? 1 : 0);
      System.arraycopy(out[k], 0, eight, AXES - n, n);
      out[k] = eight;
    }
    return out;
  }
}

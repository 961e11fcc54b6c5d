package dev.mien.kernels.simd;

import java.util.Arrays;

/**
 * Axes of a broadcast over physical memory: extents, and a stride per operand and axis that is 0 where the operand repeats.
 * Neighbouring axes that every operand walks as one are joined. The last operand is the result.
 *
 * @param extents never empty, the last axis the innermost
 * @param strides {@code [operand][axis]}
 */
record Walk(int[] extents, int[][] strides) {
  /** The walk over {@code full}'s shape; an operand of lower rank has leading axes of extent 1 in mind. */
  static Walk of(SimdBuffer full, SimdBuffer... operands) {
    int[] extents = full.blocked()
        ? new int[] {full.dim(0), full.channelBlocks(), full.dim(2), full.dim(3), Lanes.BLOCK}
        : full.dims();
    int[][] strides = new int[operands.length][];
    for (int i = 0; i < operands.length; i++) {
      strides[i] = full.blocked() ? image(operands[i], full) : plain(operands[i], extents);
    }
    return join(extents, strides);
  }

  private static int[] plain(SimdBuffer b, int[] extents) {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int i = b.rank() - 1, axis = extents.length - 1; i >= 0; i--, axis--) {
      strides[axis] = b.dim(i) == 1 ? 0 : stride;
      stride *= b.dim(i);
    }
    return strides;
  }

  private static int[] image(SimdBuffer b, SimdBuffer full) {
    int row = b.dim(3) * Lanes.BLOCK;
    int plane = b.dim(2) * row;
    boolean oneChannel = b.dim(1) == 1 && full.dim(1) > 1;
    return new int[] {
        b.dim(0) == 1 ? 0 : b.channelBlocks() * plane,
        oneChannel || b.channelBlocks() == 1 ? 0 : plane,
        b.dim(2) == 1 ? 0 : row,
        b.dim(3) == 1 ? 0 : Lanes.BLOCK,
        oneChannel ? 0 : 1};
  }

  private static Walk join(int[] extents, int[][] strides) {
    int n = 0;
    int most = Math.max(1, extents.length); // a scalar has no axes, but its walk has one
    int[] e = new int[most];
    int[][] s = new int[strides.length][most];
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] == 1) {
        continue;
      }
      boolean joins = n > 0;
      for (int i = 0; joins && i < strides.length; i++) {
        joins = s[i][n - 1] == strides[i][axis] * extents[axis];
      }
      int at = joins ? n - 1 : n++;
      e[at] = joins ? e[at] * extents[axis] : extents[axis];
      for (int i = 0; i < strides.length; i++) {
        s[i][at] = strides[i][axis];
      }
    }
    if (n == 0) {
      e[0] = 1;
      n = 1;
      for (int[] t : s) {
        t[0] = 1;
      }
    }
    for (int i = 0; i < s.length; i++) {
      s[i] = Arrays.copyOf(s[i], n);
    }
    return new Walk(Arrays.copyOf(e, n), s);
  }

  int axes() {
    return extents.length;
  }

  int innermost() {
    return extents[extents.length - 1];
  }

  /** Product of the extents of all axes but the last {@code inner}. */
  int outer(int inner) {
    int product = 1;
    for (int i = 0; i < extents.length - inner; i++) {
      product *= extents[i];
    }
    return product;
  }

  /** Where index {@code i} over all axes but the last {@code inner} begins in an operand. */
  int at(int operand, int i, int inner) {
    int at = 0;
    for (int axis = extents.length - inner - 1; axis >= 0; axis--) {
      at += i % extents[axis] * strides[operand][axis];
      i /= extents[axis];
    }
    return at;
  }
}

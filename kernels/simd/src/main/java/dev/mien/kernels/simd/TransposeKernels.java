package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Transposes squares of COUNT by COUNT floats: log2(COUNT) rounds of swaps and blends. Written by TileGenerator. */
final class TransposeKernels {
  private TransposeKernels() {}
  private static final VectorShuffle<Float> SWAP_8 = VectorShuffle.fromOp(F, i -> i ^ 8 & COUNT - 1);
  private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(F, i -> i ^ 4 & COUNT - 1);
  private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(F, i -> i ^ 2 & COUNT - 1);
  private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(F, i -> i ^ 1 & COUNT - 1);
  private static final VectorMask<Float> UPPER_8 = VectorMask.fromLong(F, mask(8));
  private static final VectorMask<Float> UPPER_4 = VectorMask.fromLong(F, mask(4));
  private static final VectorMask<Float> UPPER_2 = VectorMask.fromLong(F, mask(2));
  private static final VectorMask<Float> UPPER_1 = VectorMask.fromLong(F, mask(1));

  private static long mask(int bit) {
    long mask = 0;
    for (int i = 0; i < COUNT; i++) {
      mask |= (i & bit) != 0 ? 1L << i : 0;
    }
    return mask;
  }

  /** {@code to[at + i*step + j] = from[base + rows[first + j] + i]} for i and j in [0, COUNT). */
  static void square(float[] from, int base, int[] rows, int first, float[] to, int at, int step) {
    switch (COUNT) {
      case 16 -> square16(from, base, rows, first, to, at, step);
      case 8 -> square8(from, base, rows, first, to, at, step);
      default -> square4(from, base, rows, first, to, at, step);
    }
  }

  private static void square16(float[] from, int base, int[] rows, int first, float[] to, int at, int step) {
    var a0 = FloatVector.fromArray(F, from, base + rows[first]);
    var a1 = FloatVector.fromArray(F, from, base + rows[first + 1]);
    var a2 = FloatVector.fromArray(F, from, base + rows[first + 2]);
    var a3 = FloatVector.fromArray(F, from, base + rows[first + 3]);
    var a4 = FloatVector.fromArray(F, from, base + rows[first + 4]);
    var a5 = FloatVector.fromArray(F, from, base + rows[first + 5]);
    var a6 = FloatVector.fromArray(F, from, base + rows[first + 6]);
    var a7 = FloatVector.fromArray(F, from, base + rows[first + 7]);
    var a8 = FloatVector.fromArray(F, from, base + rows[first + 8]);
    var a9 = FloatVector.fromArray(F, from, base + rows[first + 9]);
    var a10 = FloatVector.fromArray(F, from, base + rows[first + 10]);
    var a11 = FloatVector.fromArray(F, from, base + rows[first + 11]);
    var a12 = FloatVector.fromArray(F, from, base + rows[first + 12]);
    var a13 = FloatVector.fromArray(F, from, base + rows[first + 13]);
    var a14 = FloatVector.fromArray(F, from, base + rows[first + 14]);
    var a15 = FloatVector.fromArray(F, from, base + rows[first + 15]);
    var b0 = a0.blend(a8.rearrange(SWAP_8), UPPER_8);
    var b8 = a0.rearrange(SWAP_8).blend(a8, UPPER_8);
    var b1 = a1.blend(a9.rearrange(SWAP_8), UPPER_8);
    var b9 = a1.rearrange(SWAP_8).blend(a9, UPPER_8);
    var b2 = a2.blend(a10.rearrange(SWAP_8), UPPER_8);
    var b10 = a2.rearrange(SWAP_8).blend(a10, UPPER_8);
    var b3 = a3.blend(a11.rearrange(SWAP_8), UPPER_8);
    var b11 = a3.rearrange(SWAP_8).blend(a11, UPPER_8);
    var b4 = a4.blend(a12.rearrange(SWAP_8), UPPER_8);
    var b12 = a4.rearrange(SWAP_8).blend(a12, UPPER_8);
    var b5 = a5.blend(a13.rearrange(SWAP_8), UPPER_8);
    var b13 = a5.rearrange(SWAP_8).blend(a13, UPPER_8);
    var b6 = a6.blend(a14.rearrange(SWAP_8), UPPER_8);
    var b14 = a6.rearrange(SWAP_8).blend(a14, UPPER_8);
    var b7 = a7.blend(a15.rearrange(SWAP_8), UPPER_8);
    var b15 = a7.rearrange(SWAP_8).blend(a15, UPPER_8);
    var c0 = b0.blend(b4.rearrange(SWAP_4), UPPER_4);
    var c4 = b0.rearrange(SWAP_4).blend(b4, UPPER_4);
    var c1 = b1.blend(b5.rearrange(SWAP_4), UPPER_4);
    var c5 = b1.rearrange(SWAP_4).blend(b5, UPPER_4);
    var c2 = b2.blend(b6.rearrange(SWAP_4), UPPER_4);
    var c6 = b2.rearrange(SWAP_4).blend(b6, UPPER_4);
    var c3 = b3.blend(b7.rearrange(SWAP_4), UPPER_4);
    var c7 = b3.rearrange(SWAP_4).blend(b7, UPPER_4);
    var c8 = b8.blend(b12.rearrange(SWAP_4), UPPER_4);
    var c12 = b8.rearrange(SWAP_4).blend(b12, UPPER_4);
    var c9 = b9.blend(b13.rearrange(SWAP_4), UPPER_4);
    var c13 = b9.rearrange(SWAP_4).blend(b13, UPPER_4);
    var c10 = b10.blend(b14.rearrange(SWAP_4), UPPER_4);
    var c14 = b10.rearrange(SWAP_4).blend(b14, UPPER_4);
    var c11 = b11.blend(b15.rearrange(SWAP_4), UPPER_4);
    var c15 = b11.rearrange(SWAP_4).blend(b15, UPPER_4);
    var d0 = c0.blend(c2.rearrange(SWAP_2), UPPER_2);
    var d2 = c0.rearrange(SWAP_2).blend(c2, UPPER_2);
    var d1 = c1.blend(c3.rearrange(SWAP_2), UPPER_2);
    var d3 = c1.rearrange(SWAP_2).blend(c3, UPPER_2);
    var d4 = c4.blend(c6.rearrange(SWAP_2), UPPER_2);
    var d6 = c4.rearrange(SWAP_2).blend(c6, UPPER_2);
    var d5 = c5.blend(c7.rearrange(SWAP_2), UPPER_2);
    var d7 = c5.rearrange(SWAP_2).blend(c7, UPPER_2);
    var d8 = c8.blend(c10.rearrange(SWAP_2), UPPER_2);
    var d10 = c8.rearrange(SWAP_2).blend(c10, UPPER_2);
    var d9 = c9.blend(c11.rearrange(SWAP_2), UPPER_2);
    var d11 = c9.rearrange(SWAP_2).blend(c11, UPPER_2);
    var d12 = c12.blend(c14.rearrange(SWAP_2), UPPER_2);
    var d14 = c12.rearrange(SWAP_2).blend(c14, UPPER_2);
    var d13 = c13.blend(c15.rearrange(SWAP_2), UPPER_2);
    var d15 = c13.rearrange(SWAP_2).blend(c15, UPPER_2);
    var e0 = d0.blend(d1.rearrange(SWAP_1), UPPER_1);
    var e1 = d0.rearrange(SWAP_1).blend(d1, UPPER_1);
    var e2 = d2.blend(d3.rearrange(SWAP_1), UPPER_1);
    var e3 = d2.rearrange(SWAP_1).blend(d3, UPPER_1);
    var e4 = d4.blend(d5.rearrange(SWAP_1), UPPER_1);
    var e5 = d4.rearrange(SWAP_1).blend(d5, UPPER_1);
    var e6 = d6.blend(d7.rearrange(SWAP_1), UPPER_1);
    var e7 = d6.rearrange(SWAP_1).blend(d7, UPPER_1);
    var e8 = d8.blend(d9.rearrange(SWAP_1), UPPER_1);
    var e9 = d8.rearrange(SWAP_1).blend(d9, UPPER_1);
    var e10 = d10.blend(d11.rearrange(SWAP_1), UPPER_1);
    var e11 = d10.rearrange(SWAP_1).blend(d11, UPPER_1);
    var e12 = d12.blend(d13.rearrange(SWAP_1), UPPER_1);
    var e13 = d12.rearrange(SWAP_1).blend(d13, UPPER_1);
    var e14 = d14.blend(d15.rearrange(SWAP_1), UPPER_1);
    var e15 = d14.rearrange(SWAP_1).blend(d15, UPPER_1);
    e0.intoArray(to, at + 0 * step);
    e1.intoArray(to, at + 1 * step);
    e2.intoArray(to, at + 2 * step);
    e3.intoArray(to, at + 3 * step);
    e4.intoArray(to, at + 4 * step);
    e5.intoArray(to, at + 5 * step);
    e6.intoArray(to, at + 6 * step);
    e7.intoArray(to, at + 7 * step);
    e8.intoArray(to, at + 8 * step);
    e9.intoArray(to, at + 9 * step);
    e10.intoArray(to, at + 10 * step);
    e11.intoArray(to, at + 11 * step);
    e12.intoArray(to, at + 12 * step);
    e13.intoArray(to, at + 13 * step);
    e14.intoArray(to, at + 14 * step);
    e15.intoArray(to, at + 15 * step);
  }

  private static void square8(float[] from, int base, int[] rows, int first, float[] to, int at, int step) {
    var a0 = FloatVector.fromArray(F, from, base + rows[first]);
    var a1 = FloatVector.fromArray(F, from, base + rows[first + 1]);
    var a2 = FloatVector.fromArray(F, from, base + rows[first + 2]);
    var a3 = FloatVector.fromArray(F, from, base + rows[first + 3]);
    var a4 = FloatVector.fromArray(F, from, base + rows[first + 4]);
    var a5 = FloatVector.fromArray(F, from, base + rows[first + 5]);
    var a6 = FloatVector.fromArray(F, from, base + rows[first + 6]);
    var a7 = FloatVector.fromArray(F, from, base + rows[first + 7]);
    var b0 = a0.blend(a4.rearrange(SWAP_4), UPPER_4);
    var b4 = a0.rearrange(SWAP_4).blend(a4, UPPER_4);
    var b1 = a1.blend(a5.rearrange(SWAP_4), UPPER_4);
    var b5 = a1.rearrange(SWAP_4).blend(a5, UPPER_4);
    var b2 = a2.blend(a6.rearrange(SWAP_4), UPPER_4);
    var b6 = a2.rearrange(SWAP_4).blend(a6, UPPER_4);
    var b3 = a3.blend(a7.rearrange(SWAP_4), UPPER_4);
    var b7 = a3.rearrange(SWAP_4).blend(a7, UPPER_4);
    var c0 = b0.blend(b2.rearrange(SWAP_2), UPPER_2);
    var c2 = b0.rearrange(SWAP_2).blend(b2, UPPER_2);
    var c1 = b1.blend(b3.rearrange(SWAP_2), UPPER_2);
    var c3 = b1.rearrange(SWAP_2).blend(b3, UPPER_2);
    var c4 = b4.blend(b6.rearrange(SWAP_2), UPPER_2);
    var c6 = b4.rearrange(SWAP_2).blend(b6, UPPER_2);
    var c5 = b5.blend(b7.rearrange(SWAP_2), UPPER_2);
    var c7 = b5.rearrange(SWAP_2).blend(b7, UPPER_2);
    var d0 = c0.blend(c1.rearrange(SWAP_1), UPPER_1);
    var d1 = c0.rearrange(SWAP_1).blend(c1, UPPER_1);
    var d2 = c2.blend(c3.rearrange(SWAP_1), UPPER_1);
    var d3 = c2.rearrange(SWAP_1).blend(c3, UPPER_1);
    var d4 = c4.blend(c5.rearrange(SWAP_1), UPPER_1);
    var d5 = c4.rearrange(SWAP_1).blend(c5, UPPER_1);
    var d6 = c6.blend(c7.rearrange(SWAP_1), UPPER_1);
    var d7 = c6.rearrange(SWAP_1).blend(c7, UPPER_1);
    d0.intoArray(to, at + 0 * step);
    d1.intoArray(to, at + 1 * step);
    d2.intoArray(to, at + 2 * step);
    d3.intoArray(to, at + 3 * step);
    d4.intoArray(to, at + 4 * step);
    d5.intoArray(to, at + 5 * step);
    d6.intoArray(to, at + 6 * step);
    d7.intoArray(to, at + 7 * step);
  }

  private static void square4(float[] from, int base, int[] rows, int first, float[] to, int at, int step) {
    var a0 = FloatVector.fromArray(F, from, base + rows[first]);
    var a1 = FloatVector.fromArray(F, from, base + rows[first + 1]);
    var a2 = FloatVector.fromArray(F, from, base + rows[first + 2]);
    var a3 = FloatVector.fromArray(F, from, base + rows[first + 3]);
    var b0 = a0.blend(a2.rearrange(SWAP_2), UPPER_2);
    var b2 = a0.rearrange(SWAP_2).blend(a2, UPPER_2);
    var b1 = a1.blend(a3.rearrange(SWAP_2), UPPER_2);
    var b3 = a1.rearrange(SWAP_2).blend(a3, UPPER_2);
    var c0 = b0.blend(b1.rearrange(SWAP_1), UPPER_1);
    var c1 = b0.rearrange(SWAP_1).blend(b1, UPPER_1);
    var c2 = b2.blend(b3.rearrange(SWAP_1), UPPER_1);
    var c3 = b2.rearrange(SWAP_1).blend(b3, UPPER_1);
    c0.intoArray(to, at + 0 * step);
    c1.intoArray(to, at + 1 * step);
    c2.intoArray(to, at + 2 * step);
    c3.intoArray(to, at + 3 * step);
  }
}

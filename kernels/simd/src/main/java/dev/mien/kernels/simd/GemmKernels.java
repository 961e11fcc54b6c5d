package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/** Matrix product of packed panels: rows of A times one or two vectors of columns of B. Written by TileGenerator. */
final class GemmKernels {
  private GemmKernels() {}

  /** Runs the kernel of the given shape. */
  static void run(GemmTile t, int rows, int vectors) {
    switch (rows * 10 + vectors) {
      case 142 -> tile14v2(t);
      case 141 -> tile14v1(t);
      case 122 -> tile12v2(t);
      case 121 -> tile12v1(t);
      case 82 -> tile8v2(t);
      case 81 -> tile8v1(t);
      case 62 -> tile6v2(t);
      case 61 -> tile6v1(t);
      case 42 -> tile4v2(t);
      case 41 -> tile4v1(t);
      case 22 -> tile2v2(t);
      case 21 -> tile2v1(t);
      case 12 -> tile1v2(t);
      case 11 -> tile1v1(t);
      default -> throw new IllegalArgumentException("no kernel of this shape: " + (rows * 10 + vectors));
    }
  }

  private static void tile14v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var d1 = FloatVector.fromArray(F, start, s + 1 * startRow + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var d2 = FloatVector.fromArray(F, start, s + 2 * startRow + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var d3 = FloatVector.fromArray(F, start, s + 3 * startRow + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var d4 = FloatVector.fromArray(F, start, s + 4 * startRow + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var d5 = FloatVector.fromArray(F, start, s + 5 * startRow + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * startRow);
    var d6 = FloatVector.fromArray(F, start, s + 6 * startRow + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * startRow);
    var d7 = FloatVector.fromArray(F, start, s + 7 * startRow + COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 8 * startRow);
    var d8 = FloatVector.fromArray(F, start, s + 8 * startRow + COUNT);
    var c9 = FloatVector.fromArray(F, start, s + 9 * startRow);
    var d9 = FloatVector.fromArray(F, start, s + 9 * startRow + COUNT);
    var c10 = FloatVector.fromArray(F, start, s + 10 * startRow);
    var d10 = FloatVector.fromArray(F, start, s + 10 * startRow + COUNT);
    var c11 = FloatVector.fromArray(F, start, s + 11 * startRow);
    var d11 = FloatVector.fromArray(F, start, s + 11 * startRow + COUNT);
    var c12 = FloatVector.fromArray(F, start, s + 12 * startRow);
    var d12 = FloatVector.fromArray(F, start, s + 12 * startRow + COUNT);
    var c13 = FloatVector.fromArray(F, start, s + 13 * startRow);
    var d13 = FloatVector.fromArray(F, start, s + 13 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 14;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, a[ai + 6]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, a[ai + 7]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, a[ai + 8]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
      var e9 = FloatVector.broadcast(F, a[ai + 9]); c9 = e9.fma(v0, c9); d9 = e9.fma(v1, d9);
      var e10 = FloatVector.broadcast(F, a[ai + 10]); c10 = e10.fma(v0, c10); d10 = e10.fma(v1, d10);
      var e11 = FloatVector.broadcast(F, a[ai + 11]); c11 = e11.fma(v0, c11); d11 = e11.fma(v1, d11);
      var e12 = FloatVector.broadcast(F, a[ai + 12]); c12 = e12.fma(v0, c12); d12 = e12.fma(v1, d12);
      var e13 = FloatVector.broadcast(F, a[ai + 13]); c13 = e13.fma(v0, c13); d13 = e13.fma(v1, d13);
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
    c1.intoArray(c, z + 1 * cRow); d1.intoArray(c, z + 1 * cRow + COUNT);
    c2.intoArray(c, z + 2 * cRow); d2.intoArray(c, z + 2 * cRow + COUNT);
    c3.intoArray(c, z + 3 * cRow); d3.intoArray(c, z + 3 * cRow + COUNT);
    c4.intoArray(c, z + 4 * cRow); d4.intoArray(c, z + 4 * cRow + COUNT);
    c5.intoArray(c, z + 5 * cRow); d5.intoArray(c, z + 5 * cRow + COUNT);
    c6.intoArray(c, z + 6 * cRow); d6.intoArray(c, z + 6 * cRow + COUNT);
    c7.intoArray(c, z + 7 * cRow); d7.intoArray(c, z + 7 * cRow + COUNT);
    c8.intoArray(c, z + 8 * cRow); d8.intoArray(c, z + 8 * cRow + COUNT);
    c9.intoArray(c, z + 9 * cRow); d9.intoArray(c, z + 9 * cRow + COUNT);
    c10.intoArray(c, z + 10 * cRow); d10.intoArray(c, z + 10 * cRow + COUNT);
    c11.intoArray(c, z + 11 * cRow); d11.intoArray(c, z + 11 * cRow + COUNT);
    c12.intoArray(c, z + 12 * cRow); d12.intoArray(c, z + 12 * cRow + COUNT);
    c13.intoArray(c, z + 13 * cRow); d13.intoArray(c, z + 13 * cRow + COUNT);
  }

  private static void tile14v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var c6 = FloatVector.fromArray(F, start, s + 6 * startRow);
    var c7 = FloatVector.fromArray(F, start, s + 7 * startRow);
    var c8 = FloatVector.fromArray(F, start, s + 8 * startRow);
    var c9 = FloatVector.fromArray(F, start, s + 9 * startRow);
    var c10 = FloatVector.fromArray(F, start, s + 10 * startRow);
    var c11 = FloatVector.fromArray(F, start, s + 11 * startRow);
    var c12 = FloatVector.fromArray(F, start, s + 12 * startRow);
    var c13 = FloatVector.fromArray(F, start, s + 13 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 14;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, a[ai + 6]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, a[ai + 7]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, a[ai + 8]); c8 = e8.fma(v0, c8);
      var e9 = FloatVector.broadcast(F, a[ai + 9]); c9 = e9.fma(v0, c9);
      var e10 = FloatVector.broadcast(F, a[ai + 10]); c10 = e10.fma(v0, c10);
      var e11 = FloatVector.broadcast(F, a[ai + 11]); c11 = e11.fma(v0, c11);
      var e12 = FloatVector.broadcast(F, a[ai + 12]); c12 = e12.fma(v0, c12);
      var e13 = FloatVector.broadcast(F, a[ai + 13]); c13 = e13.fma(v0, c13);
    }
    c0.intoArray(c, z + 0 * cRow);
    c1.intoArray(c, z + 1 * cRow);
    c2.intoArray(c, z + 2 * cRow);
    c3.intoArray(c, z + 3 * cRow);
    c4.intoArray(c, z + 4 * cRow);
    c5.intoArray(c, z + 5 * cRow);
    c6.intoArray(c, z + 6 * cRow);
    c7.intoArray(c, z + 7 * cRow);
    c8.intoArray(c, z + 8 * cRow);
    c9.intoArray(c, z + 9 * cRow);
    c10.intoArray(c, z + 10 * cRow);
    c11.intoArray(c, z + 11 * cRow);
    c12.intoArray(c, z + 12 * cRow);
    c13.intoArray(c, z + 13 * cRow);
  }

  private static void tile12v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var d1 = FloatVector.fromArray(F, start, s + 1 * startRow + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var d2 = FloatVector.fromArray(F, start, s + 2 * startRow + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var d3 = FloatVector.fromArray(F, start, s + 3 * startRow + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var d4 = FloatVector.fromArray(F, start, s + 4 * startRow + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var d5 = FloatVector.fromArray(F, start, s + 5 * startRow + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * startRow);
    var d6 = FloatVector.fromArray(F, start, s + 6 * startRow + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * startRow);
    var d7 = FloatVector.fromArray(F, start, s + 7 * startRow + COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 8 * startRow);
    var d8 = FloatVector.fromArray(F, start, s + 8 * startRow + COUNT);
    var c9 = FloatVector.fromArray(F, start, s + 9 * startRow);
    var d9 = FloatVector.fromArray(F, start, s + 9 * startRow + COUNT);
    var c10 = FloatVector.fromArray(F, start, s + 10 * startRow);
    var d10 = FloatVector.fromArray(F, start, s + 10 * startRow + COUNT);
    var c11 = FloatVector.fromArray(F, start, s + 11 * startRow);
    var d11 = FloatVector.fromArray(F, start, s + 11 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 12;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, a[ai + 6]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, a[ai + 7]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, a[ai + 8]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
      var e9 = FloatVector.broadcast(F, a[ai + 9]); c9 = e9.fma(v0, c9); d9 = e9.fma(v1, d9);
      var e10 = FloatVector.broadcast(F, a[ai + 10]); c10 = e10.fma(v0, c10); d10 = e10.fma(v1, d10);
      var e11 = FloatVector.broadcast(F, a[ai + 11]); c11 = e11.fma(v0, c11); d11 = e11.fma(v1, d11);
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
    c1.intoArray(c, z + 1 * cRow); d1.intoArray(c, z + 1 * cRow + COUNT);
    c2.intoArray(c, z + 2 * cRow); d2.intoArray(c, z + 2 * cRow + COUNT);
    c3.intoArray(c, z + 3 * cRow); d3.intoArray(c, z + 3 * cRow + COUNT);
    c4.intoArray(c, z + 4 * cRow); d4.intoArray(c, z + 4 * cRow + COUNT);
    c5.intoArray(c, z + 5 * cRow); d5.intoArray(c, z + 5 * cRow + COUNT);
    c6.intoArray(c, z + 6 * cRow); d6.intoArray(c, z + 6 * cRow + COUNT);
    c7.intoArray(c, z + 7 * cRow); d7.intoArray(c, z + 7 * cRow + COUNT);
    c8.intoArray(c, z + 8 * cRow); d8.intoArray(c, z + 8 * cRow + COUNT);
    c9.intoArray(c, z + 9 * cRow); d9.intoArray(c, z + 9 * cRow + COUNT);
    c10.intoArray(c, z + 10 * cRow); d10.intoArray(c, z + 10 * cRow + COUNT);
    c11.intoArray(c, z + 11 * cRow); d11.intoArray(c, z + 11 * cRow + COUNT);
  }

  private static void tile12v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var c6 = FloatVector.fromArray(F, start, s + 6 * startRow);
    var c7 = FloatVector.fromArray(F, start, s + 7 * startRow);
    var c8 = FloatVector.fromArray(F, start, s + 8 * startRow);
    var c9 = FloatVector.fromArray(F, start, s + 9 * startRow);
    var c10 = FloatVector.fromArray(F, start, s + 10 * startRow);
    var c11 = FloatVector.fromArray(F, start, s + 11 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 12;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, a[ai + 6]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, a[ai + 7]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, a[ai + 8]); c8 = e8.fma(v0, c8);
      var e9 = FloatVector.broadcast(F, a[ai + 9]); c9 = e9.fma(v0, c9);
      var e10 = FloatVector.broadcast(F, a[ai + 10]); c10 = e10.fma(v0, c10);
      var e11 = FloatVector.broadcast(F, a[ai + 11]); c11 = e11.fma(v0, c11);
    }
    c0.intoArray(c, z + 0 * cRow);
    c1.intoArray(c, z + 1 * cRow);
    c2.intoArray(c, z + 2 * cRow);
    c3.intoArray(c, z + 3 * cRow);
    c4.intoArray(c, z + 4 * cRow);
    c5.intoArray(c, z + 5 * cRow);
    c6.intoArray(c, z + 6 * cRow);
    c7.intoArray(c, z + 7 * cRow);
    c8.intoArray(c, z + 8 * cRow);
    c9.intoArray(c, z + 9 * cRow);
    c10.intoArray(c, z + 10 * cRow);
    c11.intoArray(c, z + 11 * cRow);
  }

  private static void tile8v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var d1 = FloatVector.fromArray(F, start, s + 1 * startRow + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var d2 = FloatVector.fromArray(F, start, s + 2 * startRow + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var d3 = FloatVector.fromArray(F, start, s + 3 * startRow + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var d4 = FloatVector.fromArray(F, start, s + 4 * startRow + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var d5 = FloatVector.fromArray(F, start, s + 5 * startRow + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * startRow);
    var d6 = FloatVector.fromArray(F, start, s + 6 * startRow + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * startRow);
    var d7 = FloatVector.fromArray(F, start, s + 7 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 8;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, a[ai + 6]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, a[ai + 7]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
    c1.intoArray(c, z + 1 * cRow); d1.intoArray(c, z + 1 * cRow + COUNT);
    c2.intoArray(c, z + 2 * cRow); d2.intoArray(c, z + 2 * cRow + COUNT);
    c3.intoArray(c, z + 3 * cRow); d3.intoArray(c, z + 3 * cRow + COUNT);
    c4.intoArray(c, z + 4 * cRow); d4.intoArray(c, z + 4 * cRow + COUNT);
    c5.intoArray(c, z + 5 * cRow); d5.intoArray(c, z + 5 * cRow + COUNT);
    c6.intoArray(c, z + 6 * cRow); d6.intoArray(c, z + 6 * cRow + COUNT);
    c7.intoArray(c, z + 7 * cRow); d7.intoArray(c, z + 7 * cRow + COUNT);
  }

  private static void tile8v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var c6 = FloatVector.fromArray(F, start, s + 6 * startRow);
    var c7 = FloatVector.fromArray(F, start, s + 7 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 8;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, a[ai + 6]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, a[ai + 7]); c7 = e7.fma(v0, c7);
    }
    c0.intoArray(c, z + 0 * cRow);
    c1.intoArray(c, z + 1 * cRow);
    c2.intoArray(c, z + 2 * cRow);
    c3.intoArray(c, z + 3 * cRow);
    c4.intoArray(c, z + 4 * cRow);
    c5.intoArray(c, z + 5 * cRow);
    c6.intoArray(c, z + 6 * cRow);
    c7.intoArray(c, z + 7 * cRow);
  }

  private static void tile6v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    int never = t.never;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var d1 = FloatVector.fromArray(F, start, s + 1 * startRow + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var d2 = FloatVector.fromArray(F, start, s + 2 * startRow + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var d3 = FloatVector.fromArray(F, start, s + 3 * startRow + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var d4 = FloatVector.fromArray(F, start, s + 4 * startRow + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    var d5 = FloatVector.fromArray(F, start, s + 5 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 6;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      if (k == never) break;
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      if (k == never) break;
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      if (k == never) break;
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
    c1.intoArray(c, z + 1 * cRow); d1.intoArray(c, z + 1 * cRow + COUNT);
    c2.intoArray(c, z + 2 * cRow); d2.intoArray(c, z + 2 * cRow + COUNT);
    c3.intoArray(c, z + 3 * cRow); d3.intoArray(c, z + 3 * cRow + COUNT);
    c4.intoArray(c, z + 4 * cRow); d4.intoArray(c, z + 4 * cRow + COUNT);
    c5.intoArray(c, z + 5 * cRow); d5.intoArray(c, z + 5 * cRow + COUNT);
  }

  private static void tile6v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var c4 = FloatVector.fromArray(F, start, s + 4 * startRow);
    var c5 = FloatVector.fromArray(F, start, s + 5 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 6;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, a[ai + 4]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, a[ai + 5]); c5 = e5.fma(v0, c5);
    }
    c0.intoArray(c, z + 0 * cRow);
    c1.intoArray(c, z + 1 * cRow);
    c2.intoArray(c, z + 2 * cRow);
    c3.intoArray(c, z + 3 * cRow);
    c4.intoArray(c, z + 4 * cRow);
    c5.intoArray(c, z + 5 * cRow);
  }

  private static void tile4v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var d1 = FloatVector.fromArray(F, start, s + 1 * startRow + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var d2 = FloatVector.fromArray(F, start, s + 2 * startRow + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    var d3 = FloatVector.fromArray(F, start, s + 3 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 4;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
    c1.intoArray(c, z + 1 * cRow); d1.intoArray(c, z + 1 * cRow + COUNT);
    c2.intoArray(c, z + 2 * cRow); d2.intoArray(c, z + 2 * cRow + COUNT);
    c3.intoArray(c, z + 3 * cRow); d3.intoArray(c, z + 3 * cRow + COUNT);
  }

  private static void tile4v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var c2 = FloatVector.fromArray(F, start, s + 2 * startRow);
    var c3 = FloatVector.fromArray(F, start, s + 3 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 4;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, a[ai + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, a[ai + 3]); c3 = e3.fma(v0, c3);
    }
    c0.intoArray(c, z + 0 * cRow);
    c1.intoArray(c, z + 1 * cRow);
    c2.intoArray(c, z + 2 * cRow);
    c3.intoArray(c, z + 3 * cRow);
  }

  private static void tile2v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    var d1 = FloatVector.fromArray(F, start, s + 1 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 2;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
    c1.intoArray(c, z + 1 * cRow); d1.intoArray(c, z + 1 * cRow + COUNT);
  }

  private static void tile2v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var c1 = FloatVector.fromArray(F, start, s + 1 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 2;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, a[ai + 1]); c1 = e1.fma(v0, c1);
    }
    c0.intoArray(c, z + 0 * cRow);
    c1.intoArray(c, z + 1 * cRow);
  }

  private static void tile1v2(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    var d0 = FloatVector.fromArray(F, start, s + 0 * startRow + COUNT);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 1;
      int bi = bBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var v1 = FloatVector.fromArray(F, b, bi + COUNT);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
    }
    c0.intoArray(c, z + 0 * cRow); d0.intoArray(c, z + 0 * cRow + COUNT);
  }

  private static void tile1v1(GemmTile t) {
    float[] a = t.a, b = t.b, start = t.start, c = t.c;
    int to = t.to, aBase = t.aBase, bBase = t.bBase, s = t.startBase, startRow = t.startRow;
    int z = t.cBase, cRow = t.cRow;
    var c0 = FloatVector.fromArray(F, start, s + 0 * startRow);
    for (int k = t.from; k < to; k++) {
      int ai = aBase + k * 1;
      int bi = bBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, b, bi);
      var e0 = FloatVector.broadcast(F, a[ai]); c0 = e0.fma(v0, c0);
    }
    c0.intoArray(c, z + 0 * cRow);
  }
}

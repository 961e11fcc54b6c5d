package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/** Weight gradient: units of 4 or 3 input channels times vectors of output channels, over pixels. Written by TileGenerator. */
final class GradKernels {
  private GradKernels() {}

  /** Runs the kernel of the given shape. */
  static void run(GradTile t, int units, int rows, int vectors) {
    switch (units * 100 + rows * 10 + vectors) {
      case 342 -> tile3x4v2(t);
      case 341 -> tile3x4v1(t);
      case 242 -> tile2x4v2(t);
      case 241 -> tile2x4v1(t);
      case 142 -> tile1x4v2(t);
      case 141 -> tile1x4v1(t);
      case 432 -> tile4x3v2(t);
      case 431 -> tile4x3v1(t);
      case 332 -> tile3x3v2(t);
      case 331 -> tile3x3v1(t);
      case 232 -> tile2x3v2(t);
      case 231 -> tile2x3v1(t);
      case 132 -> tile1x3v2(t);
      case 131 -> tile1x3v1(t);
      default -> throw new IllegalArgumentException("no kernel of this shape: " + (units * 100 + rows * 10 + vectors));
    }
  }

  private static void tile3x4v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1, x2 = t.x2;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 12 * COUNT); var d6 = FloatVector.fromArray(F, start, s + 12 * COUNT + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 14 * COUNT); var d7 = FloatVector.fromArray(F, start, s + 14 * COUNT + COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 16 * COUNT); var d8 = FloatVector.fromArray(F, start, s + 16 * COUNT + COUNT);
    var c9 = FloatVector.fromArray(F, start, s + 18 * COUNT); var d9 = FloatVector.fromArray(F, start, s + 18 * COUNT + COUNT);
    var c10 = FloatVector.fromArray(F, start, s + 20 * COUNT); var d10 = FloatVector.fromArray(F, start, s + 20 * COUNT + COUNT);
    var c11 = FloatVector.fromArray(F, start, s + 22 * COUNT); var d11 = FloatVector.fromArray(F, start, s + 22 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 1]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p1 + 2]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p1 + 3]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, x[p2]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
      var e9 = FloatVector.broadcast(F, x[p2 + 1]); c9 = e9.fma(v0, c9); d9 = e9.fma(v1, d9);
      var e10 = FloatVector.broadcast(F, x[p2 + 2]); c10 = e10.fma(v0, c10); d10 = e10.fma(v1, d10);
      var e11 = FloatVector.broadcast(F, x[p2 + 3]); c11 = e11.fma(v0, c11); d11 = e11.fma(v1, d11);
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
    c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
    c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
    c6.intoArray(sum, z + 12 * COUNT); d6.intoArray(sum, z + 12 * COUNT + COUNT);
    c7.intoArray(sum, z + 14 * COUNT); d7.intoArray(sum, z + 14 * COUNT + COUNT);
    c8.intoArray(sum, z + 16 * COUNT); d8.intoArray(sum, z + 16 * COUNT + COUNT);
    c9.intoArray(sum, z + 18 * COUNT); d9.intoArray(sum, z + 18 * COUNT + COUNT);
    c10.intoArray(sum, z + 20 * COUNT); d10.intoArray(sum, z + 20 * COUNT + COUNT);
    c11.intoArray(sum, z + 22 * COUNT); d11.intoArray(sum, z + 22 * COUNT + COUNT);
  }

  private static void tile3x4v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1, x2 = t.x2;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 8 * COUNT);
    var c9 = FloatVector.fromArray(F, start, s + 9 * COUNT);
    var c10 = FloatVector.fromArray(F, start, s + 10 * COUNT);
    var c11 = FloatVector.fromArray(F, start, s + 11 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 1]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p1 + 2]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p1 + 3]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, x[p2]); c8 = e8.fma(v0, c8);
      var e9 = FloatVector.broadcast(F, x[p2 + 1]); c9 = e9.fma(v0, c9);
      var e10 = FloatVector.broadcast(F, x[p2 + 2]); c10 = e10.fma(v0, c10);
      var e11 = FloatVector.broadcast(F, x[p2 + 3]); c11 = e11.fma(v0, c11);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
    c3.intoArray(sum, z + 3 * COUNT);
    c4.intoArray(sum, z + 4 * COUNT);
    c5.intoArray(sum, z + 5 * COUNT);
    c6.intoArray(sum, z + 6 * COUNT);
    c7.intoArray(sum, z + 7 * COUNT);
    c8.intoArray(sum, z + 8 * COUNT);
    c9.intoArray(sum, z + 9 * COUNT);
    c10.intoArray(sum, z + 10 * COUNT);
    c11.intoArray(sum, z + 11 * COUNT);
  }

  private static void tile2x4v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 12 * COUNT); var d6 = FloatVector.fromArray(F, start, s + 12 * COUNT + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 14 * COUNT); var d7 = FloatVector.fromArray(F, start, s + 14 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 1]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p1 + 2]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p1 + 3]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
    c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
    c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
    c6.intoArray(sum, z + 12 * COUNT); d6.intoArray(sum, z + 12 * COUNT + COUNT);
    c7.intoArray(sum, z + 14 * COUNT); d7.intoArray(sum, z + 14 * COUNT + COUNT);
  }

  private static void tile2x4v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 1]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p1 + 2]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p1 + 3]); c7 = e7.fma(v0, c7);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
    c3.intoArray(sum, z + 3 * COUNT);
    c4.intoArray(sum, z + 4 * COUNT);
    c5.intoArray(sum, z + 5 * COUNT);
    c6.intoArray(sum, z + 6 * COUNT);
    c7.intoArray(sum, z + 7 * COUNT);
  }

  private static void tile1x4v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
  }

  private static void tile1x4v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
    c3.intoArray(sum, z + 3 * COUNT);
  }

  private static void tile4x3v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1, x2 = t.x2, x3 = t.x3;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 12 * COUNT); var d6 = FloatVector.fromArray(F, start, s + 12 * COUNT + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 14 * COUNT); var d7 = FloatVector.fromArray(F, start, s + 14 * COUNT + COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 16 * COUNT); var d8 = FloatVector.fromArray(F, start, s + 16 * COUNT + COUNT);
    var c9 = FloatVector.fromArray(F, start, s + 18 * COUNT); var d9 = FloatVector.fromArray(F, start, s + 18 * COUNT + COUNT);
    var c10 = FloatVector.fromArray(F, start, s + 20 * COUNT); var d10 = FloatVector.fromArray(F, start, s + 20 * COUNT + COUNT);
    var c11 = FloatVector.fromArray(F, start, s + 22 * COUNT); var d11 = FloatVector.fromArray(F, start, s + 22 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int p3 = x3 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p1]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p1 + 1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 2]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p2]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p2 + 1]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, x[p2 + 2]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
      var e9 = FloatVector.broadcast(F, x[p3]); c9 = e9.fma(v0, c9); d9 = e9.fma(v1, d9);
      var e10 = FloatVector.broadcast(F, x[p3 + 1]); c10 = e10.fma(v0, c10); d10 = e10.fma(v1, d10);
      var e11 = FloatVector.broadcast(F, x[p3 + 2]); c11 = e11.fma(v0, c11); d11 = e11.fma(v1, d11);
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
    c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
    c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
    c6.intoArray(sum, z + 12 * COUNT); d6.intoArray(sum, z + 12 * COUNT + COUNT);
    c7.intoArray(sum, z + 14 * COUNT); d7.intoArray(sum, z + 14 * COUNT + COUNT);
    c8.intoArray(sum, z + 16 * COUNT); d8.intoArray(sum, z + 16 * COUNT + COUNT);
    c9.intoArray(sum, z + 18 * COUNT); d9.intoArray(sum, z + 18 * COUNT + COUNT);
    c10.intoArray(sum, z + 20 * COUNT); d10.intoArray(sum, z + 20 * COUNT + COUNT);
    c11.intoArray(sum, z + 22 * COUNT); d11.intoArray(sum, z + 22 * COUNT + COUNT);
  }

  private static void tile4x3v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1, x2 = t.x2, x3 = t.x3;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 8 * COUNT);
    var c9 = FloatVector.fromArray(F, start, s + 9 * COUNT);
    var c10 = FloatVector.fromArray(F, start, s + 10 * COUNT);
    var c11 = FloatVector.fromArray(F, start, s + 11 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int p3 = x3 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p1]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1 + 1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 2]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p2]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p2 + 1]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, x[p2 + 2]); c8 = e8.fma(v0, c8);
      var e9 = FloatVector.broadcast(F, x[p3]); c9 = e9.fma(v0, c9);
      var e10 = FloatVector.broadcast(F, x[p3 + 1]); c10 = e10.fma(v0, c10);
      var e11 = FloatVector.broadcast(F, x[p3 + 2]); c11 = e11.fma(v0, c11);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
    c3.intoArray(sum, z + 3 * COUNT);
    c4.intoArray(sum, z + 4 * COUNT);
    c5.intoArray(sum, z + 5 * COUNT);
    c6.intoArray(sum, z + 6 * COUNT);
    c7.intoArray(sum, z + 7 * COUNT);
    c8.intoArray(sum, z + 8 * COUNT);
    c9.intoArray(sum, z + 9 * COUNT);
    c10.intoArray(sum, z + 10 * COUNT);
    c11.intoArray(sum, z + 11 * COUNT);
  }

  private static void tile3x3v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1, x2 = t.x2;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 12 * COUNT); var d6 = FloatVector.fromArray(F, start, s + 12 * COUNT + COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 14 * COUNT); var d7 = FloatVector.fromArray(F, start, s + 14 * COUNT + COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 16 * COUNT); var d8 = FloatVector.fromArray(F, start, s + 16 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p1]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p1 + 1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 2]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p2]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p2 + 1]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, x[p2 + 2]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
    c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
    c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
    c6.intoArray(sum, z + 12 * COUNT); d6.intoArray(sum, z + 12 * COUNT + COUNT);
    c7.intoArray(sum, z + 14 * COUNT); d7.intoArray(sum, z + 14 * COUNT + COUNT);
    c8.intoArray(sum, z + 16 * COUNT); d8.intoArray(sum, z + 16 * COUNT + COUNT);
  }

  private static void tile3x3v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1, x2 = t.x2;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
    var c6 = FloatVector.fromArray(F, start, s + 6 * COUNT);
    var c7 = FloatVector.fromArray(F, start, s + 7 * COUNT);
    var c8 = FloatVector.fromArray(F, start, s + 8 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p1]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1 + 1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 2]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p2]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p2 + 1]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, x[p2 + 2]); c8 = e8.fma(v0, c8);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
    c3.intoArray(sum, z + 3 * COUNT);
    c4.intoArray(sum, z + 4 * COUNT);
    c5.intoArray(sum, z + 5 * COUNT);
    c6.intoArray(sum, z + 6 * COUNT);
    c7.intoArray(sum, z + 7 * COUNT);
    c8.intoArray(sum, z + 8 * COUNT);
  }

  private static void tile2x3v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1;
    int s = t.startBase, z = t.sumBase;
    int never = t.never;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      if (p == never) break;
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p1]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      if (p == never) break;
      var e4 = FloatVector.broadcast(F, x[p1 + 1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 2]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      if (p == never) break;
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
    c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
    c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
  }

  private static void tile2x3v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0, x1 = t.x1;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
    var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
    var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p1]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1 + 1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 2]); c5 = e5.fma(v0, c5);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
    c3.intoArray(sum, z + 3 * COUNT);
    c4.intoArray(sum, z + 4 * COUNT);
    c5.intoArray(sum, z + 5 * COUNT);
  }

  private static void tile1x3v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var v1 = FloatVector.fromArray(F, gy, gi + gyVector);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
    }
    c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
    c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
    c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
  }

  private static void tile1x3v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets;
    int to = t.to, gyBase = t.gyBase, gyVector = t.gyVector, x0 = t.x0;
    int s = t.startBase, z = t.sumBase;
    var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
    var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
    var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
    for (int p = t.from; p < to; p++) {
      int o = offsets[p];
      int p0 = x0 + o;
      int gi = gyBase + p * 16;
      var v0 = FloatVector.fromArray(F, gy, gi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
    }
    c0.intoArray(sum, z + 0 * COUNT);
    c1.intoArray(sum, z + 1 * COUNT);
    c2.intoArray(sum, z + 2 * COUNT);
  }
}

package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/** Direct convolution: groups of pixels times one or two vectors of output channels. Written by TileGenerator. */
final class ConvKernels {
  private ConvKernels() {}

  /** Runs the kernel of the given shape. */
  static void run(ConvTile t, int groups, int pixels, int vectors) {
    switch (groups * 100 + pixels * 10 + vectors) {
      case 272 -> tile2x7v2(t);
      case 271 -> tile2x7v1(t);
      case 172 -> tile1x7v2(t);
      case 171 -> tile1x7v1(t);
      case 342 -> tile3x4v2(t);
      case 341 -> tile3x4v1(t);
      case 242 -> tile2x4v2(t);
      case 241 -> tile2x4v1(t);
      case 142 -> tile1x4v2(t);
      case 141 -> tile1x4v1(t);
      default -> throw new IllegalArgumentException("no kernel of this shape: " + (groups * 100 + pixels * 10 + vectors));
    }
  }

  private static void tile2x7v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0, x1 = t.x1;
    int s0 = t.s0, y0 = t.y0;
    int s1 = t.s1, y1 = t.y1;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var d0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel + sVector);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var d1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel + sVector);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var d2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel + sVector);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var d3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel + sVector);
    var c4 = FloatVector.fromArray(F, start, s0 + 4 * sPixel);
    var d4 = FloatVector.fromArray(F, start, s0 + 4 * sPixel + sVector);
    var c5 = FloatVector.fromArray(F, start, s0 + 5 * sPixel);
    var d5 = FloatVector.fromArray(F, start, s0 + 5 * sPixel + sVector);
    var c6 = FloatVector.fromArray(F, start, s0 + 6 * sPixel);
    var d6 = FloatVector.fromArray(F, start, s0 + 6 * sPixel + sVector);
    var c7 = FloatVector.fromArray(F, start, s1 + 0 * sPixel);
    var d7 = FloatVector.fromArray(F, start, s1 + 0 * sPixel + sVector);
    var c8 = FloatVector.fromArray(F, start, s1 + 1 * sPixel);
    var d8 = FloatVector.fromArray(F, start, s1 + 1 * sPixel + sVector);
    var c9 = FloatVector.fromArray(F, start, s1 + 2 * sPixel);
    var d9 = FloatVector.fromArray(F, start, s1 + 2 * sPixel + sVector);
    var c10 = FloatVector.fromArray(F, start, s1 + 3 * sPixel);
    var d10 = FloatVector.fromArray(F, start, s1 + 3 * sPixel + sVector);
    var c11 = FloatVector.fromArray(F, start, s1 + 4 * sPixel);
    var d11 = FloatVector.fromArray(F, start, s1 + 4 * sPixel + sVector);
    var c12 = FloatVector.fromArray(F, start, s1 + 5 * sPixel);
    var d12 = FloatVector.fromArray(F, start, s1 + 5 * sPixel + sVector);
    var c13 = FloatVector.fromArray(F, start, s1 + 6 * sPixel);
    var d13 = FloatVector.fromArray(F, start, s1 + 6 * sPixel + sVector);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int wi = wBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var v1 = FloatVector.fromArray(F, w, wi + COUNT);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p0 + 64]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p0 + 80]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p0 + 96]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p1]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, x[p1 + 16]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
      var e9 = FloatVector.broadcast(F, x[p1 + 32]); c9 = e9.fma(v0, c9); d9 = e9.fma(v1, d9);
      var e10 = FloatVector.broadcast(F, x[p1 + 48]); c10 = e10.fma(v0, c10); d10 = e10.fma(v1, d10);
      var e11 = FloatVector.broadcast(F, x[p1 + 64]); c11 = e11.fma(v0, c11); d11 = e11.fma(v1, d11);
      var e12 = FloatVector.broadcast(F, x[p1 + 80]); c12 = e12.fma(v0, c12); d12 = e12.fma(v1, d12);
      var e13 = FloatVector.broadcast(F, x[p1 + 96]); c13 = e13.fma(v0, c13); d13 = e13.fma(v1, d13);
    }
    c0.intoArray(y, y0 + 0 * yPixel); d0.intoArray(y, y0 + 0 * yPixel + yVector);
    c1.intoArray(y, y0 + 1 * yPixel); d1.intoArray(y, y0 + 1 * yPixel + yVector);
    c2.intoArray(y, y0 + 2 * yPixel); d2.intoArray(y, y0 + 2 * yPixel + yVector);
    c3.intoArray(y, y0 + 3 * yPixel); d3.intoArray(y, y0 + 3 * yPixel + yVector);
    c4.intoArray(y, y0 + 4 * yPixel); d4.intoArray(y, y0 + 4 * yPixel + yVector);
    c5.intoArray(y, y0 + 5 * yPixel); d5.intoArray(y, y0 + 5 * yPixel + yVector);
    c6.intoArray(y, y0 + 6 * yPixel); d6.intoArray(y, y0 + 6 * yPixel + yVector);
    c7.intoArray(y, y1 + 0 * yPixel); d7.intoArray(y, y1 + 0 * yPixel + yVector);
    c8.intoArray(y, y1 + 1 * yPixel); d8.intoArray(y, y1 + 1 * yPixel + yVector);
    c9.intoArray(y, y1 + 2 * yPixel); d9.intoArray(y, y1 + 2 * yPixel + yVector);
    c10.intoArray(y, y1 + 3 * yPixel); d10.intoArray(y, y1 + 3 * yPixel + yVector);
    c11.intoArray(y, y1 + 4 * yPixel); d11.intoArray(y, y1 + 4 * yPixel + yVector);
    c12.intoArray(y, y1 + 5 * yPixel); d12.intoArray(y, y1 + 5 * yPixel + yVector);
    c13.intoArray(y, y1 + 6 * yPixel); d13.intoArray(y, y1 + 6 * yPixel + yVector);
  }

  private static void tile2x7v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0, x1 = t.x1;
    int s0 = t.s0, y0 = t.y0;
    int s1 = t.s1, y1 = t.y1;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var c4 = FloatVector.fromArray(F, start, s0 + 4 * sPixel);
    var c5 = FloatVector.fromArray(F, start, s0 + 5 * sPixel);
    var c6 = FloatVector.fromArray(F, start, s0 + 6 * sPixel);
    var c7 = FloatVector.fromArray(F, start, s1 + 0 * sPixel);
    var c8 = FloatVector.fromArray(F, start, s1 + 1 * sPixel);
    var c9 = FloatVector.fromArray(F, start, s1 + 2 * sPixel);
    var c10 = FloatVector.fromArray(F, start, s1 + 3 * sPixel);
    var c11 = FloatVector.fromArray(F, start, s1 + 4 * sPixel);
    var c12 = FloatVector.fromArray(F, start, s1 + 5 * sPixel);
    var c13 = FloatVector.fromArray(F, start, s1 + 6 * sPixel);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int wi = wBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p0 + 64]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p0 + 80]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p0 + 96]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p1]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, x[p1 + 16]); c8 = e8.fma(v0, c8);
      var e9 = FloatVector.broadcast(F, x[p1 + 32]); c9 = e9.fma(v0, c9);
      var e10 = FloatVector.broadcast(F, x[p1 + 48]); c10 = e10.fma(v0, c10);
      var e11 = FloatVector.broadcast(F, x[p1 + 64]); c11 = e11.fma(v0, c11);
      var e12 = FloatVector.broadcast(F, x[p1 + 80]); c12 = e12.fma(v0, c12);
      var e13 = FloatVector.broadcast(F, x[p1 + 96]); c13 = e13.fma(v0, c13);
    }
    c0.intoArray(y, y0 + 0 * yPixel);
    c1.intoArray(y, y0 + 1 * yPixel);
    c2.intoArray(y, y0 + 2 * yPixel);
    c3.intoArray(y, y0 + 3 * yPixel);
    c4.intoArray(y, y0 + 4 * yPixel);
    c5.intoArray(y, y0 + 5 * yPixel);
    c6.intoArray(y, y0 + 6 * yPixel);
    c7.intoArray(y, y1 + 0 * yPixel);
    c8.intoArray(y, y1 + 1 * yPixel);
    c9.intoArray(y, y1 + 2 * yPixel);
    c10.intoArray(y, y1 + 3 * yPixel);
    c11.intoArray(y, y1 + 4 * yPixel);
    c12.intoArray(y, y1 + 5 * yPixel);
    c13.intoArray(y, y1 + 6 * yPixel);
  }

  private static void tile1x7v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0;
    int s0 = t.s0, y0 = t.y0;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var d0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel + sVector);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var d1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel + sVector);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var d2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel + sVector);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var d3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel + sVector);
    var c4 = FloatVector.fromArray(F, start, s0 + 4 * sPixel);
    var d4 = FloatVector.fromArray(F, start, s0 + 4 * sPixel + sVector);
    var c5 = FloatVector.fromArray(F, start, s0 + 5 * sPixel);
    var d5 = FloatVector.fromArray(F, start, s0 + 5 * sPixel + sVector);
    var c6 = FloatVector.fromArray(F, start, s0 + 6 * sPixel);
    var d6 = FloatVector.fromArray(F, start, s0 + 6 * sPixel + sVector);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int wi = wBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var v1 = FloatVector.fromArray(F, w, wi + COUNT);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p0 + 64]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p0 + 80]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p0 + 96]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
    }
    c0.intoArray(y, y0 + 0 * yPixel); d0.intoArray(y, y0 + 0 * yPixel + yVector);
    c1.intoArray(y, y0 + 1 * yPixel); d1.intoArray(y, y0 + 1 * yPixel + yVector);
    c2.intoArray(y, y0 + 2 * yPixel); d2.intoArray(y, y0 + 2 * yPixel + yVector);
    c3.intoArray(y, y0 + 3 * yPixel); d3.intoArray(y, y0 + 3 * yPixel + yVector);
    c4.intoArray(y, y0 + 4 * yPixel); d4.intoArray(y, y0 + 4 * yPixel + yVector);
    c5.intoArray(y, y0 + 5 * yPixel); d5.intoArray(y, y0 + 5 * yPixel + yVector);
    c6.intoArray(y, y0 + 6 * yPixel); d6.intoArray(y, y0 + 6 * yPixel + yVector);
  }

  private static void tile1x7v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0;
    int s0 = t.s0, y0 = t.y0;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var c4 = FloatVector.fromArray(F, start, s0 + 4 * sPixel);
    var c5 = FloatVector.fromArray(F, start, s0 + 5 * sPixel);
    var c6 = FloatVector.fromArray(F, start, s0 + 6 * sPixel);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int wi = wBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p0 + 64]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p0 + 80]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p0 + 96]); c6 = e6.fma(v0, c6);
    }
    c0.intoArray(y, y0 + 0 * yPixel);
    c1.intoArray(y, y0 + 1 * yPixel);
    c2.intoArray(y, y0 + 2 * yPixel);
    c3.intoArray(y, y0 + 3 * yPixel);
    c4.intoArray(y, y0 + 4 * yPixel);
    c5.intoArray(y, y0 + 5 * yPixel);
    c6.intoArray(y, y0 + 6 * yPixel);
  }

  private static void tile3x4v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0, x1 = t.x1, x2 = t.x2;
    int s0 = t.s0, y0 = t.y0;
    int s1 = t.s1, y1 = t.y1;
    int s2 = t.s2, y2 = t.y2;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var d0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel + sVector);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var d1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel + sVector);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var d2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel + sVector);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var d3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel + sVector);
    var c4 = FloatVector.fromArray(F, start, s1 + 0 * sPixel);
    var d4 = FloatVector.fromArray(F, start, s1 + 0 * sPixel + sVector);
    var c5 = FloatVector.fromArray(F, start, s1 + 1 * sPixel);
    var d5 = FloatVector.fromArray(F, start, s1 + 1 * sPixel + sVector);
    var c6 = FloatVector.fromArray(F, start, s1 + 2 * sPixel);
    var d6 = FloatVector.fromArray(F, start, s1 + 2 * sPixel + sVector);
    var c7 = FloatVector.fromArray(F, start, s1 + 3 * sPixel);
    var d7 = FloatVector.fromArray(F, start, s1 + 3 * sPixel + sVector);
    var c8 = FloatVector.fromArray(F, start, s2 + 0 * sPixel);
    var d8 = FloatVector.fromArray(F, start, s2 + 0 * sPixel + sVector);
    var c9 = FloatVector.fromArray(F, start, s2 + 1 * sPixel);
    var d9 = FloatVector.fromArray(F, start, s2 + 1 * sPixel + sVector);
    var c10 = FloatVector.fromArray(F, start, s2 + 2 * sPixel);
    var d10 = FloatVector.fromArray(F, start, s2 + 2 * sPixel + sVector);
    var c11 = FloatVector.fromArray(F, start, s2 + 3 * sPixel);
    var d11 = FloatVector.fromArray(F, start, s2 + 3 * sPixel + sVector);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int wi = wBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var v1 = FloatVector.fromArray(F, w, wi + COUNT);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 16]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p1 + 32]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p1 + 48]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
      var e8 = FloatVector.broadcast(F, x[p2]); c8 = e8.fma(v0, c8); d8 = e8.fma(v1, d8);
      var e9 = FloatVector.broadcast(F, x[p2 + 16]); c9 = e9.fma(v0, c9); d9 = e9.fma(v1, d9);
      var e10 = FloatVector.broadcast(F, x[p2 + 32]); c10 = e10.fma(v0, c10); d10 = e10.fma(v1, d10);
      var e11 = FloatVector.broadcast(F, x[p2 + 48]); c11 = e11.fma(v0, c11); d11 = e11.fma(v1, d11);
    }
    c0.intoArray(y, y0 + 0 * yPixel); d0.intoArray(y, y0 + 0 * yPixel + yVector);
    c1.intoArray(y, y0 + 1 * yPixel); d1.intoArray(y, y0 + 1 * yPixel + yVector);
    c2.intoArray(y, y0 + 2 * yPixel); d2.intoArray(y, y0 + 2 * yPixel + yVector);
    c3.intoArray(y, y0 + 3 * yPixel); d3.intoArray(y, y0 + 3 * yPixel + yVector);
    c4.intoArray(y, y1 + 0 * yPixel); d4.intoArray(y, y1 + 0 * yPixel + yVector);
    c5.intoArray(y, y1 + 1 * yPixel); d5.intoArray(y, y1 + 1 * yPixel + yVector);
    c6.intoArray(y, y1 + 2 * yPixel); d6.intoArray(y, y1 + 2 * yPixel + yVector);
    c7.intoArray(y, y1 + 3 * yPixel); d7.intoArray(y, y1 + 3 * yPixel + yVector);
    c8.intoArray(y, y2 + 0 * yPixel); d8.intoArray(y, y2 + 0 * yPixel + yVector);
    c9.intoArray(y, y2 + 1 * yPixel); d9.intoArray(y, y2 + 1 * yPixel + yVector);
    c10.intoArray(y, y2 + 2 * yPixel); d10.intoArray(y, y2 + 2 * yPixel + yVector);
    c11.intoArray(y, y2 + 3 * yPixel); d11.intoArray(y, y2 + 3 * yPixel + yVector);
  }

  private static void tile3x4v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0, x1 = t.x1, x2 = t.x2;
    int s0 = t.s0, y0 = t.y0;
    int s1 = t.s1, y1 = t.y1;
    int s2 = t.s2, y2 = t.y2;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var c4 = FloatVector.fromArray(F, start, s1 + 0 * sPixel);
    var c5 = FloatVector.fromArray(F, start, s1 + 1 * sPixel);
    var c6 = FloatVector.fromArray(F, start, s1 + 2 * sPixel);
    var c7 = FloatVector.fromArray(F, start, s1 + 3 * sPixel);
    var c8 = FloatVector.fromArray(F, start, s2 + 0 * sPixel);
    var c9 = FloatVector.fromArray(F, start, s2 + 1 * sPixel);
    var c10 = FloatVector.fromArray(F, start, s2 + 2 * sPixel);
    var c11 = FloatVector.fromArray(F, start, s2 + 3 * sPixel);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int p2 = x2 + o;
      int wi = wBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 16]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p1 + 32]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p1 + 48]); c7 = e7.fma(v0, c7);
      var e8 = FloatVector.broadcast(F, x[p2]); c8 = e8.fma(v0, c8);
      var e9 = FloatVector.broadcast(F, x[p2 + 16]); c9 = e9.fma(v0, c9);
      var e10 = FloatVector.broadcast(F, x[p2 + 32]); c10 = e10.fma(v0, c10);
      var e11 = FloatVector.broadcast(F, x[p2 + 48]); c11 = e11.fma(v0, c11);
    }
    c0.intoArray(y, y0 + 0 * yPixel);
    c1.intoArray(y, y0 + 1 * yPixel);
    c2.intoArray(y, y0 + 2 * yPixel);
    c3.intoArray(y, y0 + 3 * yPixel);
    c4.intoArray(y, y1 + 0 * yPixel);
    c5.intoArray(y, y1 + 1 * yPixel);
    c6.intoArray(y, y1 + 2 * yPixel);
    c7.intoArray(y, y1 + 3 * yPixel);
    c8.intoArray(y, y2 + 0 * yPixel);
    c9.intoArray(y, y2 + 1 * yPixel);
    c10.intoArray(y, y2 + 2 * yPixel);
    c11.intoArray(y, y2 + 3 * yPixel);
  }

  private static void tile2x4v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0, x1 = t.x1;
    int s0 = t.s0, y0 = t.y0;
    int s1 = t.s1, y1 = t.y1;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var d0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel + sVector);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var d1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel + sVector);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var d2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel + sVector);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var d3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel + sVector);
    var c4 = FloatVector.fromArray(F, start, s1 + 0 * sPixel);
    var d4 = FloatVector.fromArray(F, start, s1 + 0 * sPixel + sVector);
    var c5 = FloatVector.fromArray(F, start, s1 + 1 * sPixel);
    var d5 = FloatVector.fromArray(F, start, s1 + 1 * sPixel + sVector);
    var c6 = FloatVector.fromArray(F, start, s1 + 2 * sPixel);
    var d6 = FloatVector.fromArray(F, start, s1 + 2 * sPixel + sVector);
    var c7 = FloatVector.fromArray(F, start, s1 + 3 * sPixel);
    var d7 = FloatVector.fromArray(F, start, s1 + 3 * sPixel + sVector);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int wi = wBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var v1 = FloatVector.fromArray(F, w, wi + COUNT);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
      var e5 = FloatVector.broadcast(F, x[p1 + 16]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
      var e6 = FloatVector.broadcast(F, x[p1 + 32]); c6 = e6.fma(v0, c6); d6 = e6.fma(v1, d6);
      var e7 = FloatVector.broadcast(F, x[p1 + 48]); c7 = e7.fma(v0, c7); d7 = e7.fma(v1, d7);
    }
    c0.intoArray(y, y0 + 0 * yPixel); d0.intoArray(y, y0 + 0 * yPixel + yVector);
    c1.intoArray(y, y0 + 1 * yPixel); d1.intoArray(y, y0 + 1 * yPixel + yVector);
    c2.intoArray(y, y0 + 2 * yPixel); d2.intoArray(y, y0 + 2 * yPixel + yVector);
    c3.intoArray(y, y0 + 3 * yPixel); d3.intoArray(y, y0 + 3 * yPixel + yVector);
    c4.intoArray(y, y1 + 0 * yPixel); d4.intoArray(y, y1 + 0 * yPixel + yVector);
    c5.intoArray(y, y1 + 1 * yPixel); d5.intoArray(y, y1 + 1 * yPixel + yVector);
    c6.intoArray(y, y1 + 2 * yPixel); d6.intoArray(y, y1 + 2 * yPixel + yVector);
    c7.intoArray(y, y1 + 3 * yPixel); d7.intoArray(y, y1 + 3 * yPixel + yVector);
  }

  private static void tile2x4v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0, x1 = t.x1;
    int s0 = t.s0, y0 = t.y0;
    int s1 = t.s1, y1 = t.y1;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var c4 = FloatVector.fromArray(F, start, s1 + 0 * sPixel);
    var c5 = FloatVector.fromArray(F, start, s1 + 1 * sPixel);
    var c6 = FloatVector.fromArray(F, start, s1 + 2 * sPixel);
    var c7 = FloatVector.fromArray(F, start, s1 + 3 * sPixel);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int p1 = x1 + o;
      int wi = wBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3);
      var e4 = FloatVector.broadcast(F, x[p1]); c4 = e4.fma(v0, c4);
      var e5 = FloatVector.broadcast(F, x[p1 + 16]); c5 = e5.fma(v0, c5);
      var e6 = FloatVector.broadcast(F, x[p1 + 32]); c6 = e6.fma(v0, c6);
      var e7 = FloatVector.broadcast(F, x[p1 + 48]); c7 = e7.fma(v0, c7);
    }
    c0.intoArray(y, y0 + 0 * yPixel);
    c1.intoArray(y, y0 + 1 * yPixel);
    c2.intoArray(y, y0 + 2 * yPixel);
    c3.intoArray(y, y0 + 3 * yPixel);
    c4.intoArray(y, y1 + 0 * yPixel);
    c5.intoArray(y, y1 + 1 * yPixel);
    c6.intoArray(y, y1 + 2 * yPixel);
    c7.intoArray(y, y1 + 3 * yPixel);
  }

  private static void tile1x4v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0;
    int s0 = t.s0, y0 = t.y0;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var d0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel + sVector);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var d1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel + sVector);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var d2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel + sVector);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    var d3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel + sVector);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int wi = wBase + k * (2 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var v1 = FloatVector.fromArray(F, w, wi + COUNT);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
    }
    c0.intoArray(y, y0 + 0 * yPixel); d0.intoArray(y, y0 + 0 * yPixel + yVector);
    c1.intoArray(y, y0 + 1 * yPixel); d1.intoArray(y, y0 + 1 * yPixel + yVector);
    c2.intoArray(y, y0 + 2 * yPixel); d2.intoArray(y, y0 + 2 * yPixel + yVector);
    c3.intoArray(y, y0 + 3 * yPixel); d3.intoArray(y, y0 + 3 * yPixel + yVector);
  }

  private static void tile1x4v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets;
    int to = t.to, wBase = t.wBase, x0 = t.x0;
    int s0 = t.s0, y0 = t.y0;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    var c0 = FloatVector.fromArray(F, start, s0 + 0 * sPixel);
    var c1 = FloatVector.fromArray(F, start, s0 + 1 * sPixel);
    var c2 = FloatVector.fromArray(F, start, s0 + 2 * sPixel);
    var c3 = FloatVector.fromArray(F, start, s0 + 3 * sPixel);
    for (int k = t.from; k < to; k++) {
      int o = offsets[k];
      int p0 = x0 + o;
      int wi = wBase + k * (1 * COUNT);
      var v0 = FloatVector.fromArray(F, w, wi);
      var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
      var e1 = FloatVector.broadcast(F, x[p0 + 16]); c1 = e1.fma(v0, c1);
      var e2 = FloatVector.broadcast(F, x[p0 + 32]); c2 = e2.fma(v0, c2);
      var e3 = FloatVector.broadcast(F, x[p0 + 48]); c3 = e3.fma(v0, c3);
    }
    c0.intoArray(y, y0 + 0 * yPixel);
    c1.intoArray(y, y0 + 1 * yPixel);
    c2.intoArray(y, y0 + 2 * yPixel);
    c3.intoArray(y, y0 + 3 * yPixel);
  }
}

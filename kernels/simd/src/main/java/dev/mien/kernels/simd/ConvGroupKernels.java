package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/** Direct convolution: one group of pixels after the other in one call. Written by TileGenerator. */
final class ConvGroupKernels {
  private ConvGroupKernels() {}

  /** Runs the kernel of one group of pixels over the groups {@code group .. groupEnd-1} of the tile. */
  static void run(ConvTile t, int pixels, int vectors) {
    switch (pixels * 10 + vectors) {
      case 62 -> groups6v2(t);
      case 61 -> groups6v1(t);
      case 42 -> groups4v2(t);
      case 41 -> groups4v1(t);
      default -> throw new IllegalArgumentException("no kernel of this shape: " + (pixels * 10 + vectors));
    }
  }

  private static void groups6v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets, xs = t.xs, ys = t.ys;
    int from = t.from, to = t.to, wBase = t.wBase, xBase = t.x0, yBase = t.y0, s0 = t.s0, end = t.groupEnd;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    boolean fresh = t.fresh;
    int never = t.never;
    for (int g = t.group; g < end; g++) {
      int z = yBase + ys[g], s = fresh ? s0 : z, p0 = xBase + xs[g];
      var c0 = FloatVector.fromArray(F, start, s + 0 * sPixel); var d0 = FloatVector.fromArray(F, start, s + 0 * sPixel + sVector);
      var c1 = FloatVector.fromArray(F, start, s + 1 * sPixel); var d1 = FloatVector.fromArray(F, start, s + 1 * sPixel + sVector);
      var c2 = FloatVector.fromArray(F, start, s + 2 * sPixel); var d2 = FloatVector.fromArray(F, start, s + 2 * sPixel + sVector);
      var c3 = FloatVector.fromArray(F, start, s + 3 * sPixel); var d3 = FloatVector.fromArray(F, start, s + 3 * sPixel + sVector);
      var c4 = FloatVector.fromArray(F, start, s + 4 * sPixel); var d4 = FloatVector.fromArray(F, start, s + 4 * sPixel + sVector);
      var c5 = FloatVector.fromArray(F, start, s + 5 * sPixel); var d5 = FloatVector.fromArray(F, start, s + 5 * sPixel + sVector);
      for (int k = from; k < to; k++) {
        int p = p0 + offsets[k];
        int wi = wBase + k * (2 * COUNT);
        var v0 = FloatVector.fromArray(F, w, wi);
        var v1 = FloatVector.fromArray(F, w, wi + COUNT);
        var e0 = FloatVector.broadcast(F, x[p]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
        var e1 = FloatVector.broadcast(F, x[p + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
        if (k == never) break;
        var e2 = FloatVector.broadcast(F, x[p + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
        var e3 = FloatVector.broadcast(F, x[p + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
        if (k == never) break;
        var e4 = FloatVector.broadcast(F, x[p + 64]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
        var e5 = FloatVector.broadcast(F, x[p + 80]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
        if (k == never) break;
      }
      c0.intoArray(y, z + 0 * yPixel); d0.intoArray(y, z + 0 * yPixel + yVector);
      c1.intoArray(y, z + 1 * yPixel); d1.intoArray(y, z + 1 * yPixel + yVector);
      c2.intoArray(y, z + 2 * yPixel); d2.intoArray(y, z + 2 * yPixel + yVector);
      c3.intoArray(y, z + 3 * yPixel); d3.intoArray(y, z + 3 * yPixel + yVector);
      c4.intoArray(y, z + 4 * yPixel); d4.intoArray(y, z + 4 * yPixel + yVector);
      c5.intoArray(y, z + 5 * yPixel); d5.intoArray(y, z + 5 * yPixel + yVector);
    }
  }

  private static void groups6v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets, xs = t.xs, ys = t.ys;
    int from = t.from, to = t.to, wBase = t.wBase, xBase = t.x0, yBase = t.y0, s0 = t.s0, end = t.groupEnd;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    boolean fresh = t.fresh;
    for (int g = t.group; g < end; g++) {
      int z = yBase + ys[g], s = fresh ? s0 : z, p0 = xBase + xs[g];
      var c0 = FloatVector.fromArray(F, start, s + 0 * sPixel);
      var c1 = FloatVector.fromArray(F, start, s + 1 * sPixel);
      var c2 = FloatVector.fromArray(F, start, s + 2 * sPixel);
      var c3 = FloatVector.fromArray(F, start, s + 3 * sPixel);
      var c4 = FloatVector.fromArray(F, start, s + 4 * sPixel);
      var c5 = FloatVector.fromArray(F, start, s + 5 * sPixel);
      for (int k = from; k < to; k++) {
        int p = p0 + offsets[k];
        int wi = wBase + k * (1 * COUNT);
        var v0 = FloatVector.fromArray(F, w, wi);
        var e0 = FloatVector.broadcast(F, x[p]); c0 = e0.fma(v0, c0);
        var e1 = FloatVector.broadcast(F, x[p + 16]); c1 = e1.fma(v0, c1);
        var e2 = FloatVector.broadcast(F, x[p + 32]); c2 = e2.fma(v0, c2);
        var e3 = FloatVector.broadcast(F, x[p + 48]); c3 = e3.fma(v0, c3);
        var e4 = FloatVector.broadcast(F, x[p + 64]); c4 = e4.fma(v0, c4);
        var e5 = FloatVector.broadcast(F, x[p + 80]); c5 = e5.fma(v0, c5);
      }
      c0.intoArray(y, z + 0 * yPixel);
      c1.intoArray(y, z + 1 * yPixel);
      c2.intoArray(y, z + 2 * yPixel);
      c3.intoArray(y, z + 3 * yPixel);
      c4.intoArray(y, z + 4 * yPixel);
      c5.intoArray(y, z + 5 * yPixel);
    }
  }

  private static void groups4v2(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets, xs = t.xs, ys = t.ys;
    int from = t.from, to = t.to, wBase = t.wBase, xBase = t.x0, yBase = t.y0, s0 = t.s0, end = t.groupEnd;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    boolean fresh = t.fresh;
    for (int g = t.group; g < end; g++) {
      int z = yBase + ys[g], s = fresh ? s0 : z, p0 = xBase + xs[g];
      var c0 = FloatVector.fromArray(F, start, s + 0 * sPixel); var d0 = FloatVector.fromArray(F, start, s + 0 * sPixel + sVector);
      var c1 = FloatVector.fromArray(F, start, s + 1 * sPixel); var d1 = FloatVector.fromArray(F, start, s + 1 * sPixel + sVector);
      var c2 = FloatVector.fromArray(F, start, s + 2 * sPixel); var d2 = FloatVector.fromArray(F, start, s + 2 * sPixel + sVector);
      var c3 = FloatVector.fromArray(F, start, s + 3 * sPixel); var d3 = FloatVector.fromArray(F, start, s + 3 * sPixel + sVector);
      for (int k = from; k < to; k++) {
        int p = p0 + offsets[k];
        int wi = wBase + k * (2 * COUNT);
        var v0 = FloatVector.fromArray(F, w, wi);
        var v1 = FloatVector.fromArray(F, w, wi + COUNT);
        var e0 = FloatVector.broadcast(F, x[p]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
        var e1 = FloatVector.broadcast(F, x[p + 16]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
        var e2 = FloatVector.broadcast(F, x[p + 32]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
        var e3 = FloatVector.broadcast(F, x[p + 48]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
      }
      c0.intoArray(y, z + 0 * yPixel); d0.intoArray(y, z + 0 * yPixel + yVector);
      c1.intoArray(y, z + 1 * yPixel); d1.intoArray(y, z + 1 * yPixel + yVector);
      c2.intoArray(y, z + 2 * yPixel); d2.intoArray(y, z + 2 * yPixel + yVector);
      c3.intoArray(y, z + 3 * yPixel); d3.intoArray(y, z + 3 * yPixel + yVector);
    }
  }

  private static void groups4v1(ConvTile t) {
    float[] x = t.x, w = t.w, start = t.start, y = t.y;
    int[] offsets = t.offsets, xs = t.xs, ys = t.ys;
    int from = t.from, to = t.to, wBase = t.wBase, xBase = t.x0, yBase = t.y0, s0 = t.s0, end = t.groupEnd;
    int sPixel = t.sPixel, sVector = t.sVector, yPixel = t.yPixel, yVector = t.yVector;
    boolean fresh = t.fresh;
    for (int g = t.group; g < end; g++) {
      int z = yBase + ys[g], s = fresh ? s0 : z, p0 = xBase + xs[g];
      var c0 = FloatVector.fromArray(F, start, s + 0 * sPixel);
      var c1 = FloatVector.fromArray(F, start, s + 1 * sPixel);
      var c2 = FloatVector.fromArray(F, start, s + 2 * sPixel);
      var c3 = FloatVector.fromArray(F, start, s + 3 * sPixel);
      for (int k = from; k < to; k++) {
        int p = p0 + offsets[k];
        int wi = wBase + k * (1 * COUNT);
        var v0 = FloatVector.fromArray(F, w, wi);
        var e0 = FloatVector.broadcast(F, x[p]); c0 = e0.fma(v0, c0);
        var e1 = FloatVector.broadcast(F, x[p + 16]); c1 = e1.fma(v0, c1);
        var e2 = FloatVector.broadcast(F, x[p + 32]); c2 = e2.fma(v0, c2);
        var e3 = FloatVector.broadcast(F, x[p + 48]); c3 = e3.fma(v0, c3);
      }
      c0.intoArray(y, z + 0 * yPixel);
      c1.intoArray(y, z + 1 * yPixel);
      c2.intoArray(y, z + 2 * yPixel);
      c3.intoArray(y, z + 3 * yPixel);
    }
  }
}

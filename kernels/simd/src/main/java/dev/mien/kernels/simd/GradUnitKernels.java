package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/** Weight gradient on narrow vectors: one unit of input channels after the other in one call. Written by TileGenerator. */
final class GradUnitKernels {
  private GradUnitKernels() {}

  /** Runs the kernel of {@code units} neighbours of {@code rows} rows over the units {@code unit .. unitEnd-1} of the tile. */
  static void run(GradTile t, int units, int rows, int vectors) {
    switch ((t.linear ? 1000 : 0) + units * 100 + rows * 10 + vectors) {
      case 162 -> units1x6v2(t);
      case 1162 -> linear1x6v2(t);
      case 161 -> units1x6v1(t);
      case 1161 -> linear1x6v1(t);
      case 142 -> units1x4v2(t);
      case 1142 -> linear1x4v2(t);
      case 141 -> units1x4v1(t);
      case 1141 -> linear1x4v1(t);
      case 232 -> units2x3v2(t);
      case 231 -> units2x3v1(t);
      case 132 -> units1x3v2(t);
      case 131 -> units1x3v1(t);
      default -> throw new IllegalArgumentException("no kernel of this shape: " + (units * 100 + rows * 10 + vectors));
    }
  }

  private static void units1x6v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    int never = t.never;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
      var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
      var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
      for (int p = from; p < to; p++) {
        int o = offsets[p];
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var v1 = FloatVector.fromArray(F, gy, gi + COUNT);
        var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
        var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
        if (p == never) break;
        var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
        var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
        if (p == never) break;
        var e4 = FloatVector.broadcast(F, x[p0 + 4]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
        var e5 = FloatVector.broadcast(F, x[p0 + 5]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
        if (p == never) break;
      }
      c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
      c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
      c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
      c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
      c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
      c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
    }
  }

  private static void linear1x6v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    int never = t.never;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
      var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
      var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
      for (int p = from; p < to; p++) {
        int o = p * 16;
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var v1 = FloatVector.fromArray(F, gy, gi + COUNT);
        var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
        var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
        if (p == never) break;
        var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
        var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3); d3 = e3.fma(v1, d3);
        if (p == never) break;
        var e4 = FloatVector.broadcast(F, x[p0 + 4]); c4 = e4.fma(v0, c4); d4 = e4.fma(v1, d4);
        var e5 = FloatVector.broadcast(F, x[p0 + 5]); c5 = e5.fma(v0, c5); d5 = e5.fma(v1, d5);
        if (p == never) break;
      }
      c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
      c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
      c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
      c3.intoArray(sum, z + 6 * COUNT); d3.intoArray(sum, z + 6 * COUNT + COUNT);
      c4.intoArray(sum, z + 8 * COUNT); d4.intoArray(sum, z + 8 * COUNT + COUNT);
      c5.intoArray(sum, z + 10 * COUNT); d5.intoArray(sum, z + 10 * COUNT + COUNT);
    }
  }

  private static void units1x6v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
      var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
      var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
      for (int p = from; p < to; p++) {
        int o = offsets[p];
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
        var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
        var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
        var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3);
        var e4 = FloatVector.broadcast(F, x[p0 + 4]); c4 = e4.fma(v0, c4);
        var e5 = FloatVector.broadcast(F, x[p0 + 5]); c5 = e5.fma(v0, c5);
      }
      c0.intoArray(sum, z + 0 * COUNT);
      c1.intoArray(sum, z + 1 * COUNT);
      c2.intoArray(sum, z + 2 * COUNT);
      c3.intoArray(sum, z + 3 * COUNT);
      c4.intoArray(sum, z + 4 * COUNT);
      c5.intoArray(sum, z + 5 * COUNT);
    }
  }

  private static void linear1x6v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
      var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
      var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
      for (int p = from; p < to; p++) {
        int o = p * 16;
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0);
        var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1);
        var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2);
        var e3 = FloatVector.broadcast(F, x[p0 + 3]); c3 = e3.fma(v0, c3);
        var e4 = FloatVector.broadcast(F, x[p0 + 4]); c4 = e4.fma(v0, c4);
        var e5 = FloatVector.broadcast(F, x[p0 + 5]); c5 = e5.fma(v0, c5);
      }
      c0.intoArray(sum, z + 0 * COUNT);
      c1.intoArray(sum, z + 1 * COUNT);
      c2.intoArray(sum, z + 2 * COUNT);
      c3.intoArray(sum, z + 3 * COUNT);
      c4.intoArray(sum, z + 4 * COUNT);
      c5.intoArray(sum, z + 5 * COUNT);
    }
  }

  private static void units1x4v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
      for (int p = from; p < to; p++) {
        int o = offsets[p];
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var v1 = FloatVector.fromArray(F, gy, gi + COUNT);
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
  }

  private static void linear1x4v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
      for (int p = from; p < to; p++) {
        int o = p * 16;
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var v1 = FloatVector.fromArray(F, gy, gi + COUNT);
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
  }

  private static void units1x4v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
      for (int p = from; p < to; p++) {
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
  }

  private static void linear1x4v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
      for (int p = from; p < to; p++) {
        int o = p * 16;
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
  }

  private static void units2x3v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    int never = t.never;
    for (int u = t.unit; u < end; u += 2) {
      int x0 = xBase + xs[u];
      int x1 = xBase + xs[u + 1];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 6 * COUNT); var d3 = FloatVector.fromArray(F, start, s + 6 * COUNT + COUNT);
      var c4 = FloatVector.fromArray(F, start, s + 8 * COUNT); var d4 = FloatVector.fromArray(F, start, s + 8 * COUNT + COUNT);
      var c5 = FloatVector.fromArray(F, start, s + 10 * COUNT); var d5 = FloatVector.fromArray(F, start, s + 10 * COUNT + COUNT);
      for (int p = from; p < to; p++) {
        int o = offsets[p];
        int p0 = x0 + o;
        int p1 = x1 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var v1 = FloatVector.fromArray(F, gy, gi + COUNT);
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
  }

  private static void units2x3v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 2) {
      int x0 = xBase + xs[u];
      int x1 = xBase + xs[u + 1];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
      var c3 = FloatVector.fromArray(F, start, s + 3 * COUNT);
      var c4 = FloatVector.fromArray(F, start, s + 4 * COUNT);
      var c5 = FloatVector.fromArray(F, start, s + 5 * COUNT);
      for (int p = from; p < to; p++) {
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
  }

  private static void units1x3v2(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT); var d0 = FloatVector.fromArray(F, start, s + 0 * COUNT + COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 2 * COUNT); var d1 = FloatVector.fromArray(F, start, s + 2 * COUNT + COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 4 * COUNT); var d2 = FloatVector.fromArray(F, start, s + 4 * COUNT + COUNT);
      for (int p = from; p < to; p++) {
        int o = offsets[p];
        int p0 = x0 + o;
        int gi = gyBase + p * 16;
        var v0 = FloatVector.fromArray(F, gy, gi);
        var v1 = FloatVector.fromArray(F, gy, gi + COUNT);
        var e0 = FloatVector.broadcast(F, x[p0]); c0 = e0.fma(v0, c0); d0 = e0.fma(v1, d0);
        var e1 = FloatVector.broadcast(F, x[p0 + 1]); c1 = e1.fma(v0, c1); d1 = e1.fma(v1, d1);
        var e2 = FloatVector.broadcast(F, x[p0 + 2]); c2 = e2.fma(v0, c2); d2 = e2.fma(v1, d2);
      }
      c0.intoArray(sum, z + 0 * COUNT); d0.intoArray(sum, z + 0 * COUNT + COUNT);
      c1.intoArray(sum, z + 2 * COUNT); d1.intoArray(sum, z + 2 * COUNT + COUNT);
      c2.intoArray(sum, z + 4 * COUNT); d2.intoArray(sum, z + 4 * COUNT + COUNT);
    }
  }

  private static void units1x3v1(GradTile t) {
    float[] x = t.x, gy = t.gy, start = t.start, sum = t.sum;
    int[] offsets = t.offsets, xs = t.xs, zs = t.zs;
    int from = t.from, to = t.to, gyBase = t.gyBase, xBase = t.x0, end = t.unitEnd;
    int s0 = t.startBase, z0 = t.sumBase;
    boolean fresh = t.fresh;
    for (int u = t.unit; u < end; u += 1) {
      int x0 = xBase + xs[u];
      int z = z0 + zs[u], s = fresh ? s0 : z;
      var c0 = FloatVector.fromArray(F, start, s + 0 * COUNT);
      var c1 = FloatVector.fromArray(F, start, s + 1 * COUNT);
      var c2 = FloatVector.fromArray(F, start, s + 2 * COUNT);
      for (int p = from; p < to; p++) {
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
}

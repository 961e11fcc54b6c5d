package dev.mien.kernels.simd;

import static dev.mien.kernels.simd.Lanes.COUNT;
import static dev.mien.kernels.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * The linear maps of Winograd's F(4x4, 3x3) with the points 0, 1, -1, 2, -2 (Lavin and Gray 2016): {@code Y = A' [(G g G') * (B' d B)] A}.
 * Each two-dimensional map is its one-dimensional map on columns and then on rows, over 16 channels.
 */
final class WinogradTransforms {
  private WinogradTransforms() {}

  /** {@code B' d B}: from pixels (i, j) at {@code at + i*fromStep + j*16} to positions p at {@code base + p*toStep}. */
  static void input(WinogradTile tile) {
    float[] x = tile.from, t = tile.temporary, v = tile.to;
    int at = tile.at, row = tile.fromStep, tmp = tile.middle, to = tile.base, stride = tile.toStep;
    for (int i = 0; i < 96; i += COUNT) {
      int p = at + i;
      var d0 = FloatVector.fromArray(F, x, p);
      var d1 = FloatVector.fromArray(F, x, p + row);
      var d2 = FloatVector.fromArray(F, x, p + 2 * row);
      var d3 = FloatVector.fromArray(F, x, p + 3 * row);
      var d4 = FloatVector.fromArray(F, x, p + 4 * row);
      var d5 = FloatVector.fromArray(F, x, p + 5 * row);
      var four = FloatVector.broadcast(F, 4f);
      var a = four.neg().fma(d2, d4);
      var b = four.neg().fma(d1, d3);
      var c = d4.sub(d2);
      var e = d3.sub(d1);
      int q = tmp + i;
      four.fma(d0, FloatVector.broadcast(F, -5f).fma(d2, d4)).intoArray(t, q);
      a.add(b).intoArray(t, q + 96);
      a.sub(b).intoArray(t, q + 192);
      FloatVector.broadcast(F, 2f).fma(e, c).intoArray(t, q + 288);
      FloatVector.broadcast(F, -2f).fma(e, c).intoArray(t, q + 384);
      four.fma(d1, FloatVector.broadcast(F, -5f).fma(d3, d5)).intoArray(t, q + 480);
    }
    for (int r = 0; r < 6; r++) {
      for (int lane = 0; lane < 16; lane += COUNT) {
        int p = tmp + r * 96 + lane;
        var d0 = FloatVector.fromArray(F, t, p);
        var d1 = FloatVector.fromArray(F, t, p + 16);
        var d2 = FloatVector.fromArray(F, t, p + 32);
        var d3 = FloatVector.fromArray(F, t, p + 48);
        var d4 = FloatVector.fromArray(F, t, p + 64);
        var d5 = FloatVector.fromArray(F, t, p + 80);
        var four = FloatVector.broadcast(F, 4f);
        var a = four.neg().fma(d2, d4);
        var b = four.neg().fma(d1, d3);
        var c = d4.sub(d2);
        var e = d3.sub(d1);
        int q = to + r * 6 * stride + lane;
        four.fma(d0, FloatVector.broadcast(F, -5f).fma(d2, d4)).intoArray(v, q);
        a.add(b).intoArray(v, q + stride);
        a.sub(b).intoArray(v, q + 2 * stride);
        FloatVector.broadcast(F, 2f).fma(e, c).intoArray(v, q + 3 * stride);
        FloatVector.broadcast(F, -2f).fma(e, c).intoArray(v, q + 4 * stride);
        four.fma(d1, FloatVector.broadcast(F, -5f).fma(d3, d5)).intoArray(v, q + 5 * stride);
      }
    }
  }

  /** {@code A' M A} plus the channel's bias: from positions p at {@code at + p*fromStep} to pixels (i, j) at {@code base + i*toStep + j*16}. */
  static void output(WinogradTile tile) {
    float[] m = tile.from, t = tile.temporary, y = tile.to;
    int at = tile.at, stride = tile.fromStep, tmp = tile.middle, bias = tile.bias, to = tile.base, row = tile.toStep;
    for (int s = 0; s < 6; s++) {
      for (int lane = 0; lane < 16; lane += COUNT) {
        int p = at + s * stride + lane;
        var m0 = FloatVector.fromArray(F, m, p);
        var m1 = FloatVector.fromArray(F, m, p + 6 * stride);
        var m2 = FloatVector.fromArray(F, m, p + 12 * stride);
        var m3 = FloatVector.fromArray(F, m, p + 18 * stride);
        var m4 = FloatVector.fromArray(F, m, p + 24 * stride);
        var m5 = FloatVector.fromArray(F, m, p + 30 * stride);
        var a = m1.add(m2);
        var b = m1.sub(m2);
        var c = m3.add(m4);
        var e = m3.sub(m4);
        int q = tmp + s * 16 + lane;
        m0.add(a).add(c).intoArray(t, q);
        FloatVector.broadcast(F, 2f).fma(e, b).intoArray(t, q + 96);
        FloatVector.broadcast(F, 4f).fma(c, a).intoArray(t, q + 192);
        FloatVector.broadcast(F, 8f).fma(e, b).add(m5).intoArray(t, q + 288);
      }
    }
    for (int r = 0; r < 4; r++) {
      for (int lane = 0; lane < 16; lane += COUNT) {
        int p = tmp + r * 96 + lane;
        var m0 = FloatVector.fromArray(F, t, p);
        var m1 = FloatVector.fromArray(F, t, p + 16);
        var m2 = FloatVector.fromArray(F, t, p + 32);
        var m3 = FloatVector.fromArray(F, t, p + 48);
        var m4 = FloatVector.fromArray(F, t, p + 64);
        var m5 = FloatVector.fromArray(F, t, p + 80);
        var a = m1.add(m2);
        var b = m1.sub(m2);
        var c = m3.add(m4);
        var e = m3.sub(m4);
        var add = FloatVector.fromArray(F, t, bias + lane);
        int q = to + r * row + lane;
        m0.add(a).add(c).add(add).intoArray(y, q);
        FloatVector.broadcast(F, 2f).fma(e, b).add(add).intoArray(y, q + 16);
        FloatVector.broadcast(F, 4f).fma(c, a).add(add).intoArray(y, q + 32);
        FloatVector.broadcast(F, 8f).fma(e, b).add(m5).add(add).intoArray(y, q + 48);
      }
    }
  }

  /** {@code A g A'}, the adjoint of {@link #output}: from 4x4 pixels as there to positions. */
  static void gradient(WinogradTile tile) {
    float[] g = tile.from, t = tile.temporary, v = tile.to;
    int at = tile.at, row = tile.fromStep, tmp = tile.middle, to = tile.base, stride = tile.toStep;
    for (int i = 0; i < 64; i += COUNT) {
      int p = at + i;
      var y0 = FloatVector.fromArray(F, g, p);
      var y1 = FloatVector.fromArray(F, g, p + row);
      var y2 = FloatVector.fromArray(F, g, p + 2 * row);
      var y3 = FloatVector.fromArray(F, g, p + 3 * row);
      var a = y0.add(y2);
      var b = y1.add(y3);
      var c = FloatVector.broadcast(F, 4f).fma(y2, y0);
      var e = FloatVector.broadcast(F, 4f).fma(y3, y1);
      int q = tmp + i;
      y0.intoArray(t, q);
      a.add(b).intoArray(t, q + 64);
      a.sub(b).intoArray(t, q + 128);
      FloatVector.broadcast(F, 2f).fma(e, c).intoArray(t, q + 192);
      FloatVector.broadcast(F, -2f).fma(e, c).intoArray(t, q + 256);
      y3.intoArray(t, q + 320);
    }
    for (int r = 0; r < 6; r++) {
      for (int lane = 0; lane < 16; lane += COUNT) {
        int p = tmp + r * 64 + lane;
        var y0 = FloatVector.fromArray(F, t, p);
        var y1 = FloatVector.fromArray(F, t, p + 16);
        var y2 = FloatVector.fromArray(F, t, p + 32);
        var y3 = FloatVector.fromArray(F, t, p + 48);
        var a = y0.add(y2);
        var b = y1.add(y3);
        var c = FloatVector.broadcast(F, 4f).fma(y2, y0);
        var e = FloatVector.broadcast(F, 4f).fma(y3, y1);
        int q = to + r * 6 * stride + lane;
        y0.intoArray(v, q);
        a.add(b).intoArray(v, q + stride);
        a.sub(b).intoArray(v, q + 2 * stride);
        FloatVector.broadcast(F, 2f).fma(e, c).intoArray(v, q + 3 * stride);
        FloatVector.broadcast(F, -2f).fma(e, c).intoArray(v, q + 4 * stride);
        y3.intoArray(v, q + 5 * stride);
      }
    }
  }

  /**
   * {@code G w G'} for {@code width} lanes: from taps n at {@code at + n*fromStep} (a negative step turns the kernel by 180 degrees) to
   * positions p at {@code base + p*toStep}.
   */
  static void weight(WinogradTile tile, int width) {
    float[] w = tile.from, t = tile.temporary, u = tile.to;
    int at = tile.at, tap = tile.fromStep, tmp = tile.middle, to = tile.base, stride = tile.toStep;
    for (int lane = 0; lane < width; lane += COUNT) {
      for (int s = 0; s < 3; s++) {
        var g0 = FloatVector.fromArray(F, w, at + s * tap + lane);
        var g1 = FloatVector.fromArray(F, w, at + (3 + s) * tap + lane);
        var g2 = FloatVector.fromArray(F, w, at + (6 + s) * tap + lane);
        var a = g0.add(g2);
        var b = FloatVector.broadcast(F, 1f / 24).mul(g0);
        var c = FloatVector.broadcast(F, 1f / 6).fma(g2, b);
        int q = tmp + s * 16;
        g0.mul(0.25f).intoArray(t, q);
        a.add(g1).mul(-1f / 6).intoArray(t, q + 48);
        a.sub(g1).mul(-1f / 6).intoArray(t, q + 96);
        FloatVector.broadcast(F, 1f / 12).fma(g1, c).intoArray(t, q + 144);
        FloatVector.broadcast(F, -1f / 12).fma(g1, c).intoArray(t, q + 192);
        g2.intoArray(t, q + 240);
      }
      for (int r = 0; r < 6; r++) {
        var g0 = FloatVector.fromArray(F, t, tmp + r * 48);
        var g1 = FloatVector.fromArray(F, t, tmp + r * 48 + 16);
        var g2 = FloatVector.fromArray(F, t, tmp + r * 48 + 32);
        var a = g0.add(g2);
        var b = FloatVector.broadcast(F, 1f / 24).mul(g0);
        var c = FloatVector.broadcast(F, 1f / 6).fma(g2, b);
        int q = to + r * 6 * stride + lane;
        g0.mul(0.25f).intoArray(u, q);
        a.add(g1).mul(-1f / 6).intoArray(u, q + stride);
        a.sub(g1).mul(-1f / 6).intoArray(u, q + 2 * stride);
        FloatVector.broadcast(F, 1f / 12).fma(g1, c).intoArray(u, q + 3 * stride);
        FloatVector.broadcast(F, -1f / 12).fma(g1, c).intoArray(u, q + 4 * stride);
        g2.intoArray(u, q + 5 * stride);
      }
    }
  }

  /** {@code G' U G}, the adjoint of {@link #weight}: from positions to taps. */
  static void weightGradient(WinogradTile tile, int width) {
    float[] u = tile.from, t = tile.temporary, w = tile.to;
    int at = tile.at, stride = tile.fromStep, tmp = tile.middle, to = tile.base, tap = tile.toStep;
    for (int lane = 0; lane < width; lane += COUNT) {
      for (int s = 0; s < 6; s++) {
        int p = at + s * stride + lane;
        var u0 = FloatVector.fromArray(F, u, p);
        var u1 = FloatVector.fromArray(F, u, p + 6 * stride);
        var u2 = FloatVector.fromArray(F, u, p + 12 * stride);
        var u3 = FloatVector.fromArray(F, u, p + 18 * stride);
        var u4 = FloatVector.fromArray(F, u, p + 24 * stride);
        var u5 = FloatVector.fromArray(F, u, p + 30 * stride);
        var a = u1.add(u2).mul(-1f / 6);
        var b = u3.add(u4);
        int q = tmp + s * 16;
        FloatVector.broadcast(F, 1f / 24).fma(b, FloatVector.broadcast(F, 0.25f).fma(u0, a)).intoArray(t, q);
        FloatVector.broadcast(F, 1f / 12).fma(u3.sub(u4), u2.sub(u1).mul(1f / 6)).intoArray(t, q + 96);
        FloatVector.broadcast(F, 1f / 6).fma(b, a).add(u5).intoArray(t, q + 192);
      }
      for (int r = 0; r < 3; r++) {
        int p = tmp + r * 96;
        var u0 = FloatVector.fromArray(F, t, p);
        var u1 = FloatVector.fromArray(F, t, p + 16);
        var u2 = FloatVector.fromArray(F, t, p + 32);
        var u3 = FloatVector.fromArray(F, t, p + 48);
        var u4 = FloatVector.fromArray(F, t, p + 64);
        var u5 = FloatVector.fromArray(F, t, p + 80);
        var a = u1.add(u2).mul(-1f / 6);
        var b = u3.add(u4);
        int q = to + r * 3 * tap + lane;
        FloatVector.broadcast(F, 1f / 24).fma(b, FloatVector.broadcast(F, 0.25f).fma(u0, a)).intoArray(w, q);
        FloatVector.broadcast(F, 1f / 12).fma(u3.sub(u4), u2.sub(u1).mul(1f / 6)).intoArray(w, q + tap);
        FloatVector.broadcast(F, 1f / 6).fma(b, a).add(u5).intoArray(w, q + 2 * tap);
      }
    }
  }
}

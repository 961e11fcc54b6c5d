package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;

/**
 * Convolution of every channel by itself, forward and (per pixel phase) data gradient: channels on the lanes, one chain over the
 * taps, row-major, that starts at the bias.
 */
record Depthwise(Taps taps, DirectPass.Placement place, SimdBuffer in, SimdBuffer out, SimdBuffer w, SimdBuffer bias) {
  private static final int BAND_FLOATS = 16 * 1024;

  static void run(Workers workers, Scratch scratch, Depthwise call) {
    if (call.taps.gridH() == 0 || call.taps.gridW() == 0) {
      return;
    }
    int rowFloats = Math.max(1, new Window(call.taps, call.in, new Window.Size(1, 1, 1), 1, true).rowAdvance);
    int rows = Math.clamp(BAND_FLOATS / rowFloats, 1, call.taps.gridH());
    int bands = Taps.ceilDiv(call.taps.gridH(), rows);
    int blocks = call.in.channelBlocks();
    var window = new Window(call.taps, call.in, new Window.Size(1, 1, rows), 1, true);
    workers.run(call.in.dim(0) * blocks, i -> call.image(scratch, window, i / blocks, i % blocks, rows, bands));
  }

  private void image(Scratch scratch, Window window, int image, int block, int bandRows, int bands) {
    int taken = taps.count() * 16 + 16;
    try (var lease = scratch.lease(taken + window.floats)) {
      pack(block, lease.array, lease.offset);
      for (int b = 0; b < bands; b++) {
        var band = new Window.Band(image, 1, b * bandRows, Math.min(bandRows, taps.gridH() - b * bandRows));
        float[] x = window.inPlace ? in.reals : lease.array;
        int base = window.inPlace ? window.base(in, image, block, band.row()) : lease.offset + taken;
        if (!window.inPlace) {
          window.copy(in, band, block, 1, lease.array, base);
        }
        int plane = out.offset + (image * out.channelBlocks() + block) * out.plane() * 16;
        for (int r = 0; r < band.rows(); r++) {
          int y = plane + ((place.rowFirst() + (band.row() + r) * place.rowStep()) * out.dim(3) + place.columnFirst()) * 16;
          for (int lane = 0; lane < 16; lane += Lanes.COUNT) {
            row(window, x, base + r * window.rowAdvance + lane, lease.array, lease.offset + lane, y + lane);
          }
        }
      }
    }
  }

  /** Bias, then {@code [tap][16]}; zero in padding lanes. */
  private void pack(int block, float[] to, int at) {
    int channels = Math.min(16, in.dim(1) - block * 16);
    int kernel = w.dim(2) * w.dim(3);
    for (int lane = 0; lane < 16; lane++) {
      int c = block * 16 + lane;
      to[at + lane] = lane < channels && bias != null ? bias.reals[bias.offset + c] : 0f;
      for (int t = 0; t < taps.count(); t++) {
        to[at + (t + 1) * 16 + lane] = lane < channels ? w.reals[w.offset + c * kernel + taps.index()[t]] : 0f;
      }
    }
  }

  private void row(Window window, float[] x, int xBase, float[] weights, int wBase, int yBase) {
    int[] offsets = window.tapOffset;
    float[] y = out.reals;
    int step = place.columnStep() * 16;
    int s = 0;
    for (; s + 4 <= taps.gridW(); s += 4) {
      four(x, xBase + s * 16, offsets, weights, wBase, y, yBase + s * step, step);
    }
    for (; s < taps.gridW(); s++) {
      one(x, xBase + s * 16, offsets, weights, wBase, y, yBase + s * step);
    }
  }

  private static void four(float[] x, int xBase, int[] offsets, float[] w, int wBase, float[] y, int yBase, int step) {
    var c0 = FloatVector.fromArray(Lanes.F, w, wBase);
    var c1 = c0;
    var c2 = c0;
    var c3 = c0;
    for (int t = 0; t < offsets.length; t++) {
      int p = xBase + offsets[t];
      var e = FloatVector.fromArray(Lanes.F, w, wBase + 16 + t * 16);
      c0 = e.fma(FloatVector.fromArray(Lanes.F, x, p), c0);
      c1 = e.fma(FloatVector.fromArray(Lanes.F, x, p + 16), c1);
      c2 = e.fma(FloatVector.fromArray(Lanes.F, x, p + 32), c2);
      c3 = e.fma(FloatVector.fromArray(Lanes.F, x, p + 48), c3);
    }
    c0.intoArray(y, yBase);
    c1.intoArray(y, yBase + step);
    c2.intoArray(y, yBase + 2 * step);
    c3.intoArray(y, yBase + 3 * step);
  }

  private static void one(float[] x, int xBase, int[] offsets, float[] w, int wBase, float[] y, int yBase) {
    var c = FloatVector.fromArray(Lanes.F, w, wBase);
    for (int t = 0; t < offsets.length; t++) {
      c = FloatVector.fromArray(Lanes.F, w, wBase + 16 + t * 16).fma(FloatVector.fromArray(Lanes.F, x, xBase + offsets[t]), c);
    }
    c.intoArray(y, yBase);
  }
}

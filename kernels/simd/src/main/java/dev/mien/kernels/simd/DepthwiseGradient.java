package dev.mien.kernels.simd;

import jdk.incubator.vector.FloatVector;

/** Weight gradient of a depthwise convolution: for every tap one chain over the pixels of an image, images summed in order. */
final class DepthwiseGradient {
  private static final int BAND_FLOATS = 8 * 1024;

  private DepthwiseGradient() {}

  static void run(Workers workers, Scratch scratch, Taps taps, SimdBuffer x, SimdBuffer gy, SimdBuffer gw) {
    int rowFloats = Math.max(1, new Window(taps, x, new Window.Size(1, 1, 1), 1, true).rowAdvance);
    int rows = Math.clamp(BAND_FLOATS / rowFloats, 1, Math.max(1, taps.gridH()));
    var window = new Window(taps, x, new Window.Size(1, 1, rows), 1, true);
    workers.run(x.channelBlocks(), block -> block(scratch, window, block, rows, x, gy, gw));
  }

  private static void block(Scratch scratch, Window window, int block, int bandRows, SimdBuffer x, SimdBuffer gy, SimdBuffer gw) {
    Taps taps = window.taps;
    int count = taps.count() * 16;
    float[] total = new float[count];
    float[] image = new float[count];
    try (var lease = scratch.lease(Math.max(1, window.floats))) {
      for (int n = 0; n < x.dim(0); n++) {
        java.util.Arrays.fill(image, 0f);
        for (int row = 0; row < taps.gridH(); row += bandRows) {
          var band = new Window.Band(n, 1, row, Math.min(bandRows, taps.gridH() - row));
          float[] in = window.inPlace ? x.reals : lease.array;
          int base = window.inPlace ? window.base(x, n, block, row) : lease.offset;
          if (!window.inPlace) {
            window.copy(x, band, block, 1, lease.array, base);
          }
          int plane = gy.offset + (n * gy.channelBlocks() + block) * gy.plane() * 16;
          for (int r = 0; r < band.rows(); r++) {
            int g = plane + (row + r) * gy.dim(3) * 16;
            for (int t = 0; t < taps.count(); t++) {
              for (int lane = 0; lane < 16; lane += Lanes.COUNT) {
                chain(in, base + r * window.rowAdvance + window.tapOffset[t] + lane, gy.reals, g + lane, gy.dim(3), image,
                    t * 16 + lane);
              }
            }
          }
        }
        for (int i = 0; i < count; i++) {
          total[i] += image[i];
        }
      }
    }
    int channels = Math.min(16, x.dim(1) - block * 16);
    for (int lane = 0; lane < channels; lane++) {
      for (int t = 0; t < taps.count(); t++) {
        gw.reals[gw.offset + (block * 16 + lane) * taps.count() + t] = total[t * 16 + lane];
      }
    }
  }

  private static void chain(float[] x, int xBase, float[] gy, int gBase, int pixels, float[] sum, int at) {
    var c = FloatVector.fromArray(Lanes.F, sum, at);
    for (int p = 0; p < pixels; p++) {
      c = FloatVector.fromArray(Lanes.F, x, xBase + p * 16).fma(FloatVector.fromArray(Lanes.F, gy, gBase + p * 16), c);
    }
    c.intoArray(sum, at);
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import jdk.incubator.vector.FloatVector;

/** The Euclidean length of rows. */
final class Norms {
  private static final double SMALLEST = 1e-12;

  private Norms() {}

  static void l2Norm(SimdBackend backend, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var norm = SimdBuffer.of(output);
    int columns = x.dim(-1);
    backend.workers.ranges((int) norm.count(), RowTools.grain(columns), (from, to) -> {
      double[] chains = new double[8];
      for (int row = from; row < to; row++) {
        double squares = Sums.squares(x.reals, x.offset + row * columns, columns, chains);
        norm.reals[norm.offset + row] = (float) Math.sqrt(squares);
      }
    });
  }

  static void l2NormBackward(SimdBackend backend, Buffer input, Buffer norms, Buffer gradNorm, Buffer gradInput) {
    var x = SimdBuffer.of(input);
    var norm = SimdBuffer.of(norms);
    var gNorm = SimdBuffer.of(gradNorm);
    var gx = SimdBuffer.of(gradInput);
    int columns = x.dim(-1);
    backend.workers.ranges((int) norm.count(), RowTools.grain(columns), (from, to) -> {
      for (int row = from; row < to; row++) {
        double below = Math.max(norm.reals[norm.offset + row], SMALLEST);
        float scale = (float) (gNorm.reals[gNorm.offset + row] / below);
        scale(scale, x.reals, x.offset + row * columns, gx.reals, gx.offset + row * columns, columns);
      }
    });
  }

  private static void scale(float scale, float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).mul(scale).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = scale * x[xo + i];
    }
  }
}

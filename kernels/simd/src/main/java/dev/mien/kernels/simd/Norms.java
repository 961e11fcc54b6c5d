package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;

/** The Euclidean length of rows. */
final class Norms {
  private static final double SMALLEST = 1e-12;

  private Norms() {}

  static void l2Norm(SimdBackend backend, Buffer input, Buffer output) {
    var x = SimdBuffer.of(input);
    var norm = SimdBuffer.of(output);
    int columns = x.dim(-1);
    backend.workers.ranges((int) norm.count(), RowTools.grain(columns), (from, to) -> {
      for (int row = from; row < to; row++) {
        double squares = Sums.squares(x.reals, x.offset + row * columns, columns);
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
        for (int j = row * columns; j < (row + 1) * columns; j++) {
          gx.reals[gx.offset + j] = scale * x.reals[x.offset + j];
        }
      }
    });
  }
}

package dev.mien.training.synthetic;

/** JPEG-like artefacts: each block of 8 x 8 loses its small cosine coefficients, more so the finer ones. */
final class Blocks {
  private static final int N = 8;
  private static final double[] BASIS = basis();

  private Blocks() {}

  private static double[] basis() {
    var basis = new double[N * N];
    for (int k = 0; k < N; k++) {
      for (int i = 0; i < N; i++) {
        basis[k * N + i] = StrictMath.cos(Math.PI * k * (2 * i + 1) / (2 * N)) * Math.sqrt((k == 0 ? 1.0 : 2.0) / N);
      }
    }
    return basis;
  }

  /** Changes the picture in place; a rest of less than a block at the right and bottom edge stays as it is. */
  static void compress(float[] picture, int size, double strength) {
    var block = new double[N * N];
    var work = new double[N * N];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y + N <= size; y += N) {
        for (int x = 0; x + N <= size; x += N) {
          for (int k = 0; k < N * N; k++) {
            block[k] = picture[3 * ((y + k / N) * size + x + k % N) + c];
          }
          transform(block, work, false);
          for (int k = 0; k < N * N; k++) {
            double step = strength * (0.02 + 0.018 * (k / N + k % N));
            block[k] = k == 0 ? block[k] : step * Math.rint(block[k] / step);
          }
          transform(block, work, true);
          for (int k = 0; k < N * N; k++) {
            picture[3 * ((y + k / N) * size + x + k % N) + c] = (float) block[k];
          }
        }
      }
    }
  }

  /** Separable cosine transform of a block, or back. */
  private static void transform(double[] block, double[] work, boolean back) {
    for (int pass = 0; pass < 2; pass++) {
      for (int row = 0; row < N; row++) {
        for (int k = 0; k < N; k++) {
          double sum = 0;
          for (int i = 0; i < N; i++) {
            sum += block[row * N + i] * BASIS[back ? i * N + k : k * N + i];
          }
          work[k * N + row] = sum;
        }
      }
      System.arraycopy(work, 0, block, 0, N * N);
    }
  }
}

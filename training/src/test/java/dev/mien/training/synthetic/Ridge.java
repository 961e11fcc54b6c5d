package dev.mien.training.synthetic;

/** Ridge regression by Cholesky's method: the plainest model that can learn anything from pixels. */
final class Ridge {
  private Ridge() {}

  static double[] fit(double[][] inputs, double[] targets, double lambda) {
    int d = inputs[0].length;
    var gram = new double[d][d];
    var right = new double[d];
    for (int n = 0; n < inputs.length; n++) {
      for (int i = 0; i < d; i++) {
        right[i] += inputs[n][i] * targets[n];
        for (int j = 0; j <= i; j++) {
          gram[i][j] += inputs[n][i] * inputs[n][j];
        }
      }
    }
    for (int i = 0; i < d - 1; i++) {
      gram[i][i] += lambda;
    }
    gram[d - 1][d - 1] += 1e-6;
    return solve(gram, right);
  }

  private static double[] solve(double[][] a, double[] b) {
    int d = b.length;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
      for (int k = 0; k < i; k++) {
        b[i] -= a[i][k] * b[k];
      }
      b[i] /= a[i][i];
    }
    for (int i = d - 1; i >= 0; i--) {
      for (int k = i + 1; k < d; k++) {
        b[i] -= a[k][i] * b[k];
      }
      b[i] /= a[i][i];
    }
    return b;
  }

  static double predict(double[] weights, double[] input) {
    double sum = 0;
    for (int i = 0; i < input.length; i++) {
      sum += weights[i] * input[i];
    }
    return sum;
  }
}

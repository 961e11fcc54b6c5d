package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Kind;

/** Work along the last axis. */
final class ReferenceRows {
  private static final double SMALLEST_NORM = 1e-12;

  private final ReferenceMemory memory;

  ReferenceRows(ReferenceMemory memory) {
    this.memory = memory;
  }

  void softmax(Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("softmax", "x", xBuffer);
    double[] y = memory.reals("softmax", "y", yBuffer);
    rowsOf("softmax", xBuffer);
    Check.same("softmax", "x", xBuffer, "y", yBuffer);
    int columns = xBuffer.dim(-1);
    for (int row = 0; row < x.length; row += columns) {
      double shift = logSumExp(x, row, columns);
      for (int i = row; i < row + columns; i++) {
        y[i] = StrictMath.exp(x[i] - shift);
      }
    }
  }

  void softmaxBackward(Buffer yBuffer, Buffer gyBuffer, Buffer gxBuffer) {
    String kernel = "softmaxBackward";
    double[] y = memory.reals(kernel, "y", yBuffer);
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    rowsOf(kernel, yBuffer);
    Check.same(kernel, "gy", gyBuffer, "y", yBuffer);
    Check.same(kernel, "gx", gxBuffer, "y", yBuffer);
    int columns = yBuffer.dim(-1);
    for (int row = 0; row < y.length; row += columns) {
      double dot = 0;
      for (int i = row; i < row + columns; i++) {
        dot += gy[i] * y[i];
      }
      for (int i = row; i < row + columns; i++) {
        gx[i] = y[i] * (gy[i] - dot);
      }
    }
  }

  void logSoftmax(Buffer xBuffer, Buffer yBuffer) {
    double[] x = memory.reals("logSoftmax", "x", xBuffer);
    double[] y = memory.reals("logSoftmax", "y", yBuffer);
    rowsOf("logSoftmax", xBuffer);
    Check.same("logSoftmax", "x", xBuffer, "y", yBuffer);
    int columns = xBuffer.dim(-1);
    for (int row = 0; row < x.length; row += columns) {
      double shift = logSumExp(x, row, columns);
      for (int i = row; i < row + columns; i++) {
        y[i] = x[i] - shift;
      }
    }
  }

  void logSoftmaxBackward(Buffer yBuffer, Buffer gyBuffer, Buffer gxBuffer) {
    String kernel = "logSoftmaxBackward";
    double[] y = memory.reals(kernel, "y", yBuffer);
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    rowsOf(kernel, yBuffer);
    Check.same(kernel, "gy", gyBuffer, "y", yBuffer);
    Check.same(kernel, "gx", gxBuffer, "y", yBuffer);
    int columns = yBuffer.dim(-1);
    for (int row = 0; row < y.length; row += columns) {
      double sum = 0;
      for (int i = row; i < row + columns; i++) {
        sum += gy[i];
      }
      for (int i = row; i < row + columns; i++) {
        gx[i] = gy[i] - StrictMath.exp(y[i]) * sum;
      }
    }
  }

  /** {@code log sum exp}, shifted by the maximum. */
  static double logSumExp(double[] x, int start, int columns) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = start; i < start + columns; i++) {
      max = Math.max(max, x[i]);
    }
    double sum = 0;
    for (int i = start; i < start + columns; i++) {
      sum += StrictMath.exp(x[i] - max);
    }
    return max + StrictMath.log(sum);
  }

  void moments(double start, Buffer pBuffer, Buffer meanBuffer, Buffer varianceBuffer) {
    double[] p = memory.reals("moments", "p", pBuffer);
    double[] mean = perRow("moments", "mean", meanBuffer, pBuffer);
    double[] variance = varianceBuffer == null ? null : perRow("moments", "variance", varianceBuffer, pBuffer);
    int columns = pBuffer.dim(-1);
    for (int row = 0; row < mean.length; row++) {
      mean[row] = mean(start, p, row * columns, columns);
      double squares = 0;
      for (int j = 0; j < columns; j++) {
        double distance = start + j - mean[row];
        squares += p[row * columns + j] * distance * distance;
      }
      if (variance != null) {
        variance[row] = squares;
      }
    }
  }

  private static double mean(double start, double[] p, int row, int columns) {
    double sum = 0;
    for (int j = 0; j < columns; j++) {
      sum += (start + j) * p[row + j];
    }
    return sum;
  }

  void momentsBackward(double start, Buffer pBuffer, Buffer gMeanBuffer, Buffer gVarianceBuffer, Buffer gpBuffer) {
    String kernel = "momentsBackward";
    double[] p = memory.reals(kernel, "p", pBuffer);
    double[] gMean = gMeanBuffer == null ? null : perRow(kernel, "gMean", gMeanBuffer, pBuffer);
    double[] gVariance = gVarianceBuffer == null ? null : perRow(kernel, "gVariance", gVarianceBuffer, pBuffer);
    double[] gp = memory.reals(kernel, "gp", gpBuffer);
    rowsOf(kernel, pBuffer);
    Check.same(kernel, "gp", gpBuffer, "p", pBuffer);
    int columns = pBuffer.dim(-1);
    for (int at = 0, row = 0; at < p.length; at += columns, row++) {
      double mean = mean(start, p, at, columns);
      double total = 0;
      for (int j = 0; j < columns; j++) {
        total += p[at + j];
      }
      for (int j = 0; j < columns; j++) {
        double a = start + j;
        double slope = (a - mean) * (a - mean) + 2 * (total - 1) * mean * a;
        gp[at + j] = (gMean == null ? 0 : gMean[row] * a) + (gVariance == null ? 0 : gVariance[row] * slope);
      }
    }
  }

  void l2Norm(Buffer xBuffer, Buffer normBuffer) {
    double[] x = memory.reals("l2Norm", "x", xBuffer);
    double[] norm = perRow("l2Norm", "norm", normBuffer, xBuffer);
    int columns = xBuffer.dim(-1);
    for (int row = 0; row < norm.length; row++) {
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += x[row * columns + j] * x[row * columns + j];
      }
      norm[row] = Math.sqrt(sum);
    }
  }

  void l2NormBackward(Buffer xBuffer, Buffer normBuffer, Buffer gNormBuffer, Buffer gxBuffer) {
    String kernel = "l2NormBackward";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] norm = perRow(kernel, "norm", normBuffer, xBuffer);
    double[] gNorm = perRow(kernel, "gNorm", gNormBuffer, xBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    Check.same(kernel, "gx", gxBuffer, "x", xBuffer);
    int columns = xBuffer.dim(-1);
    for (int row = 0; row < norm.length; row++) {
      double scale = gNorm[row] / Math.max(norm[row], SMALLEST_NORM);
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        gx[i] = scale * x[i];
      }
    }
  }

  void standardize(double eps, Buffer xBuffer, Buffer yBuffer, Buffer scaleBuffer) {
    String kernel = "standardize";
    double[] x = memory.reals(kernel, "x", xBuffer);
    double[] y = memory.reals(kernel, "y", yBuffer);
    double[] scale = perRow(kernel, "scale", scaleBuffer, xBuffer);
    Check.same(kernel, "y", yBuffer, "x", xBuffer);
    int columns = xBuffer.dim(-1);
    for (int row = 0; row < scale.length; row++) {
      int from = row * columns;
      double sum = 0;
      for (int i = from; i < from + columns; i++) {
        sum += x[i];
      }
      double mean = sum / columns;
      double squares = 0;
      for (int i = from; i < from + columns; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
      }
      scale[row] = 1 / Math.sqrt(squares / columns + eps);
      for (int i = from; i < from + columns; i++) {
        y[i] = scale[row] * (x[i] - mean);
      }
    }
  }

  void standardizeBackward(Buffer yBuffer, Buffer scaleBuffer, Buffer gyBuffer, Buffer gxBuffer) {
    String kernel = "standardizeBackward";
    double[] y = memory.reals(kernel, "y", yBuffer);
    double[] scale = perRow(kernel, "scale", scaleBuffer, yBuffer);
    double[] gy = memory.reals(kernel, "gy", gyBuffer);
    double[] gx = memory.reals(kernel, "gx", gxBuffer);
    Check.same(kernel, "gy", gyBuffer, "y", yBuffer);
    Check.same(kernel, "gx", gxBuffer, "y", yBuffer);
    int columns = yBuffer.dim(-1);
    for (int row = 0; row < scale.length; row++) {
      int from = row * columns;
      double sum = 0;
      double dot = 0;
      for (int i = from; i < from + columns; i++) {
        sum += gy[i];
        dot += gy[i] * y[i];
      }
      for (int i = from; i < from + columns; i++) {
        gx[i] = scale[row] * (gy[i] - sum / columns - y[i] * dot / columns);
      }
    }
  }

  private static void rowsOf(String kernel, Buffer x) {
    Check.kind(kernel, "x", x, Kind.PLAIN);
    Check.rank(kernel, "x", x, 1);
  }

  /** The elements of a buffer that has one element for each row of x. */
  private double[] perRow(String kernel, String name, Buffer buffer, Buffer x) {
    rowsOf(kernel, x);
    double[] values = memory.reals(kernel, name, buffer);
    Check.kind(kernel, name, buffer, Kind.PLAIN);
    long rows = 1;
    for (int axis = 0; axis < x.rank() - 1; axis++) {
      rows *= x.dim(axis);
    }
    Check.that(buffer.count() == rows, kernel, name + " is " + buffer + ", expected one element for each of the " + rows
        + " rows of " + x);
    return values;
  }
}

package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Matrix products: one chain of additions per output, k ascending. */
final class ReferenceDense {
  private final ReferenceMemory memory;

  ReferenceDense(ReferenceMemory memory) {
    this.memory = memory;
  }

  void gemm(Gemm g, Buffer aBuffer, Buffer bBuffer, Buffer cBuffer) {
    double[] a = memory.reals("gemm", "a", aBuffer);
    double[] b = memory.reals("gemm", "b", bBuffer);
    double[] c = memory.reals("gemm", "c", cBuffer);
    Check.distinct("gemm", "a", aBuffer, "c", cBuffer);
    Check.distinct("gemm", "b", bBuffer, "c", cBuffer);
    inside("a", g.a(), g.batch(), g.transposeA() ? g.k() : g.m(), g.transposeA() ? g.m() : g.k(), aBuffer);
    inside("b", g.b(), g.batch(), g.transposeB() ? g.n() : g.k(), g.transposeB() ? g.k() : g.n(), bBuffer);
    inside("c", g.c(), g.batch(), g.m(), g.n(), cBuffer);
    double[] row = new double[g.n()];
    for (int batch = 0; batch < g.batch(); batch++) {
      int cBase = g.c().offset() + batch * g.c().batchStride();
      for (int i = 0; i < g.m(); i++) {
        productRow(g, a, b, batch, i, row);
        int at = cBase + i * g.c().leading();
        for (int j = 0; j < g.n(); j++) {
          c[at + j] = g.alpha() * row[j] + (g.beta() == 0 ? 0 : g.beta() * c[at + j]);
        }
      }
    }
  }

  /** Row i of op(A) op(B); the loops are ordered for the stored direction of B, the sums are the same. */
  private static void productRow(Gemm g, double[] a, double[] b, int batch, int i, double[] row) {
    int aBase = g.a().offset() + batch * g.a().batchStride() + (g.transposeA() ? i : i * g.a().leading());
    int aStep = g.transposeA() ? g.a().leading() : 1;
    int bBase = g.b().offset() + batch * g.b().batchStride();
    if (g.transposeB()) {
      for (int j = 0; j < g.n(); j++) {
        int bRow = bBase + j * g.b().leading();
        double sum = 0;
        for (int p = 0; p < g.k(); p++) {
          sum += a[aBase + p * aStep] * b[bRow + p];
        }
        row[j] = sum;
      }
      return;
    }
    Arrays.fill(row, 0);
    for (int p = 0; p < g.k(); p++) {
      double value = a[aBase + p * aStep];
      int bRow = bBase + p * g.b().leading();
      for (int j = 0; j < g.n(); j++) {
        row[j] += value * b[bRow + j];
      }
    }
  }

  private static void inside(String name, Gemm.Matrix matrix, int batch, int rows, int columns, Buffer buffer) {
    Check.kind("gemm", name, buffer, Kind.PLAIN);
    if (batch == 0 || rows == 0 || columns == 0) {
      return;
    }
    long last = matrix.offset() + (batch - 1L) * matrix.batchStride() + (rows - 1L) * matrix.leading() + columns - 1;
    if (matrix.offset() < 0 || matrix.leading() < 0 || matrix.batchStride() < 0 || last >= buffer.count()) {
      throw Check.error("gemm", name + " as " + batch + " matrices [" + rows + ", " + columns + "] at " + matrix
          + " ends at element " + last + ", outside buffer " + buffer);
    }
  }

  void linear(Buffer xBuffer, Buffer wBuffer, Buffer biasBuffer, Buffer yBuffer) {
    double[] x = memory.reals("linear", "x", xBuffer);
    double[] w = memory.reals("linear", "w", wBuffer);
    double[] bias = memory.realsOrNull("linear", "bias", biasBuffer);
    double[] y = memory.reals("linear", "y", yBuffer);
    Check.that(xBuffer.rank() == 2 && wBuffer.rank() == 2, "linear", "x is " + xBuffer + ", w is " + wBuffer
        + "; expected [N, in] and [out, in]");
    int rows = xBuffer.dim(0);
    int in = xBuffer.dim(1);
    int out = wBuffer.dim(0);
    Check.kind("linear", "x", xBuffer, Kind.PLAIN);
    Check.plain("linear", "w", wBuffer, out, in);
    Check.plain("linear", "y", yBuffer, rows, out);
    Check.distinct("linear", "x", xBuffer, "y", yBuffer);
    if (bias != null) {
      Check.plain("linear", "bias", biasBuffer, out);
    }
    for (int n = 0; n < rows; n++) {
      for (int o = 0; o < out; o++) {
        double sum = bias == null ? 0 : bias[o];
        for (int p = 0; p < in; p++) {
          sum += x[n * in + p] * w[o * in + p];
        }
        y[n * out + o] = sum;
      }
    }
  }
}

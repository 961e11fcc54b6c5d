package dev.mien.kernels;

/**
 * {@code C[b] = alpha * op(A[b]) op(B[b]) + beta * C[b]} for {@code b} in {@code [0, batch)}, op = identity or transpose,
 * op(A) is {@code [m, k]}, op(B) {@code [k, n]}, C {@code [m, n]}, each a strided row-major matrix inside a PLAIN buffer.
 * When {@code beta} is 0, C is not read (NaN there does not spread).
 *
 * <p>Order of operations of each output: one chain of fused multiply-adds over k, ascending.
 */
public record Gemm(int m, int n, int k, boolean transposeA, boolean transposeB, Matrix a, Matrix b, Matrix c, int batch,
                   float alpha, float beta) {
  /**
   * Where a matrix lies: element {@code (r, s)} of batch {@code i} is at {@code offset + i*batchStride + r*leading + s},
   * in elements, rows and columns as stored (before the transpose).
   */
  public record Matrix(int offset, int leading, int batchStride) {}

  public Gemm {
    if (m < 0 || n < 0 || k < 0 || batch < 0) {
      throw new IllegalArgumentException("[gemm] negative extent: m " + m + ", n " + n + ", k " + k + ", batch " + batch);
    }
  }

  /** Dense row-major operands, alpha 1, beta as given. */
  public static Gemm of(int m, int n, int k, boolean transposeA, boolean transposeB, float beta) {
    return batched(1, m, n, k, transposeA, transposeB, beta);
  }

  /** Dense row-major operands, one behind the other for each batch entry. */
  public static Gemm batched(int batch, int m, int n, int k, boolean transposeA, boolean transposeB, float beta) {
    return new Gemm(m, n, k, transposeA, transposeB, new Matrix(0, transposeA ? m : k, m * k),
        new Matrix(0, transposeB ? k : n, k * n), new Matrix(0, n, m * n), batch, 1f, beta);
  }
}

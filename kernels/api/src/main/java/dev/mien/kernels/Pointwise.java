package dev.mien.kernels;

/** Elementwise work, broadcasting, data movement, and the optimisers' steps. Operands of one call have one kind. */
public interface Pointwise {
  /** {@code y = f(x)}; y may be x. */
  void unary(Unary f, Buffer x, Buffer y);

  /** {@code gx = gy * f'(x)}, given both x and {@code y = f(x)}; gx may be gy. */
  void unaryBackward(Unary f, Buffer x, Buffer y, Buffer gy, Buffer gx);

  /**
   * {@code y = f(a, b)} with NumPy broadcasting: ranks are equal, and an extent of a or b is y's or 1. y may be an operand of
   * y's shape.
   */
  void binary(Binary f, Buffer a, Buffer b, Buffer y);

  /** Repeats x along axes of extent 1 (or missing leading axes) to y's shape. */
  void expand(Buffer x, Buffer y);

  /** {@code y = scale * sum of x} over each axis where y has extent 1 and x has more; equal rank. The adjoint of {@link #expand}. */
  void sum(Buffer x, Buffer y, double scale);

  /** {@code y = alpha x + beta y}; y is not read when beta is 0. */
  void axpby(double alpha, Buffer x, double beta, Buffer y);

  /** {@code y = x > 0 ? x : slope[c] x}; slope PLAIN {@code [C]} along axis 1, or {@code [1]} shared; y may be x. */
  void prelu(Buffer x, Buffer slope, Buffer y);

  /** Gradient of {@link #prelu}: writes gx and gSlope (each may be null); gx may be gy; derivative at 0 is the slope. */
  void preluBackward(Buffer x, Buffer slope, Buffer gy, Buffer gx, Buffer gSlope);

  /**
   * Inverted dropout: {@code y[i] = u(key, i) < p ? 0 : x[i] / (1 - p)} with {@link CounterRandom#uniform} of the logical index i.
   * It is its own gradient under the same key.
   */
  void dropout(double p, long key, Buffer x, Buffer y);

  /** Joins buffers along an axis; other extents are equal. */
  void concat(int axis, Buffer[] parts, Buffer y);

  /** {@code y = x[.., start : start + y.dim(axis), ..]}. */
  void slice(int axis, int start, Buffer x, Buffer y);

  /** Axis i of y is axis {@code order[i]} of x. PLAIN only. */
  void permute(int[] order, Buffer x, Buffer y);

  /** Sum of squares over all elements of all buffers, accumulated in double in a fixed order; NaN or infinite when an element is. */
  double sumOfSquares(Buffer... xs);

  /** One step of SGD on each parameter; velocities may be null when momentum is 0. See {@link OptimizerStep.Sgd}. */
  void sgd(OptimizerStep.Sgd step, Buffer[] parameters, Buffer[] gradients, Buffer[] velocities);

  /** One step of AdamW on each parameter. See {@link OptimizerStep.AdamW}. */
  void adamW(OptimizerStep.AdamW step, Buffer[] parameters, Buffer[] gradients, Buffer[] firstMoments, Buffer[] secondMoments);

  /** {@code y[n, c, h, w] = (x[n, c, h, w] / 255 - mean[c]) / deviation[c]}; x is UINT8 IMAGE, y REAL IMAGE. */
  void normalizeBytes(Buffer x, float[] mean, float[] deviation, Buffer y);
}

package dev.mien.kernels;

/** Products, convolutions, normalisation and resampling. Arguments named {@code g...} are gradients. Shapes are checked by the caller. */
public interface Dense {
  /** See {@link Gemm}. Buffers are PLAIN REAL; c differs from a and b. */
  void gemm(Gemm geometry, Buffer a, Buffer b, Buffer c);

  /** {@code y[N, out] = x[N, in] w[out, in]^T + bias[out]}; bias may be null. */
  default void linear(Buffer x, Buffer w, Buffer bias, Buffer y) {
    if (bias != null) {
      ((Pointwise) this).expand(bias, y);
    }
    gemm(Gemm.of(x.dim(0), w.dim(0), x.dim(1), false, true, bias == null ? 0 : 1), x, w, y);
  }

  /**
   * {@code y[n, o, p, q] = bias[o] + sum over (c, i, j) of w[o, c, i, j] x[n, c', p*stride + i*dilation - pad, ...]}.
   * x, y IMAGE; w PLAIN OIHW; bias PLAIN {@code [O]} or null. Zero outside the image.
   */
  void conv2d(Conv2d geometry, Buffer x, Buffer w, Buffer bias, Buffer y);

  /**
   * {@code y = act(conv2d(x, w) + bias + residual)}, for inference; in this order for every element. A weight that was
   * {@linkplain Memory#freeze frozen} is packed or transformed once and not at every call.
   */
  default void conv2dFused(Conv2d geometry, Buffer x, Buffer w, Epilogue epilogue, Buffer y) {
    var pointwise = (Pointwise) this;
    conv2d(geometry, x, w, epilogue.bias(), y);
    if (epilogue.residual() != null) {
      pointwise.binary(Binary.ADD, y, epilogue.residual(), y);
    }
    switch (epilogue.activation()) {
      case NONE -> {
      }
      case RELU -> pointwise.unary(Unary.RELU, y, y);
      case PRELU -> pointwise.prelu(y, epilogue.slope(), y);
    }
  }

  /** Gradient of {@link #conv2d} in x: writes gx. */
  void conv2dGradInput(Conv2d geometry, Buffer gy, Buffer w, Buffer gx);

  /** Gradient of {@link #conv2d} in w and bias: writes gw, and gBias unless null. */
  void conv2dGradWeight(Conv2d geometry, Buffer x, Buffer gy, Buffer gw, Buffer gBias);

  /** See {@link BatchNorm.Forward}. */
  void batchNorm(BatchNorm.Forward call);

  /** See {@link BatchNorm.Backward}. */
  void batchNormBackward(BatchNorm.Backward call);

  /**
   * Pools x into y, both IMAGE.
   *
   * @param choice INT32 IMAGE of y's shape: for maxima the chosen {@code row * W + column} in x's plane is written there; null
   *     when no gradient is wanted or the pool is an average
   */
  void pool(Pool pool, Buffer x, Buffer y, Buffer choice);

  /** Gradient of {@link #pool}: writes gx from gy and, for maxima, the choice. */
  void poolBackward(Pool pool, Buffer gy, Buffer choice, Buffer gx);

  /**
   * Bilinear resampling of images. Source coordinate of output pixel i: {@code (i + 0.5) * in/out - 0.5}, clamped at 0, or
   * {@code i * (in-1)/(out-1)} when {@code alignCorners}.
   */
  void resizeBilinear(boolean alignCorners, Buffer x, Buffer y);

  /** Gradient of {@link #resizeBilinear}: writes gx. */
  void resizeBilinearBackward(boolean alignCorners, Buffer gy, Buffer gx);
}

package dev.mien.kernels;

/**
 * Batch normalisation over axis 1 of {@code [N, C, H, W]} (IMAGE) or {@code [N, C]} (PLAIN), with an optional residual and an
 * optional ReLU behind it, in one pass: {@code y = act((x - mean) / sqrt(variance + eps) * gamma + beta + residual)}.
 */
public final class BatchNorm {
  private BatchNorm() {}

  /**
   * Operands of the forward pass.
   *
   * @param x input
   * @param gamma {@code [C]} or null for 1
   * @param beta {@code [C]} or null for 0
   * @param residual shape of x, or null
   * @param mean {@code [C]}: written when {@code train}, read otherwise
   * @param variance {@code [C]}: the biased batch variance, written when {@code train}; read otherwise
   * @param y output; may be the residual's buffer, never x
   * @param eps added to the variance
   * @param relu whether max(0, .) follows
   * @param train whether the statistics come from the batch
   */
  public record Forward(Buffer x, Buffer gamma, Buffer beta, Buffer residual, Buffer mean, Buffer variance, Buffer y,
                        double eps, boolean relu, boolean train) {}

  /**
   * Operands of the backward pass. The ReLU's mask is y's sign; without a residual y may be null, then the mask is computed again from
   * x, which saves reading (and keeping) y.
   *
   * @param beta {@code [C]} or null for 0; read only when the mask is computed again
   * @param y result of the forward pass; not read without {@code relu}
   * @param gx gradient of x, written; or null; may be gy's buffer
   * @param gGamma {@code [C]}, written; or null
   * @param gBeta {@code [C]}, written; or null
   * @param gResidual gradient of the residual, written; or null; may be gy's buffer
   * @param train whether the statistics came from the batch (then the gradient flows through them)
   */
  public record Backward(Buffer x, Buffer gamma, Buffer beta, Buffer mean, Buffer variance, Buffer y, Buffer gy, Buffer gx,
                         Buffer gGamma, Buffer gBeta, Buffer gResidual, double eps, boolean relu, boolean train) {
    /** @throws IllegalArgumentException when there is a residual's gradient and no y to mask it by */
    public Backward {
      if (relu && y == null && gResidual != null) {
        throw new IllegalArgumentException("[batchNormBackward] y is null, and with a residual the ReLU's mask follows from y only");
      }
    }

    /** With a mask from y. */
    public Backward(Buffer x, Buffer gamma, Buffer mean, Buffer variance, Buffer y, Buffer gy, Buffer gx, Buffer gGamma,
                    Buffer gBeta, Buffer gResidual, double eps, boolean relu, boolean train) {
      this(x, gamma, null, mean, variance, y, gy, gx, gGamma, gBeta, gResidual, eps, relu, train);
    }
  }
}

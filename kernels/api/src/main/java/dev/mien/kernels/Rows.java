package dev.mien.kernels;

/** Work along the last axis of PLAIN buffers, {@code [.., C]}; the leading axes together are rows. */
public interface Rows {
  void softmax(Buffer x, Buffer y);

  /** {@code gx = y * (gy - sum(gy * y))}, y the softmax. */
  void softmaxBackward(Buffer y, Buffer gy, Buffer gx);

  void logSoftmax(Buffer x, Buffer y);

  /** {@code gx = gy - exp(y) * sum(gy)}, y the log-softmax. */
  void logSoftmaxBackward(Buffer y, Buffer gy, Buffer gx);

  /** {@code mean = sum_j (start + j) p_j}, {@code variance = sum_j p_j (start + j - mean)^2}; each {@code [rows]}, variance may be null. */
  void moments(double start, Buffer p, Buffer mean, Buffer variance);

  /**
   * Gradient of {@link #moments} for any p, with {@code s = sum p}: {@code gp_j = gMean a_j + gVariance ((a_j - mean)^2 + 2 (s - 1) mean a_j)}
   * (mean = sum a p, so d/dp_j of sum p (a - mean)^2 has the second part when s is not 1). Either gradient may be null.
   */
  void momentsBackward(double start, Buffer p, Buffer gMean, Buffer gVariance, Buffer gp);

  /** {@code norm = sqrt(sum x^2)} of each row, {@code [rows]}. */
  void l2Norm(Buffer x, Buffer norm);

  /** {@code gx = gNorm * x / max(norm, 1e-12)}. */
  void l2NormBackward(Buffer x, Buffer norm, Buffer gNorm, Buffer gx);

  /**
   * {@code y = scale (x - mean)}, {@code scale = 1 / sqrt(variance + eps)} of each row, its variance the biased one.
   *
   * @param scale {@code [rows]}
   */
  void standardize(double eps, Buffer x, Buffer y, Buffer scale);

  /** {@code gx = scale (gy - mean(gy) - y mean(gy y))}, the means of the row. */
  void standardizeBackward(Buffer y, Buffer scale, Buffer gy, Buffer gx);

  /**
   * Every loss on a distribution over ordered classes in one pass from the logits: see {@link DistributionLoss}.
   *
   * @param logits {@code [N, C]}
   * @param labels INT32 {@code [N]}, each in [0, C)
   * @param loss {@code []}: the weighted loss, mean over rows
   * @param terms {@code [N, 7]} in the order of {@link DistributionLoss.Term}; unweighted; or null
   * @param gradient {@code [N, C]}: d loss / d logits; or null
   * @throws IllegalArgumentException when a label is outside [0, C); names row and label
   */
  void distributionLoss(DistributionLoss spec, Buffer logits, Buffer labels, Buffer loss, Buffer terms, Buffer gradient);

  /**
   * Logits of a margin softmax from cosines: see {@link CosineMargin}.
   *
   * @param cosines {@code [N, C]}
   * @param labels INT32 {@code [N]}, each in [0, C)
   * @param margins {@code [N, 2]}: each row's angle and shift
   * @param hardness {@code []}: CurricularFace's t; or null
   * @param logits {@code [N, C]}
   * @throws IllegalArgumentException when a label is outside [0, C); names row and label
   */
  void cosineMargin(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer logits);

  /** Gradients of {@link #cosineMargin}: of the cosines {@code [N, C]}, and of the margins {@code [N, 2]}, which may be null. */
  void cosineMarginBackward(CosineMargin spec, Buffer cosines, Buffer labels, Buffer margins, Buffer hardness, Buffer gLogits, Buffer gCosines,
                            Buffer gMargins);

  /**
   * {@code y[s] = x[indices[s]]}: rows of x {@code [R, D]} into y {@code [S, D]}.
   *
   * @throws IllegalArgumentException when an index is outside [0, R)
   */
  void gatherRows(Buffer x, Buffer indices, Buffer y);

  /**
   * {@code x[indices[s]] = y[s]}; no index may occur twice.
   *
   * @throws IllegalArgumentException when an index is outside [0, R)
   */
  void scatterRows(Buffer y, Buffer indices, Buffer x);

  /** See {@link TopK}. */
  void topKInnerProduct(TopK call);
}

package dev.mien.kernels;

/**
 * The weights and options of a loss on p = softmax(logits) over classes 0..C-1 with label y and expectation
 * {@code m = sum_j j p_j} (class units, so a start age cancels):
 *
 * <pre>
 *   loss = (1/N) sum_i  crossEntropy CE_i + mean (m - y)^2 / 2 + variance sum_j p_j (j - m)^2 + l1 |m - y| + residue R_i
 *   CE_i = -sum_j t_j log p_j      t = one-hot(y), or proportional to exp(-(j - y)^2 / (2 targetSigma^2)), renormalised
 *          (minus the entropy of t when subtractTargetEntropy: the KL form; the gradient is the same)
 *   R_i  = -sum over j outside the top K of p_j log p_j                              (EXACT)
 *        = sum over ALL j of -(q_j + 1e-3) log(q_j + 1e-3), q_j = p_j outside the top K, else 0   (EPSILON)
 * </pre>
 *
 * The residue's set is constant for differentiation. K: with R the rank of the label (1 = largest, ties in favour of the label),
 * RANK keeps inside every class with p_j >= p_y (so K >= R, ties inside); MAX2_RANK is max(2, R), when R = 1 the second class is
 * the runner-up, the lowest index among equals; FIXED keeps the {@code fixedK} largest, the lowest index first among equals,
 * all classes when fixedK >= C. Order and ties are those of the logits (p may underflow or round to equal values). Under
 * MAX2_RANK with R at least 2 a class equal to the label is outside. 0 log 0 = 0: in the residue, entries with log p below -80
 * count nothing.
 *
 * @param crossEntropy weight of the cross-entropy term
 * @param mean weight of the mean term (lambda 1)
 * @param variance weight of the variance term
 * @param l1 weight of the L1 term; its derivative at m = y is 0
 * @param residue weight of the residue entropy (lambda 2)
 * @param rule how K is chosen
 * @param fixedK K for {@link KRule#FIXED}
 * @param form form of the residue entropy
 * @param targetSigma 0 for a one-hot target, otherwise the standard deviation of the Gaussian target in classes
 * @param subtractTargetEntropy whether CE is reported as KL(t || p)
 */
public record DistributionLoss(double crossEntropy, double mean, double variance, double l1, double residue, KRule rule,
                               int fixedK, ResidueForm form, double targetSigma, boolean subtractTargetEntropy) {
  /** Columns of the terms; all unweighted. */
  public enum Term {
    CROSS_ENTROPY, MEAN, VARIANCE, L1, RESIDUE, EXPECTATION, K
  }

  /** How many classes the residue exempts. */
  public enum KRule {
    RANK, MAX2_RANK, FIXED
  }

  /** The exact entropy, or the released code's with 1e-3 added to every class. */
  public enum ResidueForm {
    EXACT, EPSILON
  }
}

package dev.mien.models.loss;

import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;

/**
 * Plain losses and the ablations of the AMR paper's Table 1: one term, or softmax cross-entropy with one more term.
 *
 * @param name what the command line calls it
 * @param weights what it adds up
 */
public record TermLoss(String name, Weights weights) implements AgeLoss {
  /** {@code -(1/N) sum log p_y}: Table 1, "softmax". */
  public static TermLoss crossEntropy() {
    return of("cross-entropy", 1, 0, 0, 0, 0);
  }

  /** {@code (1/N) sum |m - y|} alone: L1 on the expectation. */
  public static TermLoss l1Expectation() {
    return of("l1", 0, 0, 0, 1, 0);
  }

  /** Table 1, "mean + softmax": lambda1 0.2. */
  public static TermLoss meanSoftmax() {
    return of("mean-softmax", 1, 0.2, 0, 0, 0);
  }

  /** Table 1, "variance + softmax": lambda2 0.05. */
  public static TermLoss varianceSoftmax() {
    return of("variance-softmax", 1, 0, 0.05, 0, 0);
  }

  /** Table 1, "residue + softmax": lambda2 0.05, max(2, rank), exact. */
  public static TermLoss residueSoftmax() {
    return of("residue-softmax", 1, 0, 0, 0, 0.05);
  }

  private static TermLoss of(String name, double crossEntropy, double mean, double variance, double l1, double residue) {
    return new TermLoss(name,
        new Weights(crossEntropy, mean, variance, l1, residue, ResidueRule.MAX2_RANK, 0, false, 0, false));
  }
}

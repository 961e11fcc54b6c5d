package dev.mien.models.loss;

import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;

/**
 * The mean-variance loss (Pan et al. 2018, "Mean-Variance Loss for Deep Age Estimation from a Face", Eq. 6):
 * {@code L_s + lambda1 (1/2N) sum (m - y)^2 + lambda2 (1/N) sum v}, {@code v_i = sum_j p_ij (j - m_i)^2}.
 *
 * @param lambda1 weight of the mean term, 0.2 in the paper
 * @param lambda2 weight of the variance term, 0.05 in the paper
 */
public record MeanVarianceLoss(double lambda1, double lambda2) implements AgeLoss {
  /** The paper's weights. */
  public static MeanVarianceLoss paper() {
    return new MeanVarianceLoss(0.2, 0.05);
  }

  @Override
  public String name() {
    return "mean-variance";
  }

  @Override
  public Weights weights() {
    return new Weights(1, lambda1, lambda2, 0, 0, ResidueRule.RANK, 0, false, 0, false);
  }
}

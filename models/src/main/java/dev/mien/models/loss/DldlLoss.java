package dev.mien.models.loss;

import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;

/**
 * Deep label distribution learning (Gao et al. 2017, "Deep Label Distribution Learning with Label Ambiguity"): cross-entropy
 * {@code -sum_j t_j log p_j} against {@code t_j} proportional to {@code exp(-(j - y)^2 / (2 sigma^2))}, renormalised over the classes.
 *
 * @param sigma standard deviation of the target in years; 2 by default
 */
public record DldlLoss(double sigma) implements AgeLoss {
  public DldlLoss {
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("[dldl] sigma must be positive, got " + sigma);
    }
  }

  /** Sigma 2. */
  public static DldlLoss standard() {
    return new DldlLoss(2);
  }

  @Override
  public String name() {
    return "dldl";
  }

  @Override
  public Weights weights() {
    return new Weights(1, 0, 0, 0, 0, ResidueRule.RANK, 0, false, sigma, false);
  }
}

package dev.mien.models.loss;

import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;

/**
 * DLDL-v2 (Gao et al. 2018, "Age Estimation Using Expectation of Label Distribution Learning", Eq. 9): {@code KL(t || p) + lambda |m - y|}
 * with the target of {@link DldlLoss}.
 *
 * @param sigma standard deviation of the target in years; 2 by default
 * @param lambda weight of the L1 term; 1 by default
 */
public record DldlV2Loss(double sigma, double lambda) implements AgeLoss {
  public DldlV2Loss {
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("[dldl-v2] sigma must be positive, got " + sigma);
    }
  }

  /** Sigma 2, lambda 1. */
  public static DldlV2Loss standard() {
    return new DldlV2Loss(2, 1);
  }

  @Override
  public String name() {
    return "dldl-v2";
  }

  @Override
  public Weights weights() {
    return new Weights(1, 0, 0, lambda, 0, ResidueRule.RANK, 0, false, sigma, true);
  }
}

package dev.mien.models.loss;

import dev.mien.engine.ops.DistributionLosses.ResidueRule;
import dev.mien.engine.ops.DistributionLosses.Weights;

/**
 * The adaptive mean-residue loss (Zhao et al., "Adaptive Mean-Residue Loss for Robust Facial Age Estimation", Eq. 3-7):
 *
 * <pre>
 *   L = L_s + lambda1 L_m + lambda2 L_r
 *   L_s = -(1/N) sum_i log p_{i, y_i}             L_m = (1/2N) sum_i (m_i - y_i)^2
 *   L_r = -(1/N) sum_i sum_{j outside the top K_i} p_ij log p_ij
 * </pre>
 *
 * The paper's K is max(2, rank of the true class); the released code uses the rank alone and adds 1e-3 to every class inside the
 * logarithm, so its values of L_r are not comparable with the paper's form.
 *
 * <pre>{@code
 * var loss = AmrLoss.paper().lambda2(0.075);
 * var gradients = loss.forward(logits, labels).backward();
 * }</pre>
 *
 * @param k how many classes are left out of the entropy
 * @param residue form of the entropy
 * @param lambda1 weight of the mean term
 * @param lambda2 weight of the residue entropy
 */
public record AmrLoss(K k, Residue residue, double lambda1, double lambda2) implements AgeLoss {
  /** How K is chosen. */
  public sealed interface K {
    /** Rank of the true class (the released code). */
    K RANK = new Rank();
    /** max(2, rank) (the paper). */
    K MAX2_RANK = new Max2Rank();

    /** Always the same number. */
    static K fixed(int n) {
      return new Fixed(n);
    }

    /** See {@link #RANK}. */
    record Rank() implements K {}

    /** See {@link #MAX2_RANK}. */
    record Max2Rank() implements K {}

    /** @param n at least 1 */
    record Fixed(int n) implements K {
      public Fixed {
        if (n < 1) {
          throw new IllegalArgumentException("[amr] a fixed K must be at least 1, got " + n);
        }
      }
    }
  }

  /** EXACT: 0 log 0 = 0. EPSILON: 1e-3 added to every class, masked ones too (the released code). */
  public enum Residue {
    EXACT, EPSILON
  }

  /** The paper's form: max(2, rank), exact, lambda1 0.2, lambda2 0.05. */
  public static AmrLoss paper() {
    return new AmrLoss(K.MAX2_RANK, Residue.EXACT, 0.2, 0.05);
  }

  /** What the released code computes: rank, 1e-3 in the logarithm, lambda1 0.2, lambda2 0.05. */
  public static AmrLoss releasedCode() {
    return new AmrLoss(K.RANK, Residue.EPSILON, 0.2, 0.05);
  }

  /** Another rule for K. */
  public AmrLoss k(K rule) {
    return new AmrLoss(rule, residue, lambda1, lambda2);
  }

  /** Another form of the entropy. */
  public AmrLoss residue(Residue form) {
    return new AmrLoss(k, form, lambda1, lambda2);
  }

  public AmrLoss lambda1(double weight) {
    return new AmrLoss(k, residue, weight, lambda2);
  }

  public AmrLoss lambda2(double weight) {
    return new AmrLoss(k, residue, lambda1, weight);
  }

  @Override
  public String name() {
    return switch (k) {
      case K.Rank r -> residue == Residue.EPSILON ? "amr-released" : "amr-rank";
      case K.Max2Rank m -> residue == Residue.EPSILON ? "amr-epsilon" : "amr";
      case K.Fixed f -> "amr-k" + f.n + (residue == Residue.EPSILON ? "-epsilon" : "");
    };
  }

  @Override
  public Weights weights() {
    var rule = switch (k) {
      case K.Rank r -> ResidueRule.RANK;
      case K.Max2Rank m -> ResidueRule.MAX2_RANK;
      case K.Fixed f -> ResidueRule.FIXED;
    };
    return new Weights(1, lambda1, 0, 0, lambda2, rule, k instanceof K.Fixed f ? f.n : 0, residue == Residue.EPSILON, 0, false);
  }
}

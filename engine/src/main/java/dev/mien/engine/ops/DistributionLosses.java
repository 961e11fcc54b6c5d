package dev.mien.engine.ops;

import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Binary;
import dev.mien.kernels.DistributionLoss;
import dev.mien.kernels.Kind;

/**
 * Losses on p = softmax(logits) over ordered classes, with the gradient, in one pass straight from the logits: cross-entropy against a
 * one-hot or Gaussian target, mean, variance and L1 terms on the expectation, and the top-K residue entropy (Zhao et al., AMR, Eq. 3-7).
 */
public final class DistributionLosses {
  private DistributionLosses() {}

  /** How many of the largest probabilities the residue entropy leaves out. */
  public enum ResidueRule {
    /** The rank of the true class, ties inside (the released code). */
    RANK,
    /** max(2, rank) (the paper). */
    MAX2_RANK,
    /** A fixed number. */
    FIXED
  }

  /**
   * Weights of the terms; 0 leaves one out. All terms are means over the batch.
   *
   * @param crossEntropy of -sum t log p
   * @param mean of (m - y)^2 / 2
   * @param variance of the variance of p
   * @param l1 of |m - y|
   * @param residue of the entropy outside the top K
   * @param rule how K is chosen
   * @param fixedK K for {@link ResidueRule#FIXED}
   * @param epsilonForm whether 1e-3 is added to every class of the residue (the released code)
   * @param targetSigma standard deviation in classes of a Gaussian target; 0 for one-hot
   * @param divergence whether cross-entropy is reported as KL(t || p)
   */
  public record Weights(double crossEntropy, double mean, double variance, double l1, double residue, ResidueRule rule, int fixedK,
                        boolean epsilonForm, double targetSigma, boolean divergence) {
    /** Plain cross-entropy with a one-hot target. */
    public static final Weights CROSS_ENTROPY = new Weights(1, 0, 0, 0, 0, ResidueRule.RANK, 0, false, 0, false);
  }

  /**
   * The loss and what it was made of.
   *
   * @param loss scalar, recorded
   * @param terms {@code [N, 7]}, unweighted, per row: cross-entropy, mean, variance, L1, residue, expectation (in classes), K
   */
  public record Result(Tensor loss, Tensor terms) {}

  /**
   * {@code logits [N, C]}, integer {@code labels [N]} in [0, C).
   *
   * @throws MienException when a label is outside [0, C); names the row
   */
  public static Result distributionLoss(Tensor logits, Tensor labels, Weights w) {
    return run(logits, labels, w, true);
  }

  /** Without the terms, those that weigh nothing are not computed. */
  private static Result run(Tensor logits, Tensor labels, Weights w, boolean report) {
    Check.rank("distributionLoss", "logits", logits, 2, "[N, C]");
    Check.that(labels.shape().equals(Shape.of(logits.shape().dim(0))), "[distributionLoss] labels must be %d integers, got shape %s",
        logits.shape().dim(0), labels.shape());
    Check.that(logits.shape().count() > 0, "[distributionLoss] no logits: %s", logits.shape());
    Check.that(w.rule != ResidueRule.FIXED || w.fixedK >= 1, "[distributionLoss] fixed K must be at least 1, got %d", w.fixedK);
    var spec = new DistributionLoss(w.crossEntropy, w.mean, w.variance, w.l1, w.residue,
        DistributionLoss.KRule.valueOf(w.rule.name()), w.fixedK,
        w.epsilonForm ? DistributionLoss.ResidueForm.EPSILON : DistributionLoss.ResidueForm.EXACT, w.targetSigma, w.divergence);
    var call = OpCall.of("distributionLoss", logits).reads(labels);
    var loss = call.result(Shape.SCALAR, Kind.PLAIN);
    var terms = report ? call.result(Shape.of(logits.shape().dim(0), DistributionLoss.Term.values().length), Kind.PLAIN) : null;
    var gradient = call.recording() ? call.result(logits.shape(), Kind.PLAIN) : null;
    try {
      call.kernels().distributionLoss(spec, logits.buffer(), labels.buffer(), loss.buffer(),
          terms == null ? null : terms.buffer(), gradient == null ? null : gradient.buffer());
    } catch (IllegalArgumentException e) { // a label out of range: only the kernel reads them
      throw new MienException(e.getMessage());
    }
    var recorded = call.record(loss, g -> g.kernels().binary(Binary.MULTIPLY, g.saved(0), g.kernels().view(g.gradient(), 1, 1),
        g.gradientOf(0)), gradient);
    if (gradient != null) {
      gradient.release();
    }
    return new Result(recorded, terms);
  }

  /** Softmax cross-entropy with integer labels, mean over rows. */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return run(logits, labels, Weights.CROSS_ENTROPY, false).loss();
  }
}

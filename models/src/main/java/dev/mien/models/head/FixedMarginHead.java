package dev.mien.models.head;

import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.MarginLogits.Beyond;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/**
 * Heads whose margin is the same for every face: {@code s cos theta} (normalised softmax), {@code s (cos theta - m)} (CosFace, Wang et al.
 * 2018), {@code s cos(theta + m)} (ArcFace, Deng et al. 2019).
 */
public final class FixedMarginHead extends MarginHead {
  /** Scale of the papers. */
  static final double SCALE = 64;
  /** The AdaFace repository's clamp of ArcFace's cosines and angles. */
  private static final double ARC_EPS = 1e-4;

  private final double angle;
  private final double shift;

  private FixedMarginHead(int classes, int features, double angle, double shift, MarginLogits.Rule rule, Rng rng) {
    super(classes, features, rule, rng);
    this.angle = angle;
    this.shift = shift;
  }

  public static FixedMarginHead normalizedSoftmax(int classes, int features, double scale, Rng rng) {
    return new FixedMarginHead(classes, features, 0, 0, clip(scale), rng);
  }

  /** @param margin 0.4 as AdaFace compares it, 0.35 in its own paper */
  public static FixedMarginHead cosFace(int classes, int features, double scale, double margin, Rng rng) {
    return new FixedMarginHead(classes, features, 0, margin, clip(scale), rng);
  }

  /** The angle clipped to [1e-4, pi - 1e-4]; margin 0.5 in the paper. */
  public static FixedMarginHead arcFace(int classes, int features, double scale, double margin, Rng rng) {
    return new FixedMarginHead(classes, features, margin, 0, clip(scale), rng);
  }

  /** As insightface has it: {@code cos theta - m sin m} where {@code theta + m > pi}. */
  public static FixedMarginHead insightArcFace(int classes, int features, double scale, double margin, Rng rng) {
    return new FixedMarginHead(classes, features, margin, 0, new MarginLogits.Rule(scale, 1 - ARC_EPS, Beyond.SHIFT, 0, false), rng);
  }

  private static MarginLogits.Rule clip(double scale) {
    return new MarginLogits.Rule(scale, 1 - ARC_EPS, Beyond.CLIP, ARC_EPS, false);
  }

  @Override
  Margins margins(Tensor norms, Tensor cosines, Tensor labels, Context context) {
    return new Margins(same(norms, angle), same(norms, shift), null, null, norms.detached());
  }
}

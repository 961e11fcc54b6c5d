package dev.mien.models.head;

import dev.mien.engine.nn.Init;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.MarginLogits.Beyond;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;

/**
 * CurricularFace (Huang et al. 2020): ArcFace at the own identity, and identities closer than {@code cos(theta + m)} count
 * {@code c (t + c)}, with t the moving average of the own identity's cosine: hard ones weigh more as training goes on.
 */
public final class CurricularFaceHead extends MarginHead {
  private static final double RATE = 0.01;
  /** Clamped short of 1, where the slope would be infinite. */
  private static final double LIMIT = 1 - 1e-4;

  private final double margin;
  private final State t;

  /** @param margin 0.5 in the paper, with a scale of 64 */
  public CurricularFaceHead(int classes, int features, double scale, double margin, Rng rng) {
    super(classes, features, new MarginLogits.Rule(scale, LIMIT, Beyond.SHIFT, 0, false), rng);
    this.margin = margin;
    t = state("t", Init.constant(0, 1));
  }

  @Override
  Margins margins(Tensor norms, Tensor cosines, Tensor labels, Context context) {
    var hardness = t.value();
    if (context.training()) {
      var own = Elementwise.clamp(MarginLogits.atLabels(cosines.detached(), labels), -LIMIT, LIMIT);
      var moved = Arithmetic.add(Elementwise.scale(Arithmetic.subtract(Reductions.mean(own, 0), t.value()), RATE), t.value());
      context.update(() -> t.copyFrom(moved), moved);
      hardness = moved;
    }
    return new Margins(same(norms, margin), same(norms, 0), hardness, null, norms.detached());
  }
}

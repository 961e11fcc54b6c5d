package dev.mien.models.head;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.MarginLogits.Beyond;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/**
 * MagFace (Meng et al. 2021): with a = clamp(|z|, 10, 110), not held constant, the angle {@code m(a) = 0.45 + 0.35 (a - 10) / 100} where the
 * cosine is positive, and {@code 35 (a / 110^2 + 1 / a)} added to the loss, which draws long features longer.
 */
public final class MagFaceHead extends MarginHead {
  private static final double SHORTEST = 10;
  private static final double LONGEST = 110;
  private static final double LEAST_MARGIN = 0.45;
  private static final double MOST_MARGIN = 0.8;
  private static final double PENALTY = 35;
  private static final double LIMIT = 1 - 1e-4;

  public MagFaceHead(int classes, int features, double scale, Rng rng) {
    super(classes, features, new MarginLogits.Rule(scale, LIMIT, Beyond.EASY, 0, false), rng);
  }

  @Override
  Margins margins(Tensor norms, Tensor cosines, Tensor labels, Context context) {
    var a = Elementwise.clamp(norms, SHORTEST, LONGEST);
    double slope = (MOST_MARGIN - LEAST_MARGIN) / (LONGEST - SHORTEST);
    var margin = Elementwise.affine(a, slope, LEAST_MARGIN - slope * SHORTEST);
    var one = Elementwise.affine(a.detached(), 0, 1);
    var penalty = Arithmetic.add(Elementwise.scale(a, 1 / (LONGEST * LONGEST)), Arithmetic.divide(one, a));
    return new Margins(margin, same(norms, 0), null, Elementwise.scale(Reductions.mean(penalty), PENALTY), norms.detached());
  }
}

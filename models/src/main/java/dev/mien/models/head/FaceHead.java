package dev.mien.models.head;

import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Tensor;

/**
 * Turns features of faces {@code [N, D]} and identities into a loss: one row of {@code weight [C, D]} for each identity (the released
 * AdaFace checkpoints hold the transpose as {@code head.kernel}). The same head serves all identities or a sample of them, see
 * {@link #evaluate(Tensor, Tensor, Tensor, Context)}.
 */
public abstract class FaceHead extends Module {
  private final Parameter weight;

  /**
   * @param classes identities whose rows the head holds; 0 when they are held elsewhere ({@link PartialFc})
   * @param features D
   */
  FaceHead(int classes, int features, Rng rng) {
    weight = classes == 0 ? null : parameter("weight", directions(classes, features, rng));
  }

  /** Rows drawn evenly from a cube and scaled to length 1. */
  static HostTensor directions(int classes, int features, Rng rng) {
    return HostTensor.deferred(() -> {
      float[] rows = Init.uniform(rng, 1, classes, features).floats();
      for (int c = 0; c < classes; c++) {
        double squares = 0;
        for (int i = c * features; i < (c + 1) * features; i++) {
          squares += (double) rows[i] * rows[i];
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = c * features; i < (c + 1) * features; i++) {
          rows[i] *= scale;
        }
      }
      return rows;
    }, classes, features);
  }

  /**
   * A step's loss and what is told of it.
   *
   * @param loss scalar, recorded: mean over the batch
   * @param quality {@code [N]}: AdaFace's q of each face, otherwise its norm; not recorded
   */
  public record Result(Tensor loss, Tensor quality) {}

  /**
   * The loss over all identities of the head.
   *
   * @param features {@code [N, D]}, not normalised
   * @param labels integers {@code [N]} in [0, C)
   */
  public final Result evaluate(Tensor features, Tensor labels, Context context) {
    if (weight == null) {
      throw new IllegalStateException("this head holds no identities: give their rows");
    }
    return evaluate(features, weight.in(context), labels, context);
  }

  /** The loss over the identities whose rows {@code weights [S, D]} are given; labels count these rows. */
  public final Result evaluate(Tensor features, Tensor weights, Tensor labels, Context context) {
    return within(context, () -> loss(features, weights, labels, context));
  }

  /** The head's own rule. */
  abstract Result loss(Tensor features, Tensor weights, Tensor labels, Context context);

  /** Mean cross-entropy of logits {@code [N, C]}. */
  static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return DistributionLosses.crossEntropy(logits, labels);
  }

  @Override
  protected final Tensor apply(Tensor x, Context context) {
    throw new IllegalStateException("a head needs identities: call evaluate(features, labels, context)");
  }

  @Override
  public String stateName() {
    return "head";
  }
}

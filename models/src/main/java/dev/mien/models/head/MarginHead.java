package dev.mien.models.head;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.MatMul;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.backbone.FaceNet;

/**
 * What margin softmax heads share: {@code cosines = e K^T} of unit features and unit rows, and for the face's own identity
 * {@code s (cos(theta + g) - a)} with an angle g and a shift a that the kind of head gives to each face.
 */
public abstract class MarginHead extends FaceHead {
  private final MarginLogits.Rule rule;

  MarginHead(int classes, int features, MarginLogits.Rule rule, Rng rng) {
    super(classes, features, rng);
    this.rule = rule;
  }

  /**
   * What a kind of head decides.
   *
   * @param angle g of each face, {@code [N]}
   * @param shift a of each face, {@code [N]}
   * @param hardness CurricularFace's t, or null
   * @param penalty a scalar added to the loss, or null
   * @param quality what is told of each face, {@code [N]}
   */
  record Margins(Tensor angle, Tensor shift, Tensor hardness, Tensor penalty, Tensor quality) {}

  /**
   * @param norms of the features, {@code [N]}, recorded
   * @param cosines {@code [N, C]}, recorded
   */
  abstract Margins margins(Tensor norms, Tensor cosines, Tensor labels, Context context);

  @Override
  final Result loss(Tensor features, Tensor weights, Tensor labels, Context context) {
    var face = FaceNet.embedding(features);
    var cosines = MatMul.matmul(face.direction(), FaceNet.embedding(features.attach(weights)).direction(), false, true);
    var m = margins(face.norm(), cosines, labels, context);
    int n = features.shape().dim(0);
    var pairs = Joining.concat(1, Layouts.reshape(m.angle, n, 1), Layouts.reshape(m.shift, n, 1));
    var logits = MarginLogits.marginLogits(cosines, pairs, m.hardness, labels, rule);
    var loss = crossEntropy(logits, labels);
    return new Result(m.penalty == null ? loss : Arithmetic.add(loss, m.penalty), m.quality);
  }

  /** The same number for every face. */
  static Tensor same(Tensor norms, double value) {
    return Elementwise.affine(norms.detached(), 0, value);
  }
}

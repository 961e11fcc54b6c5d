package dev.mien.engine.ops;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.CosineMargin;
import dev.mien.kernels.Kind;

/**
 * Logits of margin softmax losses (CosFace, ArcFace, CurricularFace, MagFace, AdaFace) from cosines, without an arc cosine.
 */
public final class MarginLogits {
  private MarginLogits() {}

  /** What holds where the label's angle plus its margin leaves [0, pi]. */
  public enum Beyond {
    /** The angle is clipped to [eps, pi - eps]; no gradient there (AdaFace). */
    CLIP,
    /** {@code c - g sin g} (insightface's ArcFace, CurricularFace). */
    SHIFT,
    /** No margin where the cosine is not positive (MagFace's easy margin). */
    EASY
  }

  /**
   * The rule that all rows share.
   *
   * @param scale s of the logits
   * @param limit cosines are clamped to +-limit, below 1
   * @param beyond what holds at the ends
   * @param angleEps of {@link Beyond#CLIP}
   * @param straightThrough whether the label's cosine gets the gradient of its logit unchanged, as CVLface and insightface have it
   */
  public record Rule(double scale, double limit, Beyond beyond, double angleEps, boolean straightThrough) {}

  /**
   * Logits {@code [N, C]}: {@code scale (cos(theta_y + g) - a)} at the label, {@code scale cos theta_j} elsewhere.
   *
   * @param cosines {@code [N, C]}
   * @param margins {@code [N, 2]}: angle g and shift a of each row
   * @param hardness a scalar t, by which classes above {@code cos(theta_y + g)} count {@code c (t + c)} (CurricularFace); or null
   * @param labels integers {@code [N]} in [0, C)
   * @throws MienException when a label is outside [0, C); names the row
   */
  public static Tensor marginLogits(Tensor cosines, Tensor margins, Tensor hardness, Tensor labels, Rule rule) {
    Check.rank("marginLogits", "cosines", cosines, 2, "[N, C]");
    int rows = cosines.shape().dim(0);
    Check.that(labels.shape().equals(Shape.of(rows)), "[marginLogits] labels must be %d integers, got shape %s", rows, labels.shape());
    Check.that(margins.shape().equals(Shape.of(rows, 2)), "[marginLogits] margins must be [%d, 2], got shape %s", rows, margins.shape());
    Check.that(hardness == null || hardness.shape().count() == 1, "[marginLogits] hardness must be one number, got shape %s",
        hardness == null ? "" : hardness.shape());
    Check.that(hardness == null || !hardness.isRecorded(),
        "[marginLogits] gives no gradient to the hardness: take it off the tape with detached()");
    CosineMargin spec;
    try {
      spec = new CosineMargin(rule.scale, rule.limit, CosineMargin.Beyond.valueOf(rule.beyond.name()), rule.angleEps, rule.straightThrough);
    } catch (IllegalArgumentException e) {
      throw new MienException(e.getMessage());
    }
    var call = OpCall.of("marginLogits", cosines, margins, hardness).reads(labels);
    var y = call.result(cosines.shape(), Kind.PLAIN);
    try {
      call.kernels().cosineMargin(spec, cosines.buffer(), labels.buffer(), margins.buffer(), hardness == null ? null : hardness.buffer(),
          y.buffer());
    } catch (IllegalArgumentException e) { // a label out of range: only the kernel reads them
      throw new MienException(e.getMessage());
    }
    return call.record(y, g -> {
      var gCosines = g.gradientOf(0);
      g.kernels().cosineMarginBackward(spec, g.saved(0), g.saved(1), g.saved(2), g.saved(3), g.gradient(),
          gCosines != null ? gCosines : g.temporaryLikeGradient(), g.gradientOf(1));
    }, cosines, labels, margins, hardness);
  }

  /**
   * {@code y_i = x_i,label_i}: {@code [N, C] -> [N]}. Reads the labels.
   *
   * @throws MienException when a label is outside [0, C); names the row
   */
  public static Tensor atLabels(Tensor x, Tensor labels) {
    Check.rank("atLabels", "x", x, 2, "[N, C]");
    int rows = x.shape().dim(0);
    int classes = x.shape().dim(1);
    Check.that(labels.shape().equals(Shape.of(rows)), "[atLabels] labels must be %d integers, got shape %s", rows, labels.shape());
    var call = OpCall.of("atLabels", x).reads(labels);
    int[] places = labels.download().ints();
    for (int i = 0; i < rows; i++) {
      if (places[i] < 0 || places[i] >= classes) {
        throw new MienException("[atLabels] label " + places[i] + " of row " + i + " is outside [0, " + classes + ")");
      }
      places[i] += i * classes;
    }
    var at = x.constant(HostTensor.of(places, rows));
    var y = call.result(Shape.of(rows), Kind.PLAIN);
    var k = call.kernels();
    k.gatherRows(k.view(x.buffer(), rows * classes, 1), at.buffer(), k.view(y.buffer(), rows, 1));
    return call.record(y, g -> {
      var gx = g.gradientOf(0);
      g.kernels().fill(gx, 0);
      g.kernels().scatterRows(g.kernels().view(g.gradient(), rows, 1), g.saved(0), g.kernels().view(gx, rows * classes, 1));
    }, at);
  }
}

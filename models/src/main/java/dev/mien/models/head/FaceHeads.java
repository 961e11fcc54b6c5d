package dev.mien.models.head;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The heads by the names that the command line uses. */
public final class FaceHeads {
  private static final Map<String, Builder> BY_NAME = new LinkedHashMap<>();

  /**
   * What a run may choose.
   *
   * @param scale s of the logits; 64 in the papers, less for a few hundred identities
   * @param margin m; NaN for the head's own
   * @param initFromFirstBatch see {@link AdaFaceHead.Options}
   */
  public record Choice(double scale, double margin, boolean initFromFirstBatch) {
    private double marginOr(double own) {
      return Double.isNaN(margin) ? own : margin;
    }
  }

  private interface Builder {
    FaceHead build(int classes, int features, Choice choice, Rng rng);
  }

  static {
    BY_NAME.put("adaface", (c, d, o, rng) -> {
      var options = AdaFaceHead.Options.PAPER.withScale(o.scale).withMargin(o.marginOr(0.4));
      return new AdaFaceHead(c, d, o.initFromFirstBatch ? options.fromFirstBatch() : options, rng);
    });
    BY_NAME.put("arcface", (c, d, o, rng) -> FixedMarginHead.arcFace(c, d, o.scale, o.marginOr(0.5), rng));
    BY_NAME.put("cosface", (c, d, o, rng) -> FixedMarginHead.cosFace(c, d, o.scale, o.marginOr(0.4), rng));
    BY_NAME.put("curricularface", (c, d, o, rng) -> new CurricularFaceHead(c, d, o.scale, o.marginOr(0.5), rng));
    BY_NAME.put("magface", (c, d, o, rng) -> new MagFaceHead(c, d, o.scale, rng));
    BY_NAME.put("normalized-softmax", (c, d, o, rng) -> FixedMarginHead.normalizedSoftmax(c, d, o.scale, rng));
    BY_NAME.put("softmax", (c, d, o, rng) -> new SoftmaxHead(c, d, rng));
  }

  private FaceHeads() {}

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /**
   * @param classes identities; 0 when {@link PartialFc} holds them
   * @throws MienException when there is no such head; the message lists them
   */
  public static FaceHead named(String name, int classes, int features, Choice choice, Rng rng) {
    var builder = BY_NAME.get(name);
    if (builder == null) {
      throw new MienException("no head named '" + name + "'; there are " + String.join(", ", BY_NAME.keySet()));
    }
    return builder.build(classes, features, choice, rng);
  }
}

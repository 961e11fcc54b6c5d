package dev.mien.models.head;

import dev.mien.engine.nn.Init;
import dev.mien.engine.ops.MatMul;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.backbone.FaceNet;

/** Plain softmax: {@code logits = z W^T + b}, neither side normalised. */
public final class SoftmaxHead extends FaceHead {
  private final Parameter bias;

  public SoftmaxHead(int classes, int features, Rng rng) {
    super(classes, features, rng);
    bias = classes == 0 ? null : parameter("bias", HostTensor.deferred(() -> Init.constant(0, classes).floats(), classes));
  }

  @Override
  Result loss(Tensor features, Tensor weights, Tensor labels, Context context) {
    var logits = MatMul.linear(features, weights, bias == null ? null : bias.in(context));
    return new Result(crossEntropy(logits, labels), FaceNet.embedding(features.detached()).norm());
  }
}

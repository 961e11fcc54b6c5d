package dev.mien.models.backbone;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import java.util.List;

/** A residual network without its last layer, as a trunk for attributes; it has no masks. */
final class ResidualTrunk extends AttributeNet {
  private final FeatureMaps net;
  private final int inputSide;
  private final AdaptiveAveragePool2d avgpool = new AdaptiveAveragePool2d(1, 1);

  /** @param net without a last layer: of 0 classes */
  <M extends Module & FeatureMaps> ResidualTrunk(M net, int inputSide) {
    this.net = child("net", net);
    this.inputSide = inputSide;
  }

  @Override
  public Attended attend(Tensor x, Context context) {
    return within(context, () -> {
      var map = net.featureMap(x, context);
      return new Attended(Layouts.flatten(avgpool.forward(map, context)), map, List.of());
    });
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var seen = attend(x, context);
    context.done(seen.map());
    return seen.features();
  }

  @Override
  public int features() {
    return net.mapChannels();
  }

  @Override
  public int inputSide() {
    return inputSide;
  }

  @Override
  public ResidualTrunk recomputing(boolean on) {
    net.recomputing(on);
    return this;
  }
}

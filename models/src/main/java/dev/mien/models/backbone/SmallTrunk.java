package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import java.util.List;

/** Three basic blocks without attention. */
final class SmallTrunk extends AttributeNet {
  private static final int WIDTH = 16;

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Sequential layers;
  private final AdaptiveAveragePool2d avgpool = new AdaptiveAveragePool2d(1, 1);

  SmallTrunk(Rng rng) {
    conv1 = child("conv1", new Conv2d(3, WIDTH, 3, Options.of(2, 1), rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(WIDTH));
    layers = child("layers", new Sequential(List.of(new BasicBlock(WIDTH, WIDTH, 1, rng.at(0)), new BasicBlock(WIDTH, 2 * WIDTH, 2, rng.at(1)))));
  }

  @Override
  public Attended attend(Tensor x, Context context) {
    return within(context, () -> {
      var map = layers.forward(convNormAct(x, conv1, bn1, null, true, context), context);
      return new Attended(Layouts.flatten(avgpool.forward(map, context)), map, List.of());
    });
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return attend(x, context).features();
  }

  @Override
  public int features() {
    return 2 * WIDTH;
  }

  @Override
  public int inputSide() {
    return 32;
  }
}

package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A residual network for small pictures and small budgets: 3x3 stem, stages of basic blocks whose width doubles while the picture
 * halves, global average, dropout, linear.
 *
 * <p>Shapes: images {@code [N, 3, H, W]} -> logits {@code [N, classes]}, of 0 classes the features behind the pooling; H and W at least {@code stemStride * 2^(stages - 1)}.
 */
public final class SmallResNet extends Module implements FeatureMaps {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final List<Sequential> stages = new ArrayList<>();
  private final Sequential layers;
  private final AdaptiveAveragePool2d avgpool = new AdaptiveAveragePool2d(1, 1);
  private final Dropout dropout;
  private final Linear fc;
  private final int mapChannels;

  /**
   * @param width channels of the stem and the first stage
   * @param blocks blocks of each stage
   * @param stemStride stride of the stem: 1 keeps every pixel, 2 costs a quarter
   * @param dropout probability before the last layer
   */
  public record Plan(int width, int[] blocks, int stemStride, double dropout) {
    /** Three stages of one block, 0.3 million parameters: seconds an epoch. */
    public static Plan tiny() {
      return new Plan(32, new int[] {1, 1, 1}, 2, 0);
    }

    /** The blocks of ResNet-10 at half width behind a 3x3 stem, 1.2 million parameters. */
    public static Plan mini() {
      return new Plan(32, new int[] {1, 1, 1, 1}, 2, 0);
    }

    /** The blocks of ResNet-18 at half width behind a 3x3 stem, 2.8 million parameters. */
    public static Plan small() {
      return new Plan(32, new int[] {2, 2, 2, 2}, 2, 0.2);
    }
  }

  public SmallResNet(Plan plan, int classes, Rng rng) {
    conv1 = child("conv1", new Conv2d(3, plan.width, 3, Options.of(plan.stemStride, 1), rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(plan.width));
    int channels = plan.width;
    for (int s = 0; s < plan.blocks.length; s++) {
      int width = plan.width << s;
      var units = new ArrayList<Module>();
      for (int i = 0; i < plan.blocks[s]; i++) {
        units.add(new BasicBlock(channels, width, s > 0 && i == 0 ? 2 : 1, rng.split("layer" + s).at(i)));
        channels = width;
      }
      stages.add(new Sequential(units));
    }
    layers = child("layers", new Sequential(stages));
    mapChannels = channels;
    dropout = child("dropout", new Dropout(plan.dropout));
    fc = classes == 0 ? null : child("fc", new Linear(channels, classes, rng.split("fc")));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var pooled = Layouts.flatten(avgpool.forward(featureMap(x, context), context));
    return fc == null ? pooled : fc.forward(dropout.forward(pooled, context), context);
  }

  @Override
  public Tensor featureMap(Tensor x, Context context) {
    return layers.forward(convNormAct(x, conv1, bn1, null, true, context), context);
  }

  @Override
  public int mapChannels() {
    return mapChannels;
  }

  @Override
  public SmallResNet recomputing(boolean on) {
    stages.forEach(s -> s.recomputing(on));
    return this;
  }

  @Override
  public SmallResNet to(Device device) {
    super.to(device);
    return this;
  }
}

package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.MaxPool2d;
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
 * Residual networks (He et al. 2016, "Deep Residual Learning for Image Recognition", Table 1) with torchvision's parameter names and
 * counts; the stride of a bottleneck sits on its 3x3 convolution (v1.5).
 *
 * <p>Shapes: images {@code [N, 3, H, W]} -> logits {@code [N, classes]}, of 0 classes the features behind the pooling; H and W at least 32.
 *
 * <pre>{@code
 * var net = ResNet.resnet18(101, Rng.seed(1)).to(device);
 * var logits = net.forward(scope.upload(images), Context.eval());
 * }</pre>
 */
public final class ResNet extends Module implements FeatureMaps {
  private static final int STEM_WIDTH = 64;

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final MaxPool2d maxpool = new MaxPool2d(3, 2, 1);
  private final Sequential layer1;
  private final Sequential layer2;
  private final Sequential layer3;
  private final Sequential layer4;
  private final AdaptiveAveragePool2d avgpool = new AdaptiveAveragePool2d(1, 1);
  private final Linear fc;
  private final int mapChannels;

  private ResNet(boolean bottleneck, int[] blocks, int classes, Rng rng) {
    conv1 = child("conv1", new Conv2d(3, STEM_WIDTH, 7, Options.of(2, 3), rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(STEM_WIDTH));
    int expansion = bottleneck ? Bottleneck.EXPANSION : 1;
    layer1 = child("layer1", stage(bottleneck, STEM_WIDTH, 64, blocks[0], 1, rng.split("layer1")));
    layer2 = child("layer2", stage(bottleneck, 64 * expansion, 128, blocks[1], 2, rng.split("layer2")));
    layer3 = child("layer3", stage(bottleneck, 128 * expansion, 256, blocks[2], 2, rng.split("layer3")));
    layer4 = child("layer4", stage(bottleneck, 256 * expansion, 512, blocks[3], 2, rng.split("layer4")));
    mapChannels = 512 * expansion;
    fc = classes == 0 ? null : child("fc", new Linear(mapChannels, classes, rng.split("fc")));
  }

  public static ResNet resnet18(int classes, Rng rng) {
    return new ResNet(false, new int[] {2, 2, 2, 2}, classes, rng);
  }

  public static ResNet resnet34(int classes, Rng rng) {
    return new ResNet(false, new int[] {3, 4, 6, 3}, classes, rng);
  }

  public static ResNet resnet50(int classes, Rng rng) {
    return new ResNet(true, new int[] {3, 4, 6, 3}, classes, rng);
  }

  public static ResNet resnet101(int classes, Rng rng) {
    return new ResNet(true, new int[] {3, 4, 23, 3}, classes, rng);
  }

  public static ResNet resnet152(int classes, Rng rng) {
    return new ResNet(true, new int[] {3, 8, 36, 3}, classes, rng);
  }

  private static Sequential stage(boolean bottleneck, int in, int width, int blocks, int stride, Rng rng) {
    var units = new ArrayList<Module>();
    int channels = in;
    for (int i = 0; i < blocks; i++) {
      int s = i == 0 ? stride : 1;
      if (bottleneck) {
        units.add(new Bottleneck(channels, width, s, rng.at(i)));
        channels = width * Bottleneck.EXPANSION;
      } else {
        units.add(new BasicBlock(channels, width, s, rng.at(i)));
        channels = width;
      }
    }
    return new Sequential(units);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var map = featureMap(x, context);
    var pooled = Layouts.flatten(avgpool.forward(map, context));
    context.done(map);
    return fc == null ? pooled : fc.forward(pooled, context);
  }

  @Override
  public Tensor featureMap(Tensor x, Context context) {
    var y = convNormAct(x, conv1, bn1, null, true, context);
    for (var next : List.of(maxpool, layer1, layer2, layer3, layer4)) {
      var read = y;
      y = next.forward(read, context);
      context.done(read);
    }
    return y;
  }

  @Override
  public int mapChannels() {
    return mapChannels;
  }

  @Override
  public ResNet recomputing(boolean on) {
    for (var stage : List.of(layer1, layer2, layer3, layer4)) {
      stage.recomputing(on);
    }
    return this;
  }

  @Override
  public ResNet to(Device device) {
    super.to(device);
    return this;
  }
}

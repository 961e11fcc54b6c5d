package dev.mien.models.backbone;

import dev.mien.engine.nn.Activation;
import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Init;
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

/**
 * VGG-16 (Simonyan and Zisserman 2015, Table 1, column D) with torchvision's parameter names; 138,357,544 parameters with 1000 classes.
 *
 * <p>Shapes: images {@code [N, 3, H, W]}, H and W at least 32 -> logits {@code [N, classes]}.
 */
public final class Vgg extends Module {
  private static final int[] WIDTHS = {64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0};

  private final Sequential features;
  private final AdaptiveAveragePool2d avgpool = new AdaptiveAveragePool2d(7, 7);
  private final Sequential classifier;

  private Vgg(int classes, Rng rng) {
    var layers = new ArrayList<Module>();
    int channels = 3;
    for (int width : WIDTHS) {
      if (width == 0) {
        layers.add(new MaxPool2d(2, 2, 0));
      } else {
        layers.add(new Conv2d(channels, width, 3, Options.of(1, 1), true, rng.split("features").at(layers.size())));
        layers.add(Activation.relu());
        channels = width;
      }
    }
    features = child("features", new Sequential(layers));
    classifier = child("classifier", new Sequential(
        linear(512 * 49, 4096, rng.split("fc6")), Activation.relu(), new Dropout(0.5),
        linear(4096, 4096, rng.split("fc7")), Activation.relu(), new Dropout(0.5),
        linear(4096, classes, rng.split("fc8"))));
  }

  public static Vgg vgg16(int classes, Rng rng) {
    return new Vgg(classes, rng);
  }

  private static Linear linear(int in, int out, Rng rng) {
    return new Linear(Init.normal(rng, 0.01, out, in), Init.constant(0, out));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var y = avgpool.forward(features.forward(x, context), context);
    return classifier.forward(Layouts.flatten(y), context);
  }

  @Override
  public Vgg to(Device device) {
    super.to(device);
    return this;
  }
}

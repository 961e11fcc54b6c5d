package dev.mien.models.backbone;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** {@code x * sigmoid(fc2(relu(fc1(mean(x)))))}: each channel weighed by what the picture holds (Hu et al. 2018), without biases. */
final class SqueezeExcitation extends Module {
  private static final int REDUCTION = 16;

  private final AdaptiveAveragePool2d squeeze = new AdaptiveAveragePool2d(1, 1);
  private final Conv2d fc1;
  private final Conv2d fc2;

  SqueezeExcitation(int channels, Rng rng) {
    int inner = Math.max(1, channels / REDUCTION);
    fc1 = child("fc1", new Conv2d(channels, inner, 1, Options.of(1, 0), rng.split("fc1")));
    fc2 = child("fc2", new Conv2d(inner, channels, 1, Options.of(1, 0), rng.split("fc2")));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var inner = Elementwise.relu(fc1.forward(squeeze.forward(x, context), context));
    return Arithmetic.multiply(x, Elementwise.sigmoid(fc2.forward(inner, context)));
  }
}

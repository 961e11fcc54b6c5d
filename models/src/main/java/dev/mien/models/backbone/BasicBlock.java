package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** Two 3x3 convolutions and a shortcut (He et al. 2016, Figure 5 left): {@code relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))}. */
final class BasicBlock extends Module {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Projection downsample;

  BasicBlock(int in, int width, int stride, Rng rng) {
    conv1 = child("conv1", new Conv2d(in, width, 3, Options.of(stride, 1), rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(width));
    conv2 = child("conv2", new Conv2d(width, width, 3, Options.of(1, 1), rng.split("conv2")));
    bn2 = child("bn2", new BatchNorm2d(width));
    downsample = in == width && stride == 1 ? null : child("downsample", new Projection(in, width, stride, rng.split("downsample")));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var shortcut = downsample == null ? x : downsample.forward(x, context);
    var inner = convNormAct(x, conv1, bn1, null, true, context);
    var y = convNormAct(inner, conv2, bn2, shortcut, true, context);
    context.done(inner);
    if (shortcut != x) {
      context.done(shortcut);
    }
    return y;
  }
}

package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** 1x1 down, 3x3, 1x1 up, and a shortcut (He et al. 2016, Figure 5 right); the stride is on the 3x3 (torchvision's v1.5). */
final class Bottleneck extends Module {
  static final int EXPANSION = 4;

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Conv2d conv3;
  private final BatchNorm2d bn3;
  private final Projection downsample;

  Bottleneck(int in, int width, int stride, Rng rng) {
    int out = width * EXPANSION;
    conv1 = child("conv1", new Conv2d(in, width, 1, Options.of(1, 0), rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(width));
    conv2 = child("conv2", new Conv2d(width, width, 3, Options.of(stride, 1), rng.split("conv2")));
    bn2 = child("bn2", new BatchNorm2d(width));
    conv3 = child("conv3", new Conv2d(width, out, 1, Options.of(1, 0), rng.split("conv3")));
    bn3 = child("bn3", new BatchNorm2d(out));
    downsample = in == out && stride == 1 ? null
        : child("downsample", new Projection(in, out, stride, rng.split("downsample")));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var shortcut = downsample == null ? x : downsample.forward(x, context);
    var narrow = convNormAct(x, conv1, bn1, null, true, context);
    var inner = convNormAct(narrow, conv2, bn2, null, true, context);
    context.done(narrow);
    var y = convNormAct(inner, conv3, bn3, shortcut, true, context);
    context.done(inner);
    if (shortcut != x) {
      context.done(shortcut);
    }
    return y;
  }
}

package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/** {@code norm(conv1x1(x))}: fits a shortcut to another width or stride (He et al. 2016, option B). */
final class Projection extends Module {
  private final Conv2d conv;
  private final BatchNorm2d norm;

  Projection(int in, int out, int stride, Rng rng) {
    conv = child("0", new Conv2d(in, out, 1, Options.of(stride, 0), rng));
    norm = child("1", new BatchNorm2d(out));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return convNormAct(x, conv, norm, null, false, context);
  }
}

package dev.mien.models.backbone;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/**
 * The pre-activation bottleneck of {@link AttentionNet} (He et al. 2016, "Identity Mappings in Deep Residual Networks"):
 * {@code conv1x1(r(conv3x3(r(conv1x1(r(x)))))) + shortcut}, r being batch norm and ReLU. The shortcut is x, or a 1x1 convolution of the first
 * {@code r(x)} where the width or the resolution changes.
 */
final class AttentionUnit extends Module {
  private static final int SQUEEZE = 4;

  private final BatchNorm2d norm1;
  private final Conv2d conv1;
  private final BatchNorm2d norm2;
  private final Conv2d conv2;
  private final BatchNorm2d norm3;
  private final Conv2d conv3;
  private final Conv2d shortcut;

  AttentionUnit(int in, int out, int stride, Rng rng) {
    int width = out / SQUEEZE;
    norm1 = child("bn1", new BatchNorm2d(in));
    conv1 = child("conv1", new Conv2d(in, width, 1, Options.of(1, 0), rng.split("conv1")));
    norm2 = child("bn2", new BatchNorm2d(width));
    conv2 = child("conv2", new Conv2d(width, width, 3, Options.of(stride, 1), rng.split("conv2")));
    norm3 = child("bn3", new BatchNorm2d(width));
    conv3 = child("conv3", new Conv2d(width, out, 1, Options.of(1, 0), rng.split("conv3")));
    shortcut = in == out && stride == 1 ? null : child("shortcut", new Conv2d(in, out, 1, Options.of(stride, 0), rng.split("shortcut")));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var active = norm1.forward(x, null, true, context);
    var other = shortcut == null ? x : shortcut.forward(active, context);
    var narrow = conv1.forward(active, context);
    context.done(active);
    var y = step(step(narrow, norm2, conv2, context), norm3, conv3, context);
    var sum = Arithmetic.add(y, other);
    context.done(y);
    if (other != x) {
      context.done(other);
    }
    return sum;
  }

  /** {@code conv(relu(norm(x)))}, done with x. */
  static Tensor step(Tensor x, BatchNorm2d norm, Conv2d conv, Context context) {
    var active = norm.forward(x, null, true, context);
    context.done(x);
    var y = conv.forward(active, context);
    context.done(active);
    return y;
  }
}

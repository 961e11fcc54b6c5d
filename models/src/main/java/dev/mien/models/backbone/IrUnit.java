package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;
import static dev.mien.engine.nn.ConvNormAct.convNormPrelu;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.MaxPool2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.PRelu;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;

/**
 * A unit of {@link IrNet}: {@code branch(x) + shortcut(x)}, nothing behind the sum. The shortcut is x itself, x at every second pixel,
 * or a 1x1 convolution where the width changes.
 */
final class IrUnit extends Module {
  private final Module shortcut;
  private final Branch branch;

  IrUnit(int in, int width, int stride, boolean squeeze, Rng rng) {
    if (in != width) {
      shortcut = child("shortcut_layer", new Projection(in, width, stride, rng.split("shortcut")));
    } else {
      shortcut = stride == 1 ? null : child("shortcut_layer", new MaxPool2d(1, stride, 0));
    }
    branch = child("res_layer", new Branch(in, width, stride, squeeze, rng));
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var other = shortcut == null ? x : shortcut.forward(x, context);
    var y = branch.plus(other, x, context);
    if (other != x) {
      context.done(other);
    }
    return y;
  }

  /** {@code norm(conv(prelu(norm(conv(norm(x))))))} under the checkpoint's numbers; the stride is on the second convolution. */
  private static final class Branch extends Module {
    private final BatchNorm2d first;
    private final Conv2d conv1;
    private final BatchNorm2d middle;
    private final PRelu prelu;
    private final Conv2d conv2;
    private final BatchNorm2d last;
    private final SqueezeExcitation excitation;

    Branch(int in, int width, int stride, boolean squeeze, Rng rng) {
      first = child("0", new BatchNorm2d(in));
      conv1 = child("1", new Conv2d(in, width, 3, Options.of(1, 1), rng.split("conv1")));
      middle = child("2", new BatchNorm2d(width));
      prelu = child("3", new PRelu(width));
      conv2 = child("4", new Conv2d(width, width, 3, Options.of(stride, 1), rng.split("conv2")));
      last = child("5", new BatchNorm2d(width));
      excitation = squeeze ? child("se_block", new SqueezeExcitation(width, rng.split("se_block"))) : null;
    }

    /** The branch with the shortcut added in the last pass over memory. */
    Tensor plus(Tensor shortcut, Tensor x, Context context) {
      return within(context, () -> sum(shortcut, x, context));
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return sum(null, x, context);
    }

    private Tensor sum(Tensor shortcut, Tensor x, Context context) {
      var normed = first.forward(x, context);
      var inner = convNormPrelu(normed, conv1, middle, prelu, context);
      context.done(normed);
      var y = convNormAct(inner, conv2, last, excitation == null ? shortcut : null, false, context);
      context.done(inner);
      if (excitation == null) {
        return y;
      }
      var weighed = excitation.forward(y, context);
      context.done(y);
      return shortcut == null ? weighed : Arithmetic.add(weighed, shortcut);
    }
  }
}

package dev.mien.models.backbone;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.MaxPool2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Resize;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A module of residual attention (Wang et al. 2017, "Residual Attention Network for Image Classification", Eq. 3 and Figure 2):
 *
 * <pre>
 *   x1 = U(x)    T = U(U(x1))    M = sigmoid(conv(r(conv(r(down and up again of x1)))))    H = (1 + M) T    result U(H)
 * </pre>
 *
 * where U is an {@link AttentionUnit}. Down: as many times as the module is deep a 3x3 maximum at every second pixel and a unit, at the bottom
 * another one. Up: bilinear to the size of the level above, plus a unit of what came down there, and a unit; last of all to the trunk's size.
 */
final class AttentionModule extends Module {
  private final AttentionUnit shared;
  private final Sequential trunk;
  private final MaxPool2d pool = new MaxPool2d(3, 2, 1);
  private final List<Sequential> down = new ArrayList<>();
  private final List<AttentionUnit> skip = new ArrayList<>();
  private final List<AttentionUnit> up = new ArrayList<>();
  private final BatchNorm2d norm1;
  private final Conv2d conv1;
  private final BatchNorm2d norm2;
  private final Conv2d conv2;
  private final AttentionUnit last;

  /**
   * @param channels of x, of the mask and of the result
   * @param depth how many times the mask branch halves the resolution
   */
  AttentionModule(int channels, int depth, Rng rng) {
    shared = child("shared", new AttentionUnit(channels, channels, 1, rng.split("shared")));
    trunk = child("trunk", units(channels, 2, rng.split("trunk")));
    for (int level = 0; level < depth; level++) {
      down.add(child("down" + level, units(channels, level == depth - 1 ? 2 : 1, rng.split("down").at(level))));
    }
    for (int level = 0; level < depth - 1; level++) {
      skip.add(child("skip" + level, new AttentionUnit(channels, channels, 1, rng.split("skip").at(level))));
      up.add(child("up" + level, new AttentionUnit(channels, channels, 1, rng.split("up").at(level))));
    }
    norm1 = child("bn1", new BatchNorm2d(channels));
    conv1 = child("conv1", new Conv2d(channels, channels, 1, Options.of(1, 0), rng.split("conv1")));
    norm2 = child("bn2", new BatchNorm2d(channels));
    conv2 = child("conv2", new Conv2d(channels, channels, 1, Options.of(1, 0), rng.split("conv2")));
    last = child("last", new AttentionUnit(channels, channels, 1, rng.split("last")));
  }

  private static Sequential units(int channels, int count, Rng rng) {
    var units = new ArrayList<Module>();
    for (int i = 0; i < count; i++) {
      units.add(new AttentionUnit(channels, channels, 1, rng.at(i)));
    }
    return new Sequential(units);
  }

  /** The result and the mask that made it, {@code [N, C, h, w]} in (0, 1). */
  record Masked(Tensor result, Tensor mask) {}

  Masked attend(Tensor x, Context context) {
    return within(context, () -> {
      var x1 = shared.forward(x, context);
      var mask = mask(x1, context);
      var t = trunk.forward(x1, context);
      context.done(x1);
      var gate = Elementwise.affine(mask, 1, 1);
      var gated = Arithmetic.multiply(gate, t);
      context.done(gate);
      context.done(t);
      var y = last.forward(gated, context);
      context.done(gated);
      return new Masked(y, mask);
    });
  }

  private Tensor mask(Tensor x1, Context context) {
    var levels = new ArrayList<Tensor>(List.of(x1));
    for (var stage : down) {
      var pooled = pool.forward(levels.getLast(), context);
      levels.add(stage.forward(pooled, context));
      context.done(pooled);
    }
    var y = levels.removeLast();
    for (int level = up.size() - 1; level >= 0; level--) {
      var came = levels.removeLast();
      var above = skip.get(level).forward(came, context);
      var large = sized(y, came, context);
      var sum = Arithmetic.add(large, above);
      List.of(large, above, came).forEach(context::done);
      y = up.get(level).forward(sum, context);
      context.done(sum);
    }
    var large = sized(y, x1, context);
    var weights = AttentionUnit.step(AttentionUnit.step(large, norm1, conv1, context), norm2, conv2, context);
    var mask = Elementwise.sigmoid(weights);
    context.done(weights);
    return mask;
  }

  /** Bilinear to the height and width of {@code like}, corners upon corners; done with x. */
  private static Tensor sized(Tensor x, Tensor like, Context context) {
    var y = Resize.resizeBilinear(x, like.shape().dim(2), like.shape().dim(3), true);
    context.done(x);
    return y;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var masked = attend(x, context);
    context.done(masked.mask);
    return masked.result;
  }
}

package dev.mien.models.agegender;

import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.backbone.AttributeNet;
import java.util.List;

/** A smooth trunk with one mask: map = tanh(conv(x)) (1 + sigmoid(conv(x))), features = its mean over the picture. */
final class TinyTrunk extends AttributeNet {
  private static final int WIDTH = 5;

  private final Conv2d trunk;
  private final Conv2d mask;

  TinyTrunk(Rng rng) {
    trunk = child("trunk", new Conv2d(3, WIDTH, 3, Options.of(2, 1), rng.split("trunk")));
    mask = child("mask", new Conv2d(3, WIDTH, 3, Options.of(2, 1), rng.split("mask")));
  }

  @Override
  public Attended attend(Tensor x, Context context) {
    return within(context, () -> {
      var m = Elementwise.sigmoid(mask.forward(x, context));
      var map = Arithmetic.multiply(Elementwise.tanh(trunk.forward(x, context)), Elementwise.affine(m, 1, 1));
      return new Attended(Layouts.flatten(Reductions.mean(map, 2, 3)), map, List.of(new Mask("A1", m)));
    });
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var seen = attend(x, context);
    seen.masks().forEach(m -> context.done(m.values()));
    context.done(seen.map());
    return seen.features();
  }

  @Override
  public int features() {
    return WIDTH;
  }

  @Override
  public int inputSide() {
    return 8;
  }

  @Override
  public TinyTrunk recomputing(boolean on) {
    return this;
  }
}

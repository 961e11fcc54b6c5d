package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormPrelu;

import dev.mien.engine.nn.BatchNorm1d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Flatten;
import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.PRelu;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Norms;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;

/**
 * The improved residual networks of face recognition (Deng et al. 2019, "ArcFace", section 3.2.2; Kim et al. 2022, "AdaFace") under the
 * parameter names of the released AdaFace checkpoints: batch norm before the first convolution of a unit, PReLU, no pooling in the stem.
 *
 * <p>Shapes: aligned faces {@code [N, 3, 112, 112]} -> features {@code [N, 512]}, whose length tells the picture's quality;
 * {@link #embed} gives direction and length apart.
 *
 * <pre>{@code
 * var net = IrNet.ir50(Rng.seed(1)).to(device);
 * var face = net.embed(scope.upload(images), Context.eval());
 * float[] unit = face.direction().download().floats();
 * }</pre>
 */
public final class IrNet extends Module implements Recomputing {
  /** Features of a face. */
  public static final int FEATURES = 512;

  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int LAST_SIDE = 7;
  private static final double DROPOUT = 0.4;
  /** Below this a length is no divisor. */
  private static final double SHORTEST = 1e-12;

  private final Stem stem;
  private final Sequential body;
  private final Sequential head;

  private IrNet(int[] units, Rng rng) {
    stem = child("input_layer", new Stem(rng.split("input_layer")));
    var all = new ArrayList<Module>();
    int channels = WIDTHS[0];
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int i = 0; i < units[stage]; i++) {
        all.add(new IrUnit(channels, WIDTHS[stage], i == 0 ? 2 : 1, rng.split("body").at(all.size())));
        channels = WIDTHS[stage];
      }
    }
    body = child("body", new Sequential(all));
    int flat = channels * LAST_SIDE * LAST_SIDE;
    head = child("output_layer", new Sequential(new BatchNorm2d(channels), new Dropout(DROPOUT), new Flatten(),
        new Linear(Init.kaimingFanOut(rng.split("output_layer"), FEATURES, flat), Init.constant(0, FEATURES)),
        new BatchNorm1d(FEATURES, false)));
  }

  public static IrNet ir18(Rng rng) {
    return new IrNet(new int[] {2, 2, 2, 2}, rng);
  }

  public static IrNet ir34(Rng rng) {
    return new IrNet(new int[] {3, 4, 6, 3}, rng);
  }

  public static IrNet ir50(Rng rng) {
    return new IrNet(new int[] {3, 4, 14, 3}, rng);
  }

  public static IrNet ir101(Rng rng) {
    return new IrNet(new int[] {3, 13, 30, 3}, rng);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var first = stem.forward(x, context);
    var map = body.forward(first, context);
    context.done(first);
    var z = head.forward(map, context);
    context.done(map);
    return z;
  }

  /**
   * A face's features as the losses and the galleries read them.
   *
   * @param direction features of length 1, {@code [N, 512]}
   * @param norm their length before, {@code [N]}
   */
  public record Embedding(Tensor direction, Tensor norm) {}

  /** {@code direction = z / max(|z|, 1e-12), norm = |z|} of the features z that {@link #forward} gives. */
  public Embedding embed(Tensor x, Context context) {
    var z = forward(x, context);
    var norm = Norms.l2Norm(z);
    var divisor = Layouts.reshape(Elementwise.clamp(norm, SHORTEST, Double.MAX_VALUE), z.shape().dim(0), 1);
    return new Embedding(Arithmetic.divide(z, divisor), norm);
  }

  @Override
  public IrNet recomputing(boolean on) {
    body.recomputing(on);
    return this;
  }

  @Override
  public IrNet to(Device device) {
    super.to(device);
    return this;
  }

  /** A 3x3 convolution at full size, {@code prelu(norm(conv(x)))}. */
  private static final class Stem extends Module {
    private final Conv2d conv;
    private final BatchNorm2d norm;
    private final PRelu prelu;

    Stem(Rng rng) {
      conv = child("0", new Conv2d(3, WIDTHS[0], 3, Options.of(1, 1), rng));
      norm = child("1", new BatchNorm2d(WIDTHS[0]));
      prelu = child("2", new PRelu(WIDTHS[0]));
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return convNormPrelu(x, conv, norm, prelu, context);
    }
  }
}

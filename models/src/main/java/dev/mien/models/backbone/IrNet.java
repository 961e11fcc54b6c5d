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
import dev.mien.engine.ops.Convolution.Options;
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
public final class IrNet extends FaceNet implements Recomputing {
  /** Features of a face. */
  public static final int FEATURES = 512;

  /**
   * What a network is built as.
   *
   * @param units of the four stages
   * @param width channels of the first stage; each doubles the one before
   * @param features D
   * @param inputSide in pixels
   * @param stemStride 1, or 2 for a quarter of the work
   * @param squeeze whether squeeze-excitation ends each branch (IR-SE)
   */
  public record Plan(int[] units, int width, int features, int inputSide, int stemStride, boolean squeeze) {
    private static Plan full(boolean squeeze, int... units) {
      return new Plan(units, 64, FEATURES, 112, 1, squeeze);
    }

    /** For drawn faces of 64 pixels: 1 million parameters, 26 million multiply-adds. */
    public static Plan tiny() {
      return new Plan(new int[] {1, 1, 1, 1}, 24, 128, 64, 2, false);
    }

    /** For a few thousand real faces: 112 pixels behind a stem of stride 2, half the width. */
    public static Plan small() {
      return new Plan(new int[] {1, 2, 2, 2}, 32, 256, 112, 2, false);
    }

    private int lastSide() {
      int side = Math.ceilDiv(inputSide, stemStride);
      for (int i = 0; i < units.length; i++) {
        side = Math.ceilDiv(side, 2);
      }
      return side;
    }
  }

  private static final double DROPOUT = 0.4;

  private final Plan plan;
  private final Stem stem;
  private final Sequential body;
  private final Sequential head;

  public IrNet(Plan plan, Rng rng) {
    this.plan = plan;
    stem = child("input_layer", new Stem(plan.width, plan.stemStride, rng.split("input_layer")));
    var all = new ArrayList<Module>();
    int channels = plan.width;
    for (int stage = 0; stage < plan.units.length; stage++) {
      int width = plan.width << stage;
      for (int i = 0; i < plan.units[stage]; i++) {
        all.add(new IrUnit(channels, width, i == 0 ? 2 : 1, plan.squeeze, rng.split("body").at(all.size())));
        channels = width;
      }
    }
    body = child("body", new Sequential(all));
    int flat = channels * plan.lastSide() * plan.lastSide();
    head = child("output_layer", new Sequential(new BatchNorm2d(channels), new Dropout(DROPOUT), new Flatten(),
        new Linear(Init.kaimingFanOut(rng.split("output_layer"), plan.features, flat), Init.constant(0, plan.features)),
        new BatchNorm1d(plan.features, false)));
  }

  public static IrNet ir18(Rng rng) {
    return new IrNet(Plan.full(false, 2, 2, 2, 2), rng);
  }

  public static IrNet ir34(Rng rng) {
    return new IrNet(Plan.full(false, 3, 4, 6, 3), rng);
  }

  public static IrNet ir50(Rng rng) {
    return new IrNet(Plan.full(false, 3, 4, 14, 3), rng);
  }

  public static IrNet ir101(Rng rng) {
    return new IrNet(Plan.full(false, 3, 13, 30, 3), rng);
  }

  /** {@code ir18} with squeeze-excitation. */
  public static IrNet irSe18(Rng rng) {
    return new IrNet(Plan.full(true, 2, 2, 2, 2), rng);
  }

  /** {@code ir34} with squeeze-excitation. */
  public static IrNet irSe34(Rng rng) {
    return new IrNet(Plan.full(true, 3, 4, 6, 3), rng);
  }

  /** {@code ir50} with squeeze-excitation. */
  public static IrNet irSe50(Rng rng) {
    return new IrNet(Plan.full(true, 3, 4, 14, 3), rng);
  }

  /** {@code ir101} with squeeze-excitation. */
  public static IrNet irSe101(Rng rng) {
    return new IrNet(Plan.full(true, 3, 13, 30, 3), rng);
  }

  @Override
  public int features() {
    return plan.features;
  }

  @Override
  public int inputSide() {
    return plan.inputSide;
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

  /** A 3x3 convolution, {@code prelu(norm(conv(x)))}. */
  private static final class Stem extends Module {
    private final Conv2d conv;
    private final BatchNorm2d norm;
    private final PRelu prelu;

    Stem(int width, int stride, Rng rng) {
      conv = child("0", new Conv2d(3, width, 3, Options.of(stride, 1), rng));
      norm = child("1", new BatchNorm2d(width));
      prelu = child("2", new PRelu(width));
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return convNormPrelu(x, conv, norm, prelu, context);
    }
  }
}

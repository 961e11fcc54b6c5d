package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;
import static dev.mien.engine.nn.ConvNormAct.convNormPrelu;

import dev.mien.engine.nn.BatchNorm1d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.PRelu;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;

/**
 * MobileFaceNet (Chen et al. 2018, table 1): inverted residuals with PReLU, and a depthwise convolution over the whole last map instead of an
 * average, so that its pixels weigh differently. Faces {@code [N, 3, 112, 112]} -> features {@code [N, D]}, D 128 in the paper.
 */
public final class MobileFaceNet extends FaceNet {
  /** Expansion, width, units and stride of each stage. */
  private static final int[][] STAGES = {{2, 64, 5, 2}, {4, 128, 1, 2}, {2, 128, 6, 1}, {4, 128, 1, 2}, {2, 128, 2, 1}};
  private static final int LAST = 512;
  private static final int LAST_SIDE = 7;

  private final int features;
  private final Layer stem;
  private final Layer depthwise;
  private final Sequential body;
  private final Layer last;
  private final Layer global;
  private final Conv2d linear;
  private final BatchNorm1d norm;

  public MobileFaceNet(int features, Rng rng) {
    this.features = features;
    stem = child("conv1", new Layer(3, 64, 3, Options.of(2, 1), true, rng.split("conv1")));
    depthwise = child("dw_conv1", new Layer(64, 64, 3, Options.of(1, 1).groups(64), true, rng.split("dw_conv1")));
    var units = new ArrayList<Module>();
    int in = 64;
    for (int[] s : STAGES) {
      for (int i = 0; i < s[2]; i++) {
        units.add(new Unit(in, s[1], s[0], i == 0 ? s[3] : 1, rng.split("blocks").at(units.size())));
        in = s[1];
      }
    }
    body = child("blocks", new Sequential(units));
    last = child("conv2", new Layer(in, LAST, 1, Options.of(1, 0), true, rng.split("conv2")));
    global = child("linear7", new Layer(LAST, LAST, LAST_SIDE, Options.of(1, 0).groups(LAST), false, rng.split("linear7")));
    linear = child("linear1", new Conv2d(LAST, features, 1, Options.of(1, 0), rng.split("linear1")));
    norm = child("bn", new BatchNorm1d(features, false));
  }

  @Override
  public int features() {
    return features;
  }

  @Override
  public int inputSide() {
    return 112;
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var y = depthwise.forward(stem.forward(x, context), context);
    y = last.forward(body.forward(y, context), context);
    return norm.forward(Layouts.flatten(linear.forward(global.forward(y, context), context)), context);
  }

  /** {@code prelu(norm(conv(x)))}, or without the PReLU. */
  private static final class Layer extends Module {
    private final Conv2d conv;
    private final BatchNorm2d norm;
    private final PRelu prelu;

    Layer(int in, int out, int kernel, Options options, boolean active, Rng rng) {
      conv = child("conv", new Conv2d(in, out, kernel, options, rng));
      norm = child("bn", new BatchNorm2d(out));
      prelu = active ? child("prelu", new PRelu(out)) : null;
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return prelu == null ? plus(null, x, context) : convNormPrelu(x, conv, norm, prelu, context);
    }

    /** The linear layer with a residual added in the same pass. */
    Tensor plus(Tensor residual, Tensor x, Context context) {
      return convNormAct(x, conv, norm, residual, false, context);
    }
  }

  /** Expand by 1x1, filter by a depthwise 3x3, project by 1x1 without activation; added to x where shapes agree. */
  private static final class Unit extends Module {
    private final Layer expand;
    private final Layer filter;
    private final Layer project;
    private final boolean residual;

    Unit(int in, int out, int expansion, int stride, Rng rng) {
      int inner = in * expansion;
      expand = child("expand", new Layer(in, inner, 1, Options.of(1, 0), true, rng.split("expand")));
      filter = child("filter", new Layer(inner, inner, 3, Options.of(stride, 1).groups(inner), true, rng.split("filter")));
      project = child("project", new Layer(inner, out, 1, Options.of(1, 0), false, rng.split("project")));
      residual = stride == 1 && in == out;
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      var y = filter.forward(expand.forward(x, context), context);
      return project.plus(residual ? x : null, y, context);
    }
  }
}

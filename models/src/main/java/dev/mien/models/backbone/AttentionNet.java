package dev.mien.models.backbone;

import static dev.mien.engine.nn.ConvNormAct.convNormAct;

import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.MaxPool2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Segment;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual attention networks (Wang et al. 2017, "Residual Attention Network for Image Classification", Table 2) as their authors' model files
 * have them: stages of {@link AttentionModule modules}, each behind a {@link AttentionUnit unit} that halves the resolution, and units alone at
 * the end. Attention-56 has one module a stage, Attention-92 one, two and three.
 *
 * <p>Shapes: images {@code [N, 3, S, S]} -> features {@code [N, D]}; the modules' masks come with {@link #attend}.
 *
 * <pre>{@code
 * var net = AttentionNet.attention56(Rng.seed(1)).to(device);
 * for (var mask : net.attend(scope.upload(images), Context.eval()).masks()) {
 *   System.out.println(mask.name() + " " + mask.values().shape());
 * }
 * }</pre>
 */
public final class AttentionNet extends AttributeNet {
  private final Plan plan;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final MaxPool2d maxpool = new MaxPool2d(3, 2, 1);
  private final List<Module> stages = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final BatchNorm2d norm;
  private final AdaptiveAveragePool2d avgpool = new AdaptiveAveragePool2d(1, 1);
  private boolean recomputes;

  /**
   * What a network is built as.
   *
   * @param stem channels behind the first convolution
   * @param wideStem whether that is 7x7 and a maximum follows, for a quarter of the resolution; otherwise 3x3, for half
   * @param width channels of the first stage; each doubles the one before, and the units at the end double the last
   * @param modules attention modules of each stage
   * @param depths how many times the masks of each stage halve the resolution
   * @param lastUnits units at the end
   * @param inputSide in pixels
   */
  public record Plan(int stem, boolean wideStem, int width, int[] modules, int[] depths, int lastUnits, int inputSide) {
    /** 31.8 million parameters with 1000 classes. */
    public static Plan attention56() {
      return new Plan(64, true, 256, new int[] {1, 1, 1}, new int[] {3, 2, 1}, 3, 224);
    }

    /** 52.5 million parameters with 1000 classes. */
    public static Plan attention92() {
      return new Plan(64, true, 256, new int[] {1, 2, 3}, new int[] {3, 2, 1}, 3, 224);
    }

    /** For 64 pixels: two modules, whose masks are 16 and 8 pixels wide. */
    public static Plan tiny() {
      return new Plan(32, true, 64, new int[] {1, 1}, new int[] {2, 1}, 2, 64);
    }

    /** For 96 pixels: three modules, whose masks are 24, 12 and 6 pixels wide. */
    public static Plan small() {
      return new Plan(32, true, 96, new int[] {1, 1, 1}, new int[] {3, 2, 1}, 1, 96);
    }
  }

  public AttentionNet(Plan plan, Rng rng) {
    this.plan = plan;
    conv1 = child("conv1", plan.wideStem ? new Conv2d(3, plan.stem, 7, Options.of(2, 3), rng.split("conv1"))
        : new Conv2d(3, plan.stem, 3, Options.of(2, 1), rng.split("conv1")));
    bn1 = child("bn1", new BatchNorm2d(plan.stem));
    int channels = plan.stem;
    for (int s = 0; s < plan.modules.length; s++) {
      int width = plan.width << s;
      add("unit" + (s + 1), new AttentionUnit(channels, width, s == 0 ? 1 : 2, rng.split("unit").at(s)));
      for (int i = 0; i < plan.modules[s]; i++) {
        add("attention" + (s + 1) + (plan.modules[s] > 1 ? "_" + (i + 1) : ""), new AttentionModule(width, plan.depths[s],
            rng.split("attention").at(s).at(i)));
      }
      channels = width;
    }
    for (int i = 0; i < plan.lastUnits; i++) {
      add("last" + (i + 1), new AttentionUnit(channels, features(), i == 0 ? 2 : 1, rng.split("last").at(i)));
      channels = features();
    }
    norm = child("norm", new BatchNorm2d(channels));
  }

  private void add(String name, Module module) {
    stages.add(child(name, module));
    names.add(name);
  }

  public static AttentionNet attention56(Rng rng) {
    return new AttentionNet(Plan.attention56(), rng);
  }

  public static AttentionNet attention92(Rng rng) {
    return new AttentionNet(Plan.attention92(), rng);
  }

  @Override
  public Attended attend(Tensor x, Context context) {
    return within(context, () -> {
      var masks = new ArrayList<Mask>();
      return run(x, masks, context);
    });
  }

  /** @param masks filled with those of the modules; null to let them go */
  private Attended run(Tensor x, List<Mask> masks, Context context) {
    var y = convNormAct(x, conv1, bn1, null, true, context);
    if (plan.wideStem) {
      var wide = y;
      y = maxpool.forward(wide, context);
      context.done(wide);
    }
    for (int i = 0; i < stages.size(); i++) {
      var read = y;
      if (masks != null && stages.get(i) instanceof AttentionModule module) {
        var masked = module.attend(read, context);
        masks.add(new Mask(names.get(i), masked.mask()));
        y = masked.result();
      } else {
        y = recomputes ? Segment.run(stages.get(i)::forward, read, context) : stages.get(i).forward(read, context);
      }
      context.done(read);
    }
    var map = norm.forward(y, null, true, context);
    context.done(y);
    return new Attended(Layouts.flatten(avgpool.forward(map, context)), map, masks == null ? List.of() : masks);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    var seen = run(x, null, context);
    context.done(seen.map());
    return seen.features();
  }

  /** By modules and units; {@link #attend} keeps everything, for its masks are read. */
  @Override
  public AttentionNet recomputing(boolean on) {
    recomputes = on;
    return this;
  }

  @Override
  public int features() {
    return plan.width << plan.modules.length;
  }

  @Override
  public int inputSide() {
    return plan.inputSide;
  }
}

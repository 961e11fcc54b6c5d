package dev.mien.models.backbone;

import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.LayerNorm;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.MultiHeadAttention;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Convolution.Options;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Segment;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A small vision transformer (Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words"): patches as tokens with learned places, pre-norm blocks of
 * multi-head attention and a two-layer perceptron, the mean of the tokens in place of a class token (it gives Grad-CAM a map, and nothing is lost:
 * their Figure 9).
 *
 * <p>Shapes: images {@code [N, 3, S, S]} -> features {@code [N, C]}. The mask of a block is what each head's tokens take of each place, averaged
 * over the tokens: {@code [N, H, S / patch, S / patch]}.
 */
public final class VisionTransformer extends AttributeNet {
  private static final double PLACES = 0.02;

  private final Plan plan;
  private final Conv2d patches;
  private final Parameter places;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private boolean recomputes;

  /**
   * What a network is built as.
   *
   * @param patch side of a patch in pixels
   * @param width features of a token, C
   * @param heads of each attention, H
   * @param depth number of blocks
   * @param hidden units of each perceptron
   * @param inputSide in pixels, a multiple of the patch
   */
  public record Plan(int patch, int width, int heads, int depth, int hidden, int inputSide) {
    /** 64 tokens of 96 features in 4 blocks: 0.3 million parameters. */
    public static Plan tiny() {
      return new Plan(8, 96, 3, 4, 192, 64);
    }

    private int grid() {
      return inputSide / patch;
    }
  }

  public VisionTransformer(Plan plan, Rng rng) {
    this.plan = plan;
    patches = child("patches", new Conv2d(3, plan.width, plan.patch, Options.of(plan.patch, 0), rng.split("patches")));
    places = parameter("places", Init.normal(rng.split("places"), PLACES, 1, plan.grid() * plan.grid(), plan.width));
    for (int i = 0; i < plan.depth; i++) {
      blocks.add(child("block" + (i + 1), new Block(plan, rng.split("block").at(i))));
    }
    norm = child("norm", new LayerNorm(plan.width));
  }

  @Override
  public Attended attend(Tensor x, Context context) {
    return within(context, () -> {
      var masks = new ArrayList<Mask>();
      return run(x, masks, context);
    });
  }

  /** @param masks filled with those of the blocks; null to let them go */
  private Attended run(Tensor x, List<Mask> masks, Context context) {
    int n = x.shape().dim(0);
    int grid = plan.grid();
    var columns = Layouts.reshape(Layouts.plain(patches.forward(x, context)), n, plan.width, grid * grid);
    var tokens = Arithmetic.add(Layouts.permute(columns, 0, 2, 1), places.in(context));
    for (int i = 0; i < blocks.size(); i++) {
      if (masks == null) {
        tokens = recomputes ? Segment.run(blocks.get(i)::forward, tokens, context) : blocks.get(i).forward(tokens, context);
      } else {
        var seen = blocks.get(i).attend(tokens, context);
        tokens = seen.result();
        masks.add(new Mask("block" + (i + 1), Layouts.reshape(Reductions.mean(seen.weights(), 1), n, plan.heads, grid, grid)));
      }
    }
    var last = norm.forward(tokens, context);
    var map = Layouts.reshape(Layouts.permute(last, 0, 2, 1), n, plan.width, grid, grid);
    return new Attended(Layouts.reshape(Reductions.mean(map, 2, 3), n, plan.width), map, masks == null ? List.of() : masks);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return run(x, null, context).features();
  }

  /** By blocks; {@link #attend} keeps everything, for its masks are read. */
  @Override
  public VisionTransformer recomputing(boolean on) {
    recomputes = on;
    return this;
  }

  @Override
  public int features() {
    return plan.width;
  }

  @Override
  public int inputSide() {
    return plan.inputSide;
  }

  /** {@code h = x + attention(norm(x))}, {@code h + W_2 gelu(W_1 norm(h))}. */
  private static final class Block extends Module {
    private final LayerNorm norm1;
    private final MultiHeadAttention attention;
    private final LayerNorm norm2;
    private final Linear rise;
    private final Linear fall;

    Block(Plan plan, Rng rng) {
      norm1 = child("norm1", new LayerNorm(plan.width));
      attention = child("attention", new MultiHeadAttention(plan.width, plan.heads, rng.split("attention")));
      norm2 = child("norm2", new LayerNorm(plan.width));
      rise = child("rise", new Linear(plan.width, plan.hidden, rng.split("rise")));
      fall = child("fall", new Linear(plan.hidden, plan.width, rng.split("fall")));
    }

    MultiHeadAttention.Attended attend(Tensor x, Context context) {
      return within(context, () -> {
        var attended = attention.attend(norm1.forward(x, context), context);
        var h = Arithmetic.add(x, attended.result());
        int n = h.shape().dim(0) * h.shape().dim(1);
        var inner = Elementwise.gelu(rise.forward(Layouts.reshape(norm2.forward(h, context), n, h.shape().dim(2)), context));
        var y = Layouts.reshape(fall.forward(inner, context), h.shape().dim(0), h.shape().dim(1), h.shape().dim(2));
        return new MultiHeadAttention.Attended(Arithmetic.add(h, y), attended.weights());
      });
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return attend(x, context).result();
    }
  }
}

package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.Kind;

/** Two-dimensional cross-correlation. */
public final class Convolution {
  private Convolution() {}

  /**
   * Geometry; height and width alike unless given apart.
   *
   * @param groups channel groups; equal to the channels for a depthwise convolution
   */
  public record Options(int strideH, int strideW, int padH, int padW, int dilationH, int dilationW, int groups) {
    public static Options of(int stride, int padding) {
      return new Options(stride, stride, padding, padding, 1, 1, 1);
    }

    public Options dilation(int d) {
      return new Options(strideH, strideW, padH, padW, d, d, groups);
    }

    public Options groups(int g) {
      return new Options(strideH, strideW, padH, padW, dilationH, dilationW, g);
    }

    /** The same for the kernels. */
    public Conv2d geometry() {
      return new Conv2d(strideH, strideW, padH, padW, dilationH, dilationW, groups);
    }

    String describe() {
      return "stride " + strideH + "x" + strideW + ", padding " + padH + "x" + padW + ", dilation " + dilationH + "x" + dilationW
          + ", groups " + groups;
    }
  }

  /**
   * {@code x [N, C, H, W], weight [O, C/groups, kH, kW], bias [O] or null -> y [N, O, H', W']},
   * {@code H' = (H + 2 pad - dilation (kH - 1) - 1) / stride + 1}.
   */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, Options o) {
    Check.image("conv2d", x);
    Check.rank("conv2d", "weight", weight, 4, "[O, C/groups, kH, kW]");
    var w = Layouts.plain(weight);
    var shape = resultShape(x, weight.shape(), bias == null ? null : bias.shape(), o);
    var geometry = o.geometry();
    var call = OpCall.of("conv2d", x, w, bias);
    var y = call.result(shape, Kind.IMAGE);
    call.kernels().conv2d(geometry, x.buffer(), w.buffer(), bias == null ? null : bias.buffer(), y.buffer());
    return call.record(y, g -> {
      if (g.wants(1) || g.wants(2)) {
        var gw = g.wants(1) ? g.gradientOf(1) : g.temporary(Kind.PLAIN, w.shape().toArray());
        g.kernels().conv2dGradWeight(geometry, g.saved(0), g.gradient(), gw, g.gradientOf(2));
      }
      if (g.wants(0)) {
        g.kernels().conv2dGradInput(geometry, g.gradient(), g.saved(1), g.gradientOf(0));
      }
    }, x, w);
  }

  /**
   * The shape of {@link #conv2d}'s result.
   *
   * @param bias its shape, or null
   * @throws ShapeException when the operands do not fit together
   */
  public static Shape resultShape(Tensor x, Shape weight, Shape bias, Options o) {
    Check.image("conv2d", x);
    Check.that(o.strideH >= 1 && o.strideW >= 1 && o.padH >= 0 && o.padW >= 0 && o.dilationH >= 1 && o.dilationW >= 1
        && o.groups >= 1, "[conv2d] stride, dilation and groups are at least 1, padding at least 0: %s", o.describe());
    int channels = x.shape().dim(1);
    int out = weight.dim(0);
    long expected = (long) weight.dim(1) * o.groups;
    Check.that(channels == expected,
        "[conv2d] input has %d channels, weight expects %d: input %s, weight %s, %s. Did the layer get the right inChannels?",
        channels, expected, x.shape(), weight, o.describe());
    Check.that(out % o.groups == 0, "[conv2d] %d output channels do not divide into %d groups: weight %s, %s", out, o.groups,
        weight, o.describe());
    Check.that(bias == null || bias.equals(Shape.of(out)), "[conv2d] bias must have shape [%d], got %s", out, bias);
    boolean fits = fits(x.shape().dim(2), weight.dim(2), o.padH, o.dilationH)
        && fits(x.shape().dim(3), weight.dim(3), o.padW, o.dilationW);
    Check.that(fits, "[conv2d] the kernel does not fit into the padded input: input %s, weight %s, %s", x.shape(), weight,
        o.describe());
    var geometry = o.geometry();
    return Shape.of(x.shape().dim(0), out, geometry.outHeight(x.shape().dim(2), weight.dim(2)),
        geometry.outWidth(x.shape().dim(3), weight.dim(3)));
  }

  /** Whether at least one position exists, and extents stay within int. */
  private static boolean fits(int in, int kernel, int padding, int dilation) {
    long padded = in + 2L * padding;
    long span = dilation * (kernel - 1L) + 1;
    return kernel >= 1 && span <= padded && padded <= Integer.MAX_VALUE;
  }
}

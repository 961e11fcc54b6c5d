package dev.mien.engine.system;

import static dev.mien.engine.system.ElementwiseSamples.zeros;

import dev.mien.engine.ops.Convolution;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Pooling;
import dev.mien.engine.ops.Resize;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.ShapeException;
import java.util.List;

/** Rows of operations on images: convolution, pooling, resampling. */
final class ImageSamples {
  private ImageSamples() {}

  static List<OpRow> rows() {
    var rows = new java.util.ArrayList<OpRow>();
    rows.add(conv2d());
    rows.add(maxPool2d());
    rows.add(averagePool2d());
    rows.addAll(adaptive());
    rows.add(resize());
    rows.addAll(NormalizationSamples.rows());
    return rows;
  }

  private static OpRow conv2d() {
    return new OpRow("Convolution.conv2d(Tensor,Tensor,Tensor,Options)", ImageSamples::convolution)
        .fails(ShapeException.class, "[conv2d] input has 3 channels, weight expects 64: input [8, 3, 12, 12], weight [64, 64, "
            + "3, 3], "
            + "stride 1x1, padding 1x1, dilation 1x1, groups 1. Did the layer get the right inChannels?",
            s -> Convolution.conv2d(zeros(s, 8, 3, 12, 12), zeros(s, 64, 64, 3, 3), null, Convolution.Options.of(1, 1)))
        .fails(ShapeException.class, "[conv2d] input must have rank 4 [N, C, H, W], got shape [2, 3]",
            s -> Convolution.conv2d(zeros(s, 2, 3), zeros(s, 1, 3, 1, 1), null, Convolution.Options.of(1, 0)))
        .fails(ShapeException.class, "[conv2d] input [1, 1, 2, 2] is not an image: upload it with Scope.upload, or turn it with "
            + "Layouts.image",
            s -> Convolution.conv2d(Layouts.plain(zeros(s, 1, 1, 2, 2)), zeros(s, 1, 1, 1, 1), null,
                Convolution.Options.of(1, 0)))
        .fails(ShapeException.class, "[conv2d] weight must have rank 4 [O, C/groups, kH, kW], got shape [3]",
            s -> Convolution.conv2d(zeros(s, 1, 1, 2, 2), zeros(s, 3), null, Convolution.Options.of(1, 0)))
        .fails(ShapeException.class, "[conv2d] the kernel does not fit into the padded input: input [1, 1, 2, 2], weight [1, 1, "
            + "5, 5], "
            + "stride 1x1, padding 1x1, dilation 1x1, groups 1",
            s -> Convolution.conv2d(zeros(s, 1, 1, 2, 2), zeros(s, 1, 1, 5, 5), null, Convolution.Options.of(1, 1)))
        .fails(ShapeException.class, "[conv2d] the kernel does not fit into the padded input: input [1, 1, 5, 5], weight [1, 1, "
            + "1, 1], "
            + "stride 1x1, padding 2147483647x2147483647, dilation 1x1, groups 1",
            s -> Convolution.conv2d(zeros(s, 1, 1, 5, 5), zeros(s, 1, 1, 1, 1), null,
                Convolution.Options.of(1, Integer.MAX_VALUE)))
        .fails(ShapeException.class, "[conv2d] stride, dilation and groups are at least 1, padding at least 0: stride 0x0, "
            + "padding 0x0, dilation 1x1, groups 1",
            s -> Convolution.conv2d(zeros(s, 1, 1, 2, 2), zeros(s, 1, 1, 1, 1), null, Convolution.Options.of(0, 0)))
        .fails(ShapeException.class, "[conv2d] 3 output channels do not divide into 2 groups: weight [3, 1, 1, 1], stride 1x1, "
            + "padding 0x0, dilation 1x1, groups 2",
            s -> Convolution.conv2d(zeros(s, 1, 2, 2, 2), zeros(s, 3, 1, 1, 1), null, Convolution.Options.of(1, 0).groups(2)))
        .fails(ShapeException.class, "[conv2d] bias must have shape [2], got [3]",
            s -> Convolution.conv2d(zeros(s, 1, 1, 2, 2), zeros(s, 2, 1, 1, 1), zeros(s, 3), Convolution.Options.of(1, 0)));
  }

  private static Sample convolution(Draw d) {
    int groups = d.between(0, 3) == 0 ? d.between(2, 3) : 1;
    boolean depthwise = d.between(0, 4) == 0;
    int inPerGroup = depthwise ? 1 : d.extent(3, 35);
    int outPerGroup = depthwise ? 1 : d.extent(3, 35);
    if (depthwise) {
      groups = d.extent(3, 35);
    }
    boolean pointwise = d.between(0, 3) == 0;
    int kernelH = pointwise ? 1 : d.between(1, 3);
    int kernelW = pointwise ? 1 : d.flip() ? kernelH : d.between(1, 3);
    int dilation = d.between(0, 3) == 0 ? 2 : 1;
    var options = new Convolution.Options(d.between(1, 2), d.between(1, 2), d.between(0, 2), d.between(0, 2), dilation, dilation,
        groups);
    int height = side(d, dilation * (kernelH - 1) + 1, options.padH());
    int width = side(d, dilation * (kernelW - 1) + 1, options.padW());
    var x = d.reals(d.extent(2, 3), groups * inPerGroup, height, width);
    var weight = d.reals(groups * outPerGroup, inPerGroup, kernelH, kernelW);
    if (d.flip()) {
      return new Sample((t, c) -> Convolution.conv2d(t[0], t[1], t[2], options), x, weight, d.reals(groups * outPerGroup));
    }
    return new Sample((t, c) -> Convolution.conv2d(t[0], t[1], null, options), x, weight);
  }

  private static int side(Draw d, int span, int padding) {
    return Math.max(1, span - 2 * padding) + d.extent(3, 14) - 1;
  }

  private record Window(int kernel, int stride, int padding, int[] dims) {
    static Window of(Draw d) {
      int kernel = d.between(1, 3);
      return new Window(kernel, d.between(1, 3), d.between(0, kernel / 2),
          new int[] {d.extent(2, 3), d.extent(2, 37), kernel + d.extent(3, 12) - 1, kernel + d.extent(3, 12) - 1});
    }
  }

  private static OpRow maxPool2d() {
    return new OpRow("Pooling.maxPool2d(Tensor,int,int,int)", d -> {
      var w = Window.of(d);
      return new Sample((x, c) -> Pooling.maxPool2d(x[0], w.kernel, w.stride, w.padding), d.distinct(w.dims));
    }).fails(ShapeException.class, "[maxPool2d] kernel and stride are at least 1 and padding at most half the kernel: kernel 3, "
        + "stride 1, padding 2", s -> Pooling.maxPool2d(zeros(s, 1, 1, 4, 4), 3, 1, 2))
        .fails(ShapeException.class, "[maxPool2d] kernel 5 does not fit into the padded input [1, 1, 2, 4] (padding 1)",
            s -> Pooling.maxPool2d(zeros(s, 1, 1, 2, 4), 5, 1, 1))
        .fails(ShapeException.class, "[maxPool2d] input must have rank 4 [N, C, H, W], got shape [4]",
            s -> Pooling.maxPool2d(zeros(s, 4), 1, 1, 0));
  }

  private static OpRow averagePool2d() {
    return new OpRow("Pooling.averagePool2d(Tensor,int,int,int)", d -> {
      var w = Window.of(d);
      return new Sample((x, c) -> Pooling.averagePool2d(x[0], w.kernel, w.stride, w.padding), d.reals(w.dims));
    }).fails(ShapeException.class, "[averagePool2d] kernel and stride are at least 1 and padding at most half the kernel: "
        + "kernel 2, "
        + "stride 0, padding 0", s -> Pooling.averagePool2d(zeros(s, 1, 1, 4, 4), 2, 0, 0))
        .fails(ShapeException.class, "[averagePool2d] kernel and stride are at least 1 and padding at most half the kernel: "
            + "kernel 2, "
            + "stride 1, padding 2147483647", s -> Pooling.averagePool2d(zeros(s, 1, 1, 4, 4), 2, 1, Integer.MAX_VALUE));
  }

  private static List<OpRow> adaptive() {
    return List.of(
        new OpRow("Pooling.adaptiveAveragePool2d(Tensor,int,int)", d -> {
          int h = d.extent(3, 7);
          int w = d.extent(3, 7);
          return new Sample((x, c) -> Pooling.adaptiveAveragePool2d(x[0], h, w), d.reals(d.image(4, 12)));
        }).fails(ShapeException.class, "[adaptiveAveragePool2d] cannot pool [1, 1, 4, 4] to 0 x 2",
            s -> Pooling.adaptiveAveragePool2d(zeros(s, 1, 1, 4, 4), 0, 2)),
        new OpRow("Pooling.adaptiveMaxPool2d(Tensor,int,int)", d -> {
          int h = d.extent(3, 7);
          int w = d.extent(3, 7);
          return new Sample((x, c) -> Pooling.adaptiveMaxPool2d(x[0], h, w), d.distinct(d.image(4, 12)));
        }).fails(ShapeException.class, "[adaptiveMaxPool2d] cannot pool [1, 1, 0, 4] to 1 x 2",
            s -> Pooling.adaptiveMaxPool2d(zeros(s, 1, 1, 0, 4), 1, 2)),
        new OpRow("Pooling.globalAveragePool(Tensor)", d -> new Sample((x, c) -> Pooling.globalAveragePool(x[0]),
            d.reals(d.image(4, 12))))
            .fails(ShapeException.class, "[adaptiveAveragePool2d] input must have rank 4 [N, C, H, W], got shape [4]",
                s -> Pooling.globalAveragePool(zeros(s, 4))));
  }

  private static OpRow resize() {
    return new OpRow("Resize.resizeBilinear(Tensor,int,int,boolean)", d -> {
      int h = d.extent(5, 15);
      int w = d.extent(5, 15);
      boolean corners = d.flip();
      return new Sample((x, c) -> Resize.resizeBilinear(x[0], h, w, corners), d.reals(d.image(4, 12)));
    }).fails(ShapeException.class, "[resizeBilinear] cannot resize [1, 1, 4, 4] to 0 x 2",
        s -> Resize.resizeBilinear(zeros(s, 1, 1, 4, 4), 0, 2, false))
        .fails(ShapeException.class, "[allocate] shape [1, 1, 65536, 65536] has 4294967296 elements, a tensor holds fewer than "
            + "2^31: use a "
            + "smaller batch or size",
            s -> Resize.resizeBilinear(s.upload(HostTensor.of(new float[1], 1, 1, 1, 1)), 65536, 65536, false));
  }
}

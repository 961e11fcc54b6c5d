package dev.mien.kernels.opencl;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Gemm;

/** Products and convolutions: square tiles of results, whose operands are looked up where they lie. */
final class OpenClDense {
  /** Groups of at most so many channels on both sides are computed directly. */
  private static final int FEW_CHANNELS = 4;
  /** Pixels that a weight gradient adds in one chain, and the most pieces that the pixels are cut into. */
  private static final int CHAIN = 4096;
  private static final int MOST_SLICES = 64;

  private final ClContext context;
  private final OpenClMemory memory;
  private final ChannelSums channels;
  private final Precision precision;
  private final Tiling tiling;
  private final OpenClWinograd winograd;
  private final TensorCores tensorCores;

  /** @param tensorCores null: plain kernels */
  OpenClDense(ClContext context, OpenClMemory memory, Precision precision, Tiling tiling, OpenClWinograd.Use use, TensorCores tensorCores) {
    this.context = context;
    this.memory = memory;
    this.precision = precision;
    this.tiling = tiling;
    this.tensorCores = tensorCores != null && tensorCores.used() ? tensorCores : null;
    this.channels = new ChannelSums(context, memory);
    boolean rounded = precision == Precision.TF32 || precision == Precision.BF16; // Winograd would blow their error up
    this.winograd = new OpenClWinograd(context, memory, this, rounded ? OpenClWinograd.Use.NEVER : use);
  }

  /** A kernel without tiles. */
  private Launch launch(String kernel) {
    return Launch.of(context, "dense", options(Tiling.DEFAULT), kernel);
  }

  private Launch launch(String kernel, int each) {
    return tensorCores == null ? Launch.of(context, "dense", options(each), kernel)
        : Launch.of(context, "tensor", options(each) + " -DTENSOR" + tensorCores.options(), kernel);
  }

  private String options(int each) {
    return " -DEACH=" + each + " -DPRECISION=" + precision.ordinal();
  }

  /** {@code batch} products of m x n results, cut into tiles. */
  private record Tiles(long m, long n, long batch, int each) {
    void run(Launch launch) {
      int side = Tiling.SIDE * each;
      launch.run(new long[] {(n + side - 1) / side * ClDevice.GROUP, (m + side - 1) / side, batch}, new long[] {ClDevice.GROUP, 1, 1});
    }
  }

  private Tiles tiles(String kernel, long m, long n, long k, long batch) {
    return new Tiles(m, n, batch, tiling.each(new Tiling.Product(kernel, m, n, k, batch)));
  }

  void gemm(Gemm g, Buffer a, Buffer b, Buffer c) {
    int[] places = {g.a().offset(), g.a().leading(), g.a().batchStride(), g.b().offset(), g.b().leading(), g.b().batchStride(),
        g.c().offset(), g.c().leading()};
    var tiles = tiles("gemm", g.m(), g.n(), g.k(), g.batch());
    tiles.run(launch("gemm", tiles.each).buffer(a).buffer(b).buffer(c).value(g.m()).value(g.n()).value(g.k()).value(g.transposeA()).value(g.transposeB())
        .ints8(places, 0).value(g.c().batchStride()).value(g.alpha()).value(g.beta()));
  }

  /** Extents of a convolution as the kernels take them. */
  private record Shape(Conv2d conv, Buffer image, Buffer weight, Buffer result) {
    Launch on(Launch launch) {
      int[] first = {image.dim(1), image.dim(2), image.dim(3), result.dim(1), result.dim(2), result.dim(3), weight.dim(2), weight.dim(3)};
      int[] second = {conv.strideH(), conv.strideW(), conv.padH(), conv.padW(), conv.dilationH(), conv.dilationW(), conv.groups(),
          image.dim(0)};
      return launch.ints8(first, 0).ints8(second, 0);
    }

    int inChannels() {
      return weight.dim(1);
    }

    int outChannels() {
      return weight.dim(0) / conv.groups();
    }

    int taps() {
      return weight.dim(2) * weight.dim(3);
    }

    boolean few() {
      return conv.groups() > 1 && inChannels() <= FEW_CHANNELS && outChannels() <= FEW_CHANNELS;
    }

    long resultPixels() {
      return (long) result.dim(0) * result.dim(2) * result.dim(3);
    }

    long imagePixels() {
      return (long) image.dim(0) * image.dim(2) * image.dim(3);
    }
  }

  void conv2d(Conv2d geometry, Buffer x, Buffer w, Epilogue epilogue, Buffer y) {
    if (winograd.fits(geometry, w, y)) {
      winograd.forward(geometry, x, w, epilogue, y);
      return;
    }
    var s = new Shape(geometry, x, w, y);
    var slope = epilogue.slope();
    var tiles = tiles("conv_forward", s.outChannels(), s.resultPixels(), (long) s.inChannels() * s.taps(), geometry.groups());
    var launch = (s.few() ? launch("small_forward") : launch("conv_forward", tiles.each)).buffer(x).buffer(w).buffer(epilogue.bias()).buffer(epilogue.residual())
        .buffer(slope).buffer(y);
    s.on(launch).value(epilogue.activation().ordinal()).value(slope != null && slope.count() == 1);
    if (s.few()) {
      launch.items(y.count());
    } else {
      tiles.run(launch);
    }
  }

  void conv2dGradInput(Conv2d geometry, Buffer gy, Buffer w, Buffer gx) {
    if (winograd.fits(geometry, w, gx)) {
      winograd.gradInput(geometry, gy, w, gx);
      return;
    }
    var s = new Shape(geometry, gx, w, gy);
    var tiles = tiles("conv_grad_input", s.inChannels(), s.imagePixels(), (long) s.outChannels() * s.taps(), geometry.groups());
    var launch = s.on((s.few() ? launch("small_grad_input") : launch("conv_grad_input", tiles.each)).buffer(gy).buffer(w).buffer(gx));
    if (s.few()) {
      launch.items(gx.count());
    } else {
      tiles.run(launch);
    }
  }

  void conv2dGradWeight(Conv2d geometry, Buffer x, Buffer gy, Buffer gw, Buffer gBias) {
    var s = new Shape(geometry, x, gw, gy);
    if (gBias != null) {
      channels.sums(gy, gy.dim(1), gy.dim(2) * gy.dim(3), gBias);
    }
    if (s.few()) {
      s.on(launch("small_grad_weight").buffer(x).buffer(gy).buffer(gw)).groups(gw.count());
      return;
    }
    long pixels = s.resultPixels();
    int slices = slices(pixels);
    int length = (int) ((pixels + slices - 1) / slices);
    if (slices == 1) {
      gradWeight(s, x, gy, gw, 1, length);
      return;
    }
    try (var parts = memory.lease(slices, (int) gw.count())) {
      gradWeight(s, x, gy, parts.buffer(), slices, length);
      launch("add_slices").buffer(parts.buffer()).buffer(gw).value((int) gw.count()).value(slices).items(gw.count());
    }
  }

  /** Into how many pieces the pixels of a weight gradient are cut: by their number alone. */
  static int slices(long pixels) {
    return (int) Math.clamp((pixels + CHAIN - 1) / CHAIN, 1, MOST_SLICES);
  }

  private void gradWeight(Shape s, Buffer x, Buffer gy, Buffer to, int slices, int length) {
    var tiles = tiles("conv_grad_weight", s.outChannels(), (long) s.inChannels() * s.taps(), length, (long) s.conv.groups() * slices);
    tiles.run(s.on(launch("conv_grad_weight", tiles.each).buffer(x).buffer(gy).buffer(to)).value(slices).value(length));
  }

  // Batch normalisation

  private Launch norm(String kernel) {
    return Launch.of(context, "norm", kernel);
  }

  private static int inner(Buffer x) {
    return x.rank() == 4 ? x.dim(2) * x.dim(3) : 1;
  }

  void batchNorm(BatchNorm.Forward f) {
    int channels = f.x().dim(1);
    int inner = inner(f.x());
    int m = f.x().dim(0) * inner;
    int n = (int) f.x().count();
    if (n == 0) {
      return;
    }
    if (f.train()) {
      int slices = ChannelSums.slices(m);
      try (var partials = memory.lease(channels, slices, 4)) {
        norm("bn_partials").buffer(f.x()).buffer(partials.buffer()).value(channels).value(inner).value(m).value(slices)
            .groups((long) channels * slices);
        norm("bn_statistics").buffer(f.x()).buffer(partials.buffer()).buffer(f.mean()).buffer(f.variance()).value(channels).value(inner)
            .value(m).value(slices).items(channels);
      }
    }
    norm("bn_apply").buffer(f.x()).buffer(f.gamma()).buffer(f.beta()).buffer(f.residual()).buffer(f.mean()).buffer(f.variance())
        .buffer(f.y()).value((float) f.eps()).value(f.relu()).value(channels).value(inner).value(n).items(n);
  }

  void batchNormBackward(BatchNorm.Backward b) {
    int channels = b.x().dim(1);
    int inner = inner(b.x());
    int m = b.x().dim(0) * inner;
    int n = (int) b.x().count();
    int slices = ChannelSums.slices(m);
    try (var partials = memory.lease(channels, slices, 4); var sums = memory.lease(2, channels)) {
      norm("bn_backward_partials").buffer(b.x()).buffer(b.gamma()).buffer(b.beta()).buffer(b.mean()).buffer(b.variance()).buffer(b.y())
          .buffer(b.gy()).buffer(partials.buffer()).value((float) b.eps()).value(b.relu()).value(channels).value(inner).value(m).value(slices)
          .groups(n == 0 ? 0 : (long) channels * slices);
      norm("bn_backward_sums").buffer(partials.buffer()).buffer(b.variance()).buffer(sums.buffer()).buffer(b.gGamma()).buffer(b.gBeta())
          .value((float) b.eps()).value(channels).value(n == 0 ? 0 : slices).items(channels);
      norm("bn_backward").buffer(b.x()).buffer(b.gamma()).buffer(b.beta()).buffer(b.mean()).buffer(b.variance()).buffer(b.y()).buffer(b.gy())
          .buffer(sums.buffer()).buffer(b.gx()).buffer(b.gResidual()).value((float) b.eps()).value(b.relu()).value(b.train()).value(channels)
          .value(inner).value(m).value(n).items(n);
    }
  }
}

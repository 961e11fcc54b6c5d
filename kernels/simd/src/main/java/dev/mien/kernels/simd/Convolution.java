package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.Epilogue;
import java.util.ArrayList;
import java.util.List;

/** The three directions of {@link Conv2d} on channel-blocked images. */
final class Convolution {
  private final Workers workers;
  private final Scratch scratch;
  private final boolean exact;

  /** @param exact see {@link ConvolutionMethod#choose} */
  Convolution(Workers workers, Scratch scratch, boolean exact) {
    this.workers = workers;
    this.scratch = scratch;
    this.exact = exact;
  }

  /**
   * See {@link dev.mien.kernels.Dense#conv2dFused}.
   *
   * @return what is left to do: the epilogue without its bias, or null when it is done
   */
  Epilogue fused(Conv2d g, Buffer x, Buffer w, Epilogue epilogue, Buffer y) {
    boolean whole = g.groups() == 1 || w.dim(0) / g.groups() % 16 == 0;
    var method = ConvolutionMethod.choose(g, x, w, exact);
    if (method == ConvolutionMethod.WINOGRAD) {
      winograd(g, SimdBuffer.of(x), SimdBuffer.of(w), SimdBuffer.orNull(epilogue.bias()), SimdBuffer.of(y), epilogue);
      return null;
    }
    if (whole && method == ConvolutionMethod.DIRECT) {
      direct(g, SimdBuffer.of(x), SimdBuffer.of(w), SimdBuffer.orNull(epilogue.bias()), SimdBuffer.of(y), epilogue);
      return null;
    }
    forward(g, x, w, epilogue.bias(), y);
    return epilogue;
  }

  private void winograd(Conv2d g, SimdBuffer x, SimdBuffer w, SimdBuffer bias, SimdBuffer y, Epilogue epilogue) {
    var weight = new WinogradConvolution.Weight(w, w.dim(1) * 9, 9, w.dim(1), w.dim(0), false, bias);
    new WinogradConvolution(winograd(x, y, g.padH(), g.padW()), x, y, weight, epilogue).run(workers, scratch);
  }

  private void direct(Conv2d g, SimdBuffer x, SimdBuffer w, SimdBuffer bias, SimdBuffer y, Epilogue epilogue) {
    var taps = Taps.forward(g, w.dim(2), w.dim(3), y.dim(2), y.dim(3));
    int kernel = w.dim(2) * w.dim(3);
    var weight = new DirectPass.Weight(w, w.dim(1) * kernel, kernel, w.dim(0) / g.groups() * w.dim(1) * kernel, bias);
    var channels = new DirectPass.Channels(g.groups(), w.dim(1), w.dim(0) / g.groups());
    var pass = new DirectPass(taps, channels, new DirectPass.Placement(0, 1, 0, 1), x, y, weight);
    DirectConvolution.run(workers, scratch, List.of(pass), epilogue);
  }

  /** See {@link dev.mien.kernels.Dense#conv2d}. */
  void forward(Conv2d g, Buffer xBuffer, Buffer wBuffer, Buffer biasBuffer, Buffer yBuffer) {
    var x = SimdBuffer.of(xBuffer);
    var w = SimdBuffer.of(wBuffer);
    var bias = biasBuffer == null ? null : SimdBuffer.of(biasBuffer);
    var y = SimdBuffer.of(yBuffer);
    var taps = Taps.forward(g, w.dim(2), w.dim(3), y.dim(2), y.dim(3));
    var place = new DirectPass.Placement(0, 1, 0, 1);
    switch (ConvolutionMethod.choose(g, x, w, exact)) {
      case DEPTHWISE -> Depthwise.run(workers, scratch, new Depthwise(taps, place, x, y, w, bias));
      case DIRECT -> direct(g, x, w, bias, y, null);
      case WINOGRAD -> winograd(g, x, w, bias, y, null);
    }
  }

  /** See {@link dev.mien.kernels.Dense#conv2dGradInput}. */
  void gradInput(Conv2d g, Buffer gyBuffer, Buffer wBuffer, Buffer gxBuffer) {
    var gy = SimdBuffer.of(gyBuffer);
    var w = SimdBuffer.of(wBuffer);
    var gx = SimdBuffer.of(gxBuffer);
    var method = ConvolutionMethod.choose(g, gx, w, exact);
    if (method == ConvolutionMethod.WINOGRAD) {
      var weight = new WinogradConvolution.Weight(w, 9, w.dim(1) * 9, w.dim(0), w.dim(1), true, null);
      new WinogradConvolution(winograd(gy, gx, 2 - g.padH(), 2 - g.padW()), gy, gx, weight, null).run(workers, scratch);
      return;
    }
    boolean depthwise = method == ConvolutionMethod.DEPTHWISE;
    int kernel = w.dim(2) * w.dim(3);
    int outPerGroup = w.dim(0) / g.groups();
    var weight = new DirectPass.Weight(w, kernel, w.dim(1) * kernel, outPerGroup * w.dim(1) * kernel, null);
    var channels = new DirectPass.Channels(g.groups(), outPerGroup, w.dim(1));
    if (g.groups() == 1 && w.dim(1) <= 4 && 2 % g.strideH() == 0 && 2 % g.strideW() == 0 && gx.count() > 0) {
      var blocks = new DirectPass.Blocks(g, w.dim(2), w.dim(3), 2, w.dim(1));
      DirectConvolution.run(workers, scratch, List.of(DirectPass.ofBlocks(blocks, gy, gx, weight)));
      return;
    }
    var passes = new ArrayList<DirectPass>();
    for (int h = 0; h < Math.min(g.strideH(), gx.dim(2)); h++) {
      for (int v = 0; v < Math.min(g.strideW(), gx.dim(3)); v++) {
        var taps = Taps.gradient(g, w.dim(2), w.dim(3), h, v, gx.dim(2), gx.dim(3));
        var place = new DirectPass.Placement(h, g.strideH(), v, g.strideW());
        if (depthwise) {
          Depthwise.run(workers, scratch, new Depthwise(taps, place, gy, gx, w, null));
        } else {
          passes.add(new DirectPass(taps, channels, place, gy, gx, weight));
        }
      }
    }
    DirectConvolution.run(workers, scratch, passes);
  }

  private static WinogradShape winograd(SimdBuffer x, SimdBuffer y, int padH, int padW) {
    return new WinogradShape(x.dim(0), x.dim(2), x.dim(3), y.dim(2), y.dim(3), padH, padW);
  }

  /** See {@link dev.mien.kernels.Dense#conv2dGradWeight}. */
  void gradWeight(Conv2d g, Buffer xBuffer, Buffer gyBuffer, Buffer gwBuffer, Buffer gBiasBuffer) {
    var x = SimdBuffer.of(xBuffer);
    var gy = SimdBuffer.of(gyBuffer);
    var gw = SimdBuffer.of(gwBuffer);
    var taps = Taps.forward(g, gw.dim(2), gw.dim(3), gy.dim(2), gy.dim(3));
    switch (ConvolutionMethod.choose(g, x, gw, exact)) {
      case DEPTHWISE -> DepthwiseGradient.run(workers, scratch, taps, x, gy, gw);
      case DIRECT -> new WeightGradient(taps, g.groups(), x, gy, gw).run(workers, scratch);
      case WINOGRAD -> new WinogradWeightGradient(winograd(x, gy, g.padH(), g.padW()), x, gy, gw).run(workers, scratch);
    }
    if (gBiasBuffer != null) {
      BiasGradient.run(workers, gy, SimdBuffer.of(gBiasBuffer));
    }
  }
}

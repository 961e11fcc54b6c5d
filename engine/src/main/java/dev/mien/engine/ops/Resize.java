package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;

/** Bilinear resampling. */
public final class Resize {
  private Resize() {}

  /**
   * {@code [N, C, H, W] -> [N, C, outH, outW]}. Source coordinate of pixel i: {@code (i + 0.5) H / outH - 0.5}, clamped at 0, or
   * {@code i (H - 1) / (outH - 1)} when corners are aligned.
   */
  public static Tensor resizeBilinear(Tensor x, int outH, int outW, boolean alignCorners) {
    Check.image("resizeBilinear", x);
    Check.that(outH >= 1 && outW >= 1 && x.shape().dim(2) >= 1 && x.shape().dim(3) >= 1, "[resizeBilinear] cannot resize %s to %d x %d",
        x.shape(), outH, outW);
    var call = OpCall.of("resizeBilinear", x);
    var y = call.result(Shape.of(x.shape().dim(0), x.shape().dim(1), outH, outW));
    boolean empty = y.shape().count() == 0; // no images or channels, but perhaps huge planes of them
    if (!empty) {
      call.kernels().resizeBilinear(alignCorners, x.buffer(), y.buffer());
    }
    return call.record(y, g -> {
      var gx = g.gradientOf(0);
      if (!empty) {
        g.kernels().resizeBilinearBackward(alignCorners, g.gradient(), gx);
      }
    });
  }
}

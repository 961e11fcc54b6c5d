package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Pool;

/** Pooling of images {@code [N, C, H, W] -> [N, C, H', W']}, {@code H' = (H + 2 padding - kernel) / stride + 1}. */
public final class Pooling {
  private Pooling() {}

  /** Maximum of each window; the first of equal values takes the gradient. */
  public static Tensor maxPool2d(Tensor x, int kernel, int stride, int padding) {
    window("maxPool2d", x, kernel, stride, padding);
    return apply("maxPool2d", new Pool.Max(kernel, kernel, stride, padding), x);
  }

  /** Mean of each window, padded zeros counted. */
  public static Tensor averagePool2d(Tensor x, int kernel, int stride, int padding) {
    window("averagePool2d", x, kernel, stride, padding);
    return apply("averagePool2d", new Pool.Average(kernel, kernel, stride, padding, true), x);
  }

  /** Means over {@code outH x outW} nearly equal parts, {@code floor(i H / outH) .. ceil((i + 1) H / outH)}. */
  public static Tensor adaptiveAveragePool2d(Tensor x, int outH, int outW) {
    adaptive("adaptiveAveragePool2d", x, outH, outW);
    return apply("adaptiveAveragePool2d", new Pool.AdaptiveAverage(outH, outW), x);
  }

  /** Maxima over the parts of {@link #adaptiveAveragePool2d}. */
  public static Tensor adaptiveMaxPool2d(Tensor x, int outH, int outW) {
    adaptive("adaptiveMaxPool2d", x, outH, outW);
    return apply("adaptiveMaxPool2d", new Pool.AdaptiveMax(outH, outW), x);
  }

  /** The mean of each channel: {@code [N, C, 1, 1]}. */
  public static Tensor globalAveragePool(Tensor x) {
    return adaptiveAveragePool2d(x, 1, 1);
  }

  private static void window(String op, Tensor x, int kernel, int stride, int padding) {
    Check.image(op, x);
    Check.that(kernel >= 1 && stride >= 1 && padding >= 0 && padding <= kernel / 2,
        "[%s] kernel and stride are at least 1 and padding at most half the kernel: kernel %d, stride %d, padding %d", op, kernel,
        stride, padding);
    Check.that(x.shape().dim(2) + 2L * padding >= kernel && x.shape().dim(3) + 2L * padding >= kernel,
        "[%s] kernel %d does not fit into the padded input %s (padding %d)", op, kernel, x.shape(), padding);
  }

  private static void adaptive(String op, Tensor x, int outH, int outW) {
    Check.image(op, x);
    Check.that(outH >= 1 && outW >= 1 && x.shape().dim(2) >= 1 && x.shape().dim(3) >= 1,
        "[%s] cannot pool %s to %d x %d", op, x.shape(), outH, outW);
  }

  private static Tensor apply(String name, Pool pool, Tensor x) {
    var call = OpCall.of(name, x);
    int height = pool.outHeight(x.shape().dim(2));
    int width = pool.outWidth(x.shape().dim(3));
    var shape = Shape.of(x.shape().dim(0), x.shape().dim(1), height, width);
    var y = call.result(shape);
    boolean maximum = pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
    var choice = maximum && call.recording() ? call.result(shape, Kind.IMAGE, ElementType.INT32) : null;
    boolean empty = shape.count() == 0; // no images or channels, but perhaps huge planes of them
    if (!empty) {
      call.kernels().pool(pool, x.buffer(), y.buffer(), choice == null ? null : choice.buffer());
    }
    var out = call.record(y, g -> {
      var gx = g.gradientOf(0);
      if (!empty) {
        g.kernels().poolBackward(pool, g.gradient(), g.saved(0), gx);
      }
    }, choice);
    if (choice != null) {
      choice.release();
    }
    return out;
  }
}

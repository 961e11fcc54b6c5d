package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;

/** How a convolution is computed: a choice by shape alone (and by the device's exactness), so that bits never depend on load. */
enum ConvolutionMethod {
  /** Every group has one input and one output channel: channels stay on the lanes. */
  DEPTHWISE,
  /** Pixels times output channels, one chain over all inputs. */
  DIRECT,
  /** 3x3 with stride 1, by tiles of 4x4 results: a quarter of the multiplications, another rounding bound. */
  WINOGRAD;

  private static final int FEWEST_TILES = 8;

  /**
   * @param x input (or its gradient)
   * @param w weight, OIHW
   * @param exact whether only methods with the chain order of {@link #DIRECT} are allowed
   */
  static ConvolutionMethod choose(Conv2d geometry, Buffer x, Buffer w, boolean exact) {
    if (geometry.groups() == x.dim(1) && w.dim(0) == x.dim(1)) {
      return DEPTHWISE;
    }
    return !exact && winograd(geometry, x, w) ? WINOGRAD : DIRECT;
  }

  /** Where tiles of 4x4 results waste less than they save, and are enough to pay for the transformed weights (four times the bytes). */
  private static boolean winograd(Conv2d g, Buffer x, Buffer w) {
    boolean fits = w.dim(2) == 3 && w.dim(3) == 3 && g.strideH() == 1 && g.strideW() == 1 && g.dilationH() == 1 && g.dilationW() == 1
        && g.groups() == 1 && g.padH() <= 2 && g.padW() <= 2 && w.dim(0) >= 16 && w.dim(1) >= 16;
    if (!fits) {
      return false;
    }
    long rows = g.outHeight(x.dim(2), 3);
    long columns = g.outWidth(x.dim(3), 3);
    long tiles = x.dim(0) * ((rows + 3) / 4) * ((columns + 3) / 4);
    return tiles >= FEWEST_TILES && 16 * tiles <= 5 * x.dim(0) * rows * columns / 2;
  }
}

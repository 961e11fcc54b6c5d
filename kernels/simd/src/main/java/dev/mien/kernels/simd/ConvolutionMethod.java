package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;

/** How a convolution is computed: a choice by shape alone (and by the device's exactness), so that bits never depend on load. */
enum ConvolutionMethod {
  /** Every group has one input and one output channel: channels stay on the lanes. */
  DEPTHWISE,
  /** Pixels times output channels, one chain over all inputs. */
  DIRECT;

  /**
   * @param x input (or its gradient)
   * @param w weight, OIHW
   * @param exact whether only methods with the chain order of {@link #DIRECT} are allowed; both present methods have it
   */
  static ConvolutionMethod choose(Conv2d geometry, Buffer x, Buffer w, boolean exact) {
    return geometry.groups() == x.dim(1) && w.dim(0) == x.dim(1) ? DEPTHWISE : DIRECT;
  }
}

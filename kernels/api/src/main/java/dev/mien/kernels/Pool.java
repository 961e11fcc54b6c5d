package dev.mien.kernels;

/** A pooling of {@code [N, C, H, W]} images. Windows never lie wholly in the padding. */
public sealed interface Pool {
  /**
   * Maximum of each window; padding (less than the kernel) counts as minus infinity; the first of equal values (row-major) is
   * chosen, and takes the gradient. A NaN in the window gives NaN, and the first NaN is chosen.
   */
  record Max(int kernelH, int kernelW, int stride, int padding) implements Pool {}

  /** Mean of each window; {@code countPadding} says whether padded zeros count in the divisor (PyTorch's default: yes). */
  record Average(int kernelH, int kernelW, int stride, int padding, boolean countPadding) implements Pool {}

  /**
   * Mean over {@code rows [floor(i*H/outH), ceil((i+1)*H/outH))}, likewise columns. {@code (1, 1)} is global average pooling.
   */
  record AdaptiveAverage(int outH, int outW) implements Pool {}

  /** Maximum over the windows of {@link AdaptiveAverage}. */
  record AdaptiveMax(int outH, int outW) implements Pool {}

  /** Output height for an input height. */
  default int outHeight(int h) {
    return switch (this) {
      case Max p -> (h + 2 * p.padding - p.kernelH) / p.stride + 1;
      case Average p -> (h + 2 * p.padding - p.kernelH) / p.stride + 1;
      case AdaptiveAverage p -> p.outH;
      case AdaptiveMax p -> p.outH;
    };
  }

  /** Output width for an input width. */
  default int outWidth(int w) {
    return switch (this) {
      case Max p -> (w + 2 * p.padding - p.kernelW) / p.stride + 1;
      case Average p -> (w + 2 * p.padding - p.kernelW) / p.stride + 1;
      case AdaptiveAverage p -> p.outW;
      case AdaptiveMax p -> p.outW;
    };
  }
}

package dev.mien.kernels;

/**
 * Geometry of a two-dimensional cross-correlation. Weight is OIHW {@code [outC, inC / groups, kH, kW]};
 * {@code outH = (inH + 2 padH - dilationH (kH - 1) - 1) / strideH + 1}, likewise the width.
 */
public record Conv2d(int strideH, int strideW, int padH, int padW, int dilationH, int dilationW, int groups) {
  public Conv2d {
    if (strideH < 1 || strideW < 1 || padH < 0 || padW < 0 || dilationH < 1 || dilationW < 1 || groups < 1) {
      throw new IllegalArgumentException("[conv2d] stride, dilation and groups are at least 1 and padding at least 0: stride "
          + strideH + "x" + strideW + ", padding " + padH + "x" + padW + ", dilation " + dilationH + "x" + dilationW
          + ", groups " + groups);
    }
  }

  /** Square geometry without dilation or groups. */
  public static Conv2d of(int stride, int padding) {
    return new Conv2d(stride, stride, padding, padding, 1, 1, 1);
  }

  public int outHeight(int inHeight, int kernelHeight) {
    return extent(inHeight, kernelHeight, strideH, padH, dilationH);
  }

  public int outWidth(int inWidth, int kernelWidth) {
    return extent(inWidth, kernelWidth, strideW, padW, dilationW);
  }

  private static int extent(int in, int kernel, int stride, int pad, int dilation) {
    int span = in + 2 * pad - dilation * (kernel - 1) - 1;
    return span < 0 ? 0 : span / stride + 1;
  }
}

package dev.mien.engine.nn;

/** Batch normalisation of images {@code [N, C, H, W]} over N, H and W; see {@link BatchNorm}. */
public final class BatchNorm2d extends BatchNorm {
  public BatchNorm2d(int channels) {
    super(channels, true);
  }

  /** Without scale and shift when {@code affine} is false. */
  public BatchNorm2d(int channels, boolean affine) {
    super(channels, affine);
  }
}

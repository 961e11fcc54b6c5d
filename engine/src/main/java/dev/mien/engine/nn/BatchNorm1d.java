package dev.mien.engine.nn;

/** Batch normalisation of features {@code [N, C]} over N; see {@link BatchNorm}. */
public final class BatchNorm1d extends BatchNorm {
  public BatchNorm1d(int features) {
    super(features, true);
  }

  /** Without scale and shift when {@code affine} is false. */
  public BatchNorm1d(int features, boolean affine) {
    super(features, affine);
  }
}

package dev.mien.kernels;

/**
 * How a buffer may be laid out. A back-end's physical layout is a pure function of (shape, kind, device options) and its
 * own secret; the logical order is always row-major NCHW.
 */
public enum Kind {
  /** Rank 4, {@code [N, C, H, W]}; a back-end may block the channels and pad them with zero lanes. */
  IMAGE,
  /** Row-major without padding, any rank: weights, matrices, vectors, scalars (rank 0). */
  PLAIN
}

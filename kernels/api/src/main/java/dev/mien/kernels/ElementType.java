package dev.mien.kernels;

/** What one element of a {@link Buffer} is. Only {@link #REAL} carries gradients. */
public enum ElementType {
  /** A real number: float32 on fast back-ends, float64 on the reference. */
  REAL,
  /** A 32-bit signed integer: labels and indices. */
  INT32,
  /** An unsigned byte: image channels before normalisation. */
  UINT8,
  /** A signed byte: quantised gallery vectors. */
  INT8
}

package dev.mien.kernels.simd;

/**
 * While a kernel is interpreted a vector operation costs 500 times more, and a long loop makes the JVM compile the loop in place
 * (badly) before the method. So the first calls cut their chains into short pieces; a chain that goes on from memory has the same
 * bits. Racy on purpose: it decides about speed only.
 */
final class Warmth {
  /** Steps of a chain in one call while cold. */
  static final int PIECE = 32;

  private static final int CALLS = 4000;

  private final int[] calls = new int[64];

  /** Whether kernel number {@code kernel} has run too seldom to be compiled. */
  boolean cold(int kernel) {
    if (calls[kernel] >= CALLS) {
      return false;
    }
    calls[kernel]++;
    return true;
  }
}

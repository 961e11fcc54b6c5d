package dev.mien.bench.peers;

/**
 * The layers that the measured networks are made of, in one engine's terms. A network is described once ({@link PeerNets}); an eager
 * engine makes its weights when a layer is first reached and finds them again in later passes, a graph engine writes nodes.
 *
 * @param <T> what flows between layers
 */
interface Layers<T> {
  /** Square kernel, no bias. */
  T convolution(T x, int in, int out, int kernel, int stride, int padding);

  /** Over axis 1, with scale and shift unless {@code affine} is false. */
  T batchNorm(T x, int channels, boolean affine);

  /** May work in place: x is not used again. */
  T relu(T x);

  /** A slope per channel. */
  T prelu(T x, int channels);

  /** {@code a + b}; may work in place on a. */
  T add(T a, T b);

  T maxPool(T x, int kernel, int stride, int padding);

  /** Mean over the pixels, flattened to {@code [N, C]}. */
  T globalAverage(T x);

  T flatten(T x);

  T linear(T x, int in, int out);

  /** Drops elements in training, does nothing otherwise. */
  T dropout(T x, double probability);

  /** Each row by its length. */
  T unitLength(T x);

  /** Bilinear to a square of so many pixels, corners upon corners. */
  default T upsample(T x, int side) {
    throw unwritten();
  }

  /** {@code (1 + sigmoid(mask)) * x}. */
  default T gate(T mask, T x) {
    throw unwritten();
  }

  private static UnsupportedOperationException unwritten() {
    return new UnsupportedOperationException("attention is written for libtorch by JavaCPP alone");
  }
}

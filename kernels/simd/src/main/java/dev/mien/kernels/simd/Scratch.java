package dev.mien.kernels.simd;

/** Working memory of kernels: pooled, its first element 64-byte aligned where the collector allows. Thread-safe. */
final class Scratch {
  private final SlabPool floats;
  private final SlabPool doubles;

  Scratch(SlabPool floats, SlabPool doubles) {
    this.floats = floats;
    this.doubles = doubles;
  }

  /** At least {@code n} floats with undefined contents, until the lease is closed. */
  Lease lease(int n) {
    return new Lease(floats.take(n, true));
  }

  /** At least {@code n} doubles with undefined contents, until the lease is closed. */
  DoubleLease leaseDoubles(int n) {
    return new DoubleLease(doubles.take(n, true));
  }

  /** A leased piece of an array. */
  final class Lease implements AutoCloseable {
    final float[] array;
    /** Index of the first element. */
    final int offset;
    private SlabPool.Block block;

    private Lease(SlabPool.Block block) {
      this.block = block;
      this.array = (float[]) block.array();
      this.offset = block.offset();
    }

    @Override
    public void close() {
      if (block != null) {
        floats.give(block, true);
        block = null;
      }
    }
  }

  /** A leased piece of an array of doubles. */
  final class DoubleLease implements AutoCloseable {
    final double[] array;
    /** Index of the first element. */
    final int offset;
    private SlabPool.Block block;

    private DoubleLease(SlabPool.Block block) {
      this.block = block;
      this.array = (double[]) block.array();
      this.offset = block.offset();
    }

    @Override
    public void close() {
      if (block != null) {
        doubles.give(block, true);
        block = null;
      }
    }
  }
}

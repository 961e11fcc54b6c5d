package dev.mien.kernels.simd;

/** Working memory of kernels: pooled, its first element 64-byte aligned where the collector allows. Thread-safe. */
final class Scratch {
  private final SlabPool pool;

  Scratch(SlabPool pool) {
    this.pool = pool;
  }

  /** At least {@code floats} elements with undefined contents, until the lease is closed. */
  Lease lease(int floats) {
    return new Lease(pool.take(floats, true));
  }

  /** A leased piece of an array. Close it exactly once. */
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
        pool.give(block, true);
        block = null;
      }
    }
  }
}

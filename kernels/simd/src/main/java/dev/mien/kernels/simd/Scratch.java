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

  /**
   * {@code n} floats that {@code fill} derives from {@code source}: kept with the source while it is frozen, otherwise made anew.
   *
   * @param key everything that the floats depend on beside the contents of the source
   */
  Lease derived(SimdBuffer source, Record key, int n, FrozenForms.Fill fill) {
    FrozenForms forms = source.forms();
    if (forms != null) {
      return new Lease(forms.get(key, n, floats, fill));
    }
    var lease = lease(Math.max(1, n));
    try {
      fill.fill(lease.array, lease.offset);
      return lease;
    } catch (Throwable e) {
      lease.close();
      throw e;
    }
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
    private FrozenForms.Form form;

    private Lease(SlabPool.Block block) {
      this.block = block;
      this.array = (float[]) block.array();
      this.offset = block.offset();
    }

    private Lease(FrozenForms.Form form) {
      this.form = form;
      this.array = (float[]) form.block.array();
      this.offset = form.block.offset();
    }

    @Override
    public void close() {
      if (block != null) {
        floats.give(block, true);
        block = null;
      } else if (form != null) {
        form.close();
        form = null;
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

package dev.mien.kernels.simd;

import java.util.Arrays;

/**
 * The geometry of a batch normalisation in blocked memory. {@code [N, C]} with C a multiple of 16 already is a blocked image of
 * one pixel; other matrices are copied to such.
 *
 * @param groups parts of the batch that are summed apart, fixed by the shape
 */
record NormShape(int images, int blocks, int plane, int channels, int groups) {
  private static final int TASKS = 32;
  /** Pixels of one chain of float additions. */
  static final int SEGMENT = 256;

  static NormShape of(SimdBuffer x) {
    int blocks = (x.dim(1) + Lanes.BLOCK - 1) / Lanes.BLOCK;
    int plane = x.blocked() ? x.plane() : 1;
    int groups = Math.clamp(TASKS / Math.max(1, blocks), 1, Math.max(1, x.dim(0)));
    return new NormShape(x.dim(0), blocks, plane, x.dim(1), plane == 1 ? 1 : groups);
  }

  int lanes() {
    return blocks * Lanes.BLOCK;
  }

  long count() {
    return (long) images * plane;
  }

  int firstImage(int group) {
    return (int) ((long) images * group / groups);
  }

  /** Where the plane of a picture and block begins. */
  int at(int image, int block) {
    return (image * blocks + block) * plane * Lanes.BLOCK;
  }

  /** An operand in blocked memory: its own, or a padded copy. Close writes nothing back. */
  static final class Operand implements AutoCloseable {
    final float[] array;
    final int offset;
    private final Scratch.Lease lease;

    private Operand(float[] array, int offset, Scratch.Lease lease) {
      this.array = array;
      this.offset = offset;
      this.lease = lease;
    }

    @Override
    public void close() {
      if (lease != null) {
        lease.close();
      }
    }
  }

  /** The operand; {@code load} says whether a copy must hold its contents. Null stays null. */
  Operand open(SimdBackend backend, SimdBuffer b, boolean load) {
    if (b == null) {
      return null;
    }
    if (b.blocked() || channels % Lanes.BLOCK == 0) {
      return new Operand(b.reals, b.offset, null);
    }
    var lease = backend.scratch.lease(images * lanes());
    for (int n = 0; load && n < images; n++) {
      int to = lease.offset + n * lanes();
      System.arraycopy(b.reals, b.offset + n * channels, lease.array, to, channels);
      Arrays.fill(lease.array, to + channels, to + lanes(), 0f);
    }
    return new Operand(lease.array, lease.offset, lease);
  }

  /** Brings the result back when it was computed in a copy. */
  void store(Operand from, SimdBuffer to) {
    if (from == null || from.lease == null) {
      return;
    }
    for (int n = 0; n < images; n++) {
      System.arraycopy(from.array, from.offset + n * lanes(), to.reals, to.offset + n * channels, channels);
    }
  }
}

package dev.mien.kernels.simd;

import java.util.Arrays;

/**
 * The geometry of a batch normalisation in blocked memory, and the order in which it is walked. A matrix {@code [N, C]} is copied to
 * an image of one picture whose pixels are the rows.
 *
 * @param groups parts of the batch that are summed apart, fixed by the shape
 */
record NormShape(int images, int blocks, int plane, int channels, int groups) {
  private static final int B = Lanes.BLOCK;
  private static final int TASKS = 32;
  /** Blocks from which on one task does all the work on a few blocks. */
  private static final int WHOLE = 16;
  /** Floats of neighbouring planes that a task reads in a run: small planes alone are too short for the hardware to read ahead. */
  private static final int RUN = 1 << 13;
  /** Floats of an operand that both passes are run over before the next blocks' turn: 2 MiB, several operands fit into a cache. */
  private static final int CACHED = 1 << 19;
  /** Pixels of one chain of float additions. */
  static final int SEGMENT = 256;
  /** Pixels whose gradients are masked and then summed while they are in L1. */
  static final int PIECE = 128;
  /** Least floats of a group: less is not worth a task. */
  private static final int GROUP = 1 << 14;

  static NormShape of(SimdBuffer x) {
    int blocks = (x.dim(1) + B - 1) / B;
    if (!x.blocked()) {
      return new NormShape(1, blocks, x.dim(0), x.dim(1), 1);
    }
    long most = Math.min(TASKS / Math.max(1, blocks), (long) x.dim(0) * x.plane() * B / GROUP);
    int groups = Math.clamp(most, 1, Math.max(1, x.dim(0)));
    return new NormShape(x.dim(0), blocks, x.plane(), x.dim(1), groups);
  }

  int lanes() {
    return blocks * B;
  }

  /** Values of a channel. */
  long count() {
    return (long) images * plane;
  }

  int firstImage(int group) {
    return (int) ((long) images * group / groups);
  }

  /** Where the plane of a picture and block begins. */
  int at(int image, int block) {
    return (image * blocks + block) * plane * B;
  }

  /** What is done: sums over the pictures of a group, what follows from them for a block, then something with every pixel. */
  interface Pass {
    /** Empties the sums of a block and group. */
    void begin(int block, int group);

    /** Adds a picture to them. */
    void sums(int block, int group, int image);

    void finish(int block);

    void write(int block, int image);
  }

  /**
   * Runs the parts of a pass over all blocks, a few blocks at a time, so that {@code write} finds in the cache what {@code sums} has
   * read: the second look at an operand costs a third of the first.
   */
  void sweep(Workers workers, Pass pass) {
    if (blocks >= WHOLE) {
      // Planes that follow each other in memory are read one after the other.
      int step = Math.clamp(RUN / (plane * B), 1, blocks / (WHOLE / 2));
      workers.ranges(blocks, step, (from, to) -> whole(pass, from, to));
      return;
    }
    int step = (int) Math.clamp(CACHED / Math.max(1, count() * B), 1, Math.max(1, blocks));
    for (int first = 0; first < blocks; first += step) {
      int from = first;
      int to = Math.min(blocks, first + step);
      workers.run((to - from) * groups, u -> sums(pass, from + u / groups, from + u / groups + 1, u % groups));
      for (int block = from; block < to; block++) {
        pass.finish(block);
      }
      workers.run((to - from) * groups, u -> write(pass, from + u / groups, from + u / groups + 1, u % groups));
    }
  }

  private void whole(Pass pass, int from, int to) {
    for (int g = 0; g < groups; g++) {
      sums(pass, from, to, g);
    }
    for (int block = from; block < to; block++) {
      pass.finish(block);
    }
    for (int g = 0; g < groups; g++) {
      write(pass, from, to, g);
    }
  }

  private void sums(Pass pass, int from, int to, int group) {
    for (int block = from; block < to; block++) {
      pass.begin(block, group);
    }
    for (int image = firstImage(group); image < firstImage(group + 1); image++) {
      for (int block = from; block < to; block++) {
        pass.sums(block, group, image);
      }
    }
  }

  private void write(Pass pass, int from, int to, int group) {
    for (int image = firstImage(group); image < firstImage(group + 1); image++) {
      for (int block = from; block < to; block++) {
        pass.write(block, image);
      }
    }
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
    if (b.blocked()) {
      return new Operand(b.reals, b.offset, null);
    }
    var lease = backend.scratch.lease(plane * lanes());
    for (int block = 0; load && block < blocks; block++) {
      int live = Math.min(B, channels - block * B);
      int to = lease.offset + at(0, block);
      if (live < B) {
        Arrays.fill(lease.array, to, to + plane * B, 0f);
      }
      for (int row = 0; row < plane; row++) {
        System.arraycopy(b.reals, b.offset + row * channels + block * B, lease.array, to + row * B, live);
      }
    }
    return new Operand(lease.array, lease.offset, lease);
  }

  /** Brings the result back when it was computed in a copy. */
  void store(Operand from, SimdBuffer to) {
    if (from == null || from.lease == null) {
      return;
    }
    for (int block = 0; block < blocks; block++) {
      int live = Math.min(B, channels - block * B);
      int at = from.offset + at(0, block);
      for (int row = 0; row < plane; row++) {
        System.arraycopy(from.array, at + row * B, to.reals, to.offset + row * channels + block * B, live);
      }
    }
  }

  /** {@code total[k] += part[k]} */
  static void add(float[] part, int from, double[] total, int to, int n) {
    for (int k = 0; k < n; k++) {
      total[to + k] += part[from + k];
    }
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;

/**
 * A block of the pool with a logical shape.
 *
 * <p>Layout: REAL and INT32 IMAGE are {@code [N][ceil(C/16)][H][W][16]} with zero padding lanes; everything else is dense
 * row-major (a UINT8 image too: it is uploaded as it is and leaves its layout in {@code normalizeBytes}). Memory behind the last
 * element up to a multiple of 16 belongs to the buffer and may hold anything.
 */
final class SimdBuffer extends Buffer {
  /** The slab of a REAL buffer, otherwise null; likewise ints for INT32 and bytes for UINT8 and INT8. */
  final float[] reals;
  final int[] ints;
  final byte[] bytes;
  /** Index of the first element. */
  final int offset;
  /** Elements with padding lanes. */
  final int physical;

  final SlabPool.Block block;
  private final SimdBuffer root;
  private volatile boolean released;
  private volatile FrozenForms forms;

  SimdBuffer(ElementType type, Kind kind, SlabPool.Block block, SimdBuffer root, int... dims) {
    super(type, kind, dims);
    this.block = block;
    this.root = root == null ? this : root;
    this.reals = block.array() instanceof float[] a ? a : null;
    this.ints = block.array() instanceof int[] a ? a : null;
    this.bytes = block.array() instanceof byte[] a ? a : null;
    this.offset = block.offset();
    this.physical = physical(type, kind, dims);
  }

  /**
   * The memory behind a buffer.
   *
   * @throws IllegalStateException when it was released
   * @throws IllegalArgumentException when it belongs to another back-end
   */
  static SimdBuffer of(Buffer b) {
    if (b instanceof SimdBuffer s) {
      if (s.root.released) {
        throw new IllegalStateException("buffer " + b + " was released and cannot be used any more; "
            + "keep what outlives its scope");
      }
      return s;
    }
    throw new IllegalArgumentException("buffer " + b + " does not belong to the cpu device; "
        + "move it there by download and upload");
  }

  /** As {@link #of}, null for null. */
  static SimdBuffer orNull(Buffer b) {
    return b == null ? null : of(b);
  }

  /** Elements that a shape takes, padding lanes included. */
  static int physical(ElementType type, Kind kind, int... dims) {
    // The logical count first: with it in bounds, the padded one cannot overflow.
    long n = count(dims);
    if (n <= Integer.MAX_VALUE && blocked(type, kind)) {
      n = count(dims[0], (dims[1] + 15) / 16, dims[2], dims[3]) * 16;
    }
    if (n > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("a buffer holds at most 2^31 - 65 elements, asked for " + n + " in shape "
          + java.util.Arrays.toString(dims) + "; use a smaller batch");
    }
    return (int) n;
  }

  static boolean blocked(ElementType type, Kind kind) {
    return kind == Kind.IMAGE && (type == ElementType.REAL || type == ElementType.INT32);
  }

  /** Whether the channels are blocked by 16. */
  boolean blocked() {
    return blocked(type(), kind());
  }

  /** Blocks of 16 channels of an IMAGE. */
  int channelBlocks() {
    return (dim(1) + 15) / 16;
  }

  /** Pixels of a plane of an IMAGE. */
  int plane() {
    return dim(2) * dim(3);
  }

  /** {@link #physical} rounded up to whole blocks of 16: what elementwise loops run over. */
  int padded() {
    return (physical + 15) & ~15;
  }

  boolean isView() {
    return root != this;
  }

  /** Marks it as given back; false when it was already. */
  synchronized boolean markReleased() {
    boolean first = !released;
    released = true;
    return first;
  }

  SimdBuffer root() {
    return root;
  }

  /** What was derived from the contents; null while they may change. */
  FrozenForms forms() {
    return root.forms;
  }

  /** Keeps what is derived from now on; false when it did already. */
  synchronized boolean freeze() {
    boolean first = forms == null;
    if (first) {
      forms = new FrozenForms();
    }
    return first;
  }

  /** Forgets what was derived; false when nothing was kept. */
  synchronized boolean thaw() {
    FrozenForms old = forms;
    forms = null;
    if (old != null) {
      old.drop();
    }
    return old != null;
  }
}

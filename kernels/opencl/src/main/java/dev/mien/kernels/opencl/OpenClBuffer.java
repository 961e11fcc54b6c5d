package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import org.jocl.cl_mem;

/** A block of the pool with a logical shape: dense row-major for every kind, an IMAGE being NCHW. */
final class OpenClBuffer extends Buffer {
  /** A buffer holds fewer elements than this: indices are ints. */
  private static final int LIMIT = Integer.MAX_VALUE - 1024;

  final ClPool.Block block;
  private final ClContext context;
  private final OpenClBuffer root;
  private volatile boolean released;
  /** What was uploaded into an INT32 buffer, as long as nothing else wrote it: labels are checked without asking the device. */
  private volatile int[] uploaded;

  OpenClBuffer(ClContext context, ElementType type, Kind kind, ClPool.Block block, OpenClBuffer root, int... dims) {
    super(type, kind, dims);
    this.context = context;
    this.block = block;
    this.root = root == null ? this : root;
  }

  /**
   * The buffer, alive and of this context.
   *
   * @throws IllegalStateException when it was released
   * @throws IllegalArgumentException when it belongs to another device
   */
  static OpenClBuffer of(Buffer b, ClContext context) {
    if (b instanceof OpenClBuffer own && own.context == context) {
      context.checkOpen();
      if (own.root.released) {
        throw new IllegalStateException("buffer " + b + " was released and cannot be used any more; keep what outlives its scope");
      }
      return own;
    }
    throw new IllegalArgumentException("buffer " + b + " does not belong to the OpenCL device '" + context.device.name()
        + "'; move it there by download and upload");
  }

  /** Elements of a shape, checked. */
  static int elements(int... dims) {
    long n = count(dims);
    if (n > LIMIT) {
      throw new IllegalArgumentException("a buffer holds at most " + LIMIT + " elements, asked for " + n + " in shape "
          + java.util.Arrays.toString(dims) + "; use a smaller batch");
    }
    return (int) n;
  }

  static int elementBytes(ElementType type) {
    return switch (type) {
      case REAL, INT32 -> 4;
      case UINT8, INT8 -> 1;
    };
  }

  cl_mem memory() {
    return block.memory();
  }

  int elements() {
    return (int) count();
  }

  long sizeBytes() {
    return count() * elementBytes(type());
  }

  boolean isView() {
    return root != this;
  }

  OpenClBuffer root() {
    return root;
  }

  /** Marks it as given back; false when it was already. */
  synchronized boolean markReleased() {
    boolean first = !released;
    released = true;
    return first;
  }

  int[] uploaded() {
    return root.uploaded;
  }

  void uploaded(int[] values) {
    root.uploaded = values;
  }
}

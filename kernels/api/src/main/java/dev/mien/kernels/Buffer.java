package dev.mien.kernels;

import java.util.Arrays;

/**
 * Typed memory of one back-end with a logical shape. Opaque to everyone but the back-end that allocated it; the contents
 * of a fresh buffer are undefined. Not thread-safe for concurrent writes.
 */
public abstract class Buffer {
  private final ElementType type;
  private final Kind kind;
  private final int[] dims;
  private final long count;

  /**
   * @param dims logical extents, none negative; {@link Kind#IMAGE} needs four
   * @throws IllegalArgumentException when an extent is negative, the product overflows or an IMAGE is not rank 4
   */
  protected Buffer(ElementType type, Kind kind, int... dims) {
    if (kind == Kind.IMAGE && dims.length != 4) {
      throw new IllegalArgumentException("an IMAGE buffer has rank 4, got shape " + Arrays.toString(dims));
    }
    this.type = type;
    this.kind = kind;
    this.dims = dims.clone();
    this.count = count(dims);
  }

  /** The product of extents, checked. */
  public static long count(int... dims) {
    long product = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(dims));
      }
      product = Math.multiplyExact(product, (long) d);
    }
    return product;
  }

  public final ElementType type() {
    return type;
  }

  public final Kind kind() {
    return kind;
  }

  /** Extent of axis {@code i}; negative {@code i} counts from the end. */
  public final int dim(int i) {
    return dims[i < 0 ? dims.length + i : i];
  }

  public final int rank() {
    return dims.length;
  }

  /** A copy of the logical extents. */
  public final int[] dims() {
    return dims.clone();
  }

  /** Number of logical elements (padding lanes not counted). */
  public final long count() {
    return count;
  }

  public final boolean sameShape(Buffer other) {
    return Arrays.equals(dims, other.dims);
  }

  @Override
  public String toString() {
    return type + " " + kind + " " + Arrays.toString(dims);
  }
}

package dev.mien.engine.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The extents of a tensor, outermost first; rank 0 is a scalar. Immutable. */
public final class Shape {
  /** Rank 0. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final long count;

  private Shape(int[] dims) {
    this.dims = dims;
    long product = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeException("[shape] negative extent in " + Arrays.toString(dims));
      }
      try {
        product = Math.multiplyExact(product, (long) d);
      } catch (ArithmeticException e) {
        throw new ShapeException("[shape] " + Arrays.toString(dims) + " has more elements than 2^63");
      }
    }
    this.count = product;
  }

  /**
   * @throws ShapeException when an extent is negative or the product overflows
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  public int rank() {
    return dims.length;
  }

  /** Extent of axis i; negative i counts from the end. */
  public int dim(int i) {
    int axis = i < 0 ? dims.length + i : i;
    if (axis < 0 || axis >= dims.length) {
      throw new ShapeException("[shape] axis " + i + " is out of range for " + this);
    }
    return dims[axis];
  }

  /** Number of elements. */
  public long count() {
    return count;
  }

  /** A copy of the extents. */
  public int[] toArray() {
    return dims.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}

package dev.mien.engine.tensor;

import java.util.Arrays;

/**
 * Numbers in host memory, row-major (images NCHW). The array handed in is not copied: the caller gives it away. Real data is
 * float or double; integers are labels and indices; bytes are unsigned image channels.
 */
public final class HostTensor {
  private final Shape shape;
  private final Object data;

  private HostTensor(Shape shape, Object data, int length) {
    if (shape.count() != length) {
      throw new ShapeException("[host tensor] " + length + " elements do not fill shape " + shape + " (" + shape.count() + ")");
    }
    this.shape = shape;
    this.data = data;
  }

  public static HostTensor of(float[] data, int... shape) {
    return new HostTensor(Shape.of(shape), data, data.length);
  }

  public static HostTensor of(double[] data, int... shape) {
    return new HostTensor(Shape.of(shape), data, data.length);
  }

  public static HostTensor of(int[] data, int... shape) {
    return new HostTensor(Shape.of(shape), data, data.length);
  }

  public static HostTensor of(byte[] data, int... shape) {
    return new HostTensor(Shape.of(shape), data, data.length);
  }

  public Shape shape() {
    return shape;
  }

  public boolean isReal() {
    return data instanceof float[] || data instanceof double[];
  }

  public boolean isInt() {
    return data instanceof int[];
  }

  public boolean isByte() {
    return data instanceof byte[];
  }

  public boolean isDouble() {
    return data instanceof double[];
  }

  /** The data itself when it is float, otherwise real data converted. */
  public float[] floats() {
    if (data instanceof float[] f) {
      return f;
    }
    var d = doubles();
    var f = new float[d.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) d[i];
    }
    return f;
  }

  /** The data itself when it is double, otherwise real data converted. */
  public double[] doubles() {
    return switch (data) {
      case double[] d -> d;
      case float[] f -> {
        var d = new double[f.length];
        for (int i = 0; i < d.length; i++) {
          d[i] = f[i];
        }
        yield d;
      }
      default -> throw new IllegalStateException("host tensor " + shape + " holds integers, not real numbers");
    };
  }

  public int[] ints() {
    if (data instanceof int[] i) {
      return i;
    }
    throw new IllegalStateException("host tensor " + shape + " holds no 32-bit integers");
  }

  public byte[] bytes() {
    if (data instanceof byte[] b) {
      return b;
    }
    throw new IllegalStateException("host tensor " + shape + " holds no bytes");
  }

  /** Equal shape, element type and bits. */
  @Override
  public boolean equals(Object o) {
    return o instanceof HostTensor h && shape.equals(h.shape) && Arrays.deepEquals(new Object[] {data}, new Object[] {h.data});
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.deepHashCode(new Object[] {data});
  }

  @Override
  public String toString() {
    return "HostTensor " + shape;
  }
}

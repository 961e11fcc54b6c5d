package dev.mien.engine.tensor;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Numbers in host memory, row-major (images NCHW). The array handed in is not copied: the caller gives it away. Real data is
 * float or double; integers are labels and indices; bytes are unsigned image channels, or signed numbers of a quantised gallery. Data may be
 * deferred: initial weights that a checkpoint replaces are then never computed.
 */
public final class HostTensor {
  private final Shape shape;
  private final boolean signedBytes;
  private Object data;
  private Supplier<float[]> source;

  private HostTensor(Shape shape, Object data, int length) {
    this(shape, data, length, false);
  }

  private HostTensor(Shape shape, Object data, int length, boolean signedBytes) {
    requireFilled(shape, length);
    this.shape = shape;
    this.data = data;
    this.signedBytes = signedBytes;
  }

  private HostTensor(Shape shape, Supplier<float[]> source) {
    this.shape = shape;
    this.source = source;
    this.signedBytes = false;
  }

  private static void requireFilled(Shape shape, int length) {
    if (shape.count() != length) {
      throw new ShapeException("[host tensor] " + length + " elements do not fill shape " + shape + " (" + shape.count() + ")");
    }
  }

  /** Float data that are computed when they are first asked for; the supplier must give the same at every call. */
  public static HostTensor deferred(Supplier<float[]> source, int... shape) {
    return new HostTensor(Shape.of(shape), source);
  }

  private synchronized Object data() {
    if (data == null) {
      var computed = source.get();
      requireFilled(shape, computed.length);
      data = computed;
      source = null;
    }
    return data;
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

  /** Unsigned bytes. */
  public static HostTensor of(byte[] data, int... shape) {
    return new HostTensor(Shape.of(shape), data, data.length);
  }

  /** Signed bytes. */
  public static HostTensor ofInt8(byte[] data, int... shape) {
    return new HostTensor(Shape.of(shape), data, data.length, true);
  }

  public Shape shape() {
    return shape;
  }

  public synchronized boolean isReal() {
    return data == null || data instanceof float[] || data instanceof double[];
  }

  public synchronized boolean isInt() {
    return data instanceof int[];
  }

  /** Whether it holds signed bytes. */
  public boolean isInt8() {
    return signedBytes;
  }

  public synchronized boolean isDouble() {
    return data instanceof double[];
  }

  /** The data itself when it is float, otherwise real data converted. */
  public float[] floats() {
    if (data() instanceof float[] f) {
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
    return switch (data()) {
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
    if (data() instanceof int[] i) {
      return i;
    }
    throw new IllegalStateException("host tensor " + shape + " holds no 32-bit integers");
  }

  public byte[] bytes() {
    if (data() instanceof byte[] b) {
      return b;
    }
    throw new IllegalStateException("host tensor " + shape + " holds no bytes");
  }

  /** Equal shape, element type and bits. */
  @Override
  public boolean equals(Object o) {
    return o instanceof HostTensor h && shape.equals(h.shape) && signedBytes == h.signedBytes && Arrays.deepEquals(new Object[] {data()}, new Object[] {h.data()});
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.deepHashCode(new Object[] {data()});
  }

  @Override
  public String toString() {
    return "HostTensor " + shape;
  }
}

package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Memory;
import java.util.Arrays;

/**
 * Memory without a pool: a fresh buffer is poisoned (NaN, or a value no label has), a released one throws on every use, so a
 * kernel that forgets to write and an engine that reads too late both show up; a frozen one that was changed throws when it is thawed.
 */
final class ReferenceMemory implements Memory {
  static final int POISON_INT = Integer.MIN_VALUE;
  static final byte POISON_BYTE = (byte) 0xA5;
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Object lock = new Object();
  private long lentBytes;
  private long peakBytes;
  private volatile boolean closed;

  @Override
  public Buffer allocate(ElementType type, Kind kind, int... dims) {
    checkOpen();
    long count = Buffer.count(dims);
    if (count > MAX_ELEMENTS) {
      throw Check.error("allocate", Arrays.toString(dims) + " has " + count + " elements, the reference holds at most "
          + MAX_ELEMENTS + " in a buffer");
    }
    long sizeBytes = count * elementBytes(type);
    var slab = new ReferenceBuffer.Slab(this, poisoned(type, (int) count), sizeBytes);
    var buffer = new ReferenceBuffer(type, kind, slab, false, dims);
    synchronized (lock) {
      lentBytes += sizeBytes;
      peakBytes = Math.max(peakBytes, lentBytes);
    }
    return buffer;
  }

  private static int elementBytes(ElementType type) {
    return switch (type) {
      case REAL -> Double.BYTES;
      case INT32 -> Integer.BYTES;
      case UINT8, INT8 -> Byte.BYTES;
    };
  }

  private static Object poisoned(ElementType type, int count) {
    return switch (type) {
      case REAL -> {
        var array = new double[count];
        Arrays.fill(array, Double.NaN);
        yield array;
      }
      case INT32 -> {
        var array = new int[count];
        Arrays.fill(array, POISON_INT);
        yield array;
      }
      case UINT8, INT8 -> {
        var array = new byte[count];
        Arrays.fill(array, POISON_BYTE);
        yield array;
      }
    };
  }

  @Override
  public void release(Buffer buffer) {
    checkOpen();
    var own = own("release", "buffer", buffer);
    if (own.view) {
      throw new IllegalStateException("[release] " + buffer + " is a view; release the buffer that it was made from");
    }
    thaw("release", own);
    if (!own.slab.drop()) {
      throw new IllegalStateException("[release] " + buffer + " was released before; it must be released exactly once");
    }
    synchronized (lock) {
      lentBytes -= own.slab.sizeBytes;
    }
  }

  @Override
  public void freeze(Buffer weights) {
    Check.kind("freeze", "weights", weights, Kind.PLAIN);
    reals("freeze", "weights", weights);
    ((ReferenceBuffer) weights).slab.freeze();
  }

  @Override
  public void thaw(Buffer weights) {
    reals("thaw", "weights", weights);
    thaw("thaw", (ReferenceBuffer) weights);
  }

  private static void thaw(String kernel, ReferenceBuffer weights) {
    if (!weights.slab.thaw()) {
      throw new IllegalStateException("[" + kernel + "] " + weights + " was changed while it was frozen; thaw it before it changes");
    }
  }

  @Override
  public Buffer view(Buffer plain, int... dims) {
    array("view", "buffer", plain);
    Check.kind("view", "buffer", plain, Kind.PLAIN);
    Check.that(Buffer.count(dims) == plain.count(), "view", "shape " + Arrays.toString(dims)
        + " has another number of elements than " + Arrays.toString(plain.dims()));
    return new ReferenceBuffer(plain.type(), Kind.PLAIN, ((ReferenceBuffer) plain).slab, true, dims);
  }

  @Override
  public void upload(float[] source, Buffer target) {
    double[] to = reals("upload", "target", target);
    length("upload", source.length, target);
    for (int i = 0; i < to.length; i++) {
      to[i] = source[i];
    }
  }

  @Override
  public void upload(double[] source, Buffer target) {
    double[] to = reals("upload", "target", target);
    length("upload", source.length, target);
    System.arraycopy(source, 0, to, 0, to.length);
  }

  @Override
  public void upload(int[] source, Buffer target) {
    int[] to = ints("upload", "target", target);
    length("upload", source.length, target);
    System.arraycopy(source, 0, to, 0, to.length);
  }

  @Override
  public void upload(byte[] source, Buffer target) {
    byte[] to = bytes("upload", "target", target);
    length("upload", source.length, target);
    System.arraycopy(source, 0, to, 0, to.length);
  }

  @Override
  public void download(Buffer source, float[] target) {
    double[] from = reals("download", "source", source);
    length("download", target.length, source);
    for (int i = 0; i < from.length; i++) {
      target[i] = (float) from[i];
    }
  }

  @Override
  public void download(Buffer source, double[] target) {
    double[] from = reals("download", "source", source);
    length("download", target.length, source);
    System.arraycopy(from, 0, target, 0, from.length);
  }

  @Override
  public void download(Buffer source, int[] target) {
    int[] from = ints("download", "source", source);
    length("download", target.length, source);
    System.arraycopy(from, 0, target, 0, from.length);
  }

  @Override
  public void download(Buffer source, byte[] target) {
    byte[] from = bytes("download", "source", source);
    length("download", target.length, source);
    System.arraycopy(from, 0, target, 0, from.length);
  }

  private static void length(String kernel, int hostLength, Buffer buffer) {
    Check.that(hostLength == buffer.count(), kernel, "the array has " + hostLength + " elements, the buffer "
        + Arrays.toString(buffer.dims()) + " has " + buffer.count());
  }

  @Override
  public void copy(Buffer source, Buffer target) {
    Object from = array("copy", "source", source);
    Object to = array("copy", "target", target);
    Check.that(source.type() == target.type() && source.sameShape(target), "copy", "source is " + source + ", target is " + target
        + "; type and shape must be equal");
    System.arraycopy(from, 0, to, 0, (int) source.count());
  }

  @Override
  public void fill(Buffer target, double value) {
    switch (array("fill", "target", target)) {
      case double[] reals -> Arrays.fill(reals, value);
      case int[] ints -> {
        Check.that((int) value == value, "fill", value + " is no 32-bit integer, target is " + target);
        Arrays.fill(ints, (int) value);
      }
      default -> throw Check.error("fill", "target is " + target + ", expected REAL or INT32");
    }
  }

  @Override
  public Usage usage() {
    checkOpen();
    synchronized (lock) {
      return new Usage(lentBytes, 0, peakBytes);
    }
  }

  @Override
  public void trim() {
    checkOpen();
  }

  @Override
  public void resetPeak() {
    checkOpen();
    synchronized (lock) {
      peakBytes = lentBytes;
    }
  }

  void close() {
    closed = true;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the device 'reference' is closed; use its buffers and kernels before close()");
    }
  }

  /** The elements of a REAL buffer. */
  double[] reals(String kernel, String name, Buffer buffer) {
    if (array(kernel, name, buffer) instanceof double[] reals) {
      return reals;
    }
    throw Check.error(kernel, name + " is " + buffer + ", expected type REAL");
  }

  /** The elements of a REAL buffer, or null for null. */
  double[] realsOrNull(String kernel, String name, Buffer buffer) {
    return buffer == null ? null : reals(kernel, name, buffer);
  }

  int[] ints(String kernel, String name, Buffer buffer) {
    if (array(kernel, name, buffer) instanceof int[] ints) {
      return ints;
    }
    throw Check.error(kernel, name + " is " + buffer + ", expected type INT32");
  }

  byte[] bytes(String kernel, String name, Buffer buffer) {
    if (array(kernel, name, buffer) instanceof byte[] bytes) {
      return bytes;
    }
    throw Check.error(kernel, name + " is " + buffer + ", expected type UINT8 or INT8");
  }

  private Object array(String kernel, String name, Buffer buffer) {
    checkOpen();
    Object array = own(kernel, name, buffer).slab.array();
    if (array == null) {
      throw new IllegalStateException("[" + kernel + "] " + name + " " + buffer + " was released; use it before its release");
    }
    return array;
  }

  private ReferenceBuffer own(String kernel, String name, Buffer buffer) {
    if (buffer == null) {
      throw Check.error(kernel, name + " is null, expected a buffer");
    }
    if (buffer instanceof ReferenceBuffer own && own.slab.owner == this) {
      return own;
    }
    throw Check.error(kernel, name + " " + buffer + " belongs to another device; copy it through the host");
  }
}

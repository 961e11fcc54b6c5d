package dev.mien.kernels;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A back-end that counts the bytes of the CPU back-end's buffers and computes nothing: running a program on it tells how much memory
 * the program needs, and where it needs most. Every kernel, also one that the contract does not know yet, is done at once.
 *
 * <p>Buffers have no contents: uploads are ignored, downloads leave the host array as it is.
 */
public final class CountingBackend {
  private static final int LANES = 16;
  private static final int FLOAT_BYTES = 4;
  /** A 3x3 weight in the domain of Winograd F(4x4,3x3): 36 values for 9. */
  private static final int WINOGRAD_GROWTH = 4;

  private final Supplier<String> where;
  private final Backend backend;
  private long lentBytes;
  private long peakBytes;
  private String peakAt = "";
  private long scratchBytes;

  /** @param where names the place in the program that now allocates; asked at each new peak */
  public CountingBackend(Supplier<String> where) {
    this.where = where;
    this.backend = (Backend) Proxy.newProxyInstance(CountingBackend.class.getClassLoader(), new Class<?>[] {Backend.class}, new Calls());
  }

  public Backend backend() {
    return backend;
  }

  /** The place where {@link Memory.Usage#peakBytes()} was reached. */
  public synchronized String peakAt() {
    return peakAt;
  }

  /** About how much working memory the largest kernel takes beside its buffers: its weights in packed or transformed form. */
  public synchronized long scratchBytes() {
    return scratchBytes;
  }

  /** Bytes that real numbers in row-major order take on the CPU. */
  public static long bytes(int... dims) {
    return bytes(ElementType.REAL, Kind.PLAIN, dims);
  }

  /** Bytes that a buffer takes on the CPU: images are blocked by 16 channels, and every buffer ends on a multiple of 16 elements. */
  static long bytes(ElementType type, Kind kind, int... dims) {
    boolean blocked = kind == Kind.IMAGE && (type == ElementType.REAL || type == ElementType.INT32);
    long n = blocked ? Buffer.count(dims[0], (dims[1] + LANES - 1) / LANES, dims[2], dims[3]) * LANES : Buffer.count(dims);
    int elementBytes = type == ElementType.REAL || type == ElementType.INT32 ? FLOAT_BYTES : 1;
    return (Math.max(1, n) + LANES - 1) / LANES * LANES * elementBytes;
  }

  /** Memory that is only counted. */
  private static final class Counted extends Buffer {
    private final long sizeBytes;
    private boolean released;

    Counted(ElementType type, Kind kind, long sizeBytes, int... dims) {
      super(type, kind, dims);
      this.sizeBytes = sizeBytes;
    }
  }

  private synchronized Buffer allocate(ElementType type, Kind kind, int... dims) {
    var buffer = new Counted(type, kind, bytes(type, kind, dims), dims);
    lentBytes += buffer.sizeBytes;
    if (lentBytes > peakBytes) {
      peakBytes = lentBytes;
      peakAt = where.get();
    }
    return buffer;
  }

  private synchronized void release(Counted buffer) {
    if (buffer.released || buffer.sizeBytes == 0) {
      throw new IllegalStateException("buffer " + buffer + " was released before, or is a view");
    }
    buffer.released = true;
    lentBytes -= buffer.sizeBytes;
  }

  private synchronized void kernel(Object[] arguments) {
    long packed = 0;
    boolean small = false;
    for (Object a : arguments) {
      if (a instanceof Buffer b && b.kind() == Kind.PLAIN && b.rank() == 4) {
        packed = Math.max(packed, b.count() * FLOAT_BYTES);
        small |= b.dim(2) == 3 && b.dim(3) == 3;
      }
    }
    scratchBytes = Math.max(scratchBytes, small ? WINOGRAD_GROWTH * packed : packed);
  }

  private synchronized Memory.Usage usage() {
    return new Memory.Usage(lentBytes, 0, peakBytes);
  }

  private synchronized void resetPeak() {
    peakBytes = lentBytes;
    peakAt = "";
  }

  /** Answers what concerns memory and identity; everything else is a kernel. */
  private final class Calls implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return switch (method.getName()) {
        case "allocate" -> allocate((ElementType) arguments[0], (Kind) arguments[1], (int[]) arguments[2]);
        case "view" -> view((Buffer) arguments[0], (int[]) arguments[1]);
        case "release" -> {
          release((Counted) arguments[0]);
          yield null;
        }
        case "usage" -> usage();
        case "resetPeak" -> {
          resetPeak();
          yield null;
        }
        case "name", "toString" -> "counting";
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> proxy == arguments[0];
        case "threads" -> 1;
        case "realBits" -> 8 * FLOAT_BYTES;
        case "vectorBits" -> 0;
        case "holdsValues", "queuesWork" -> false;
        case "calibrate" -> throw new IllegalStateException("the counting device computes nothing, so it has no speed");
        case "sumOfSquares" -> 0.0;
        default -> {
          if (method.getName().startsWith("conv2d")) {
            kernel(arguments);
          }
          yield null;
        }
      };
    }

    private Buffer view(Buffer plain, int... dims) {
      if (plain.kind() != Kind.PLAIN || Buffer.count(dims) != plain.count()) {
        throw new IllegalArgumentException("a view needs a PLAIN buffer of equal count: have " + plain + ", asked for "
            + Arrays.toString(dims));
      }
      return new Counted(plain.type(), Kind.PLAIN, 0, dims);
    }
  }
}

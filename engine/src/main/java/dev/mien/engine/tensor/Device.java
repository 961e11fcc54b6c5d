package dev.mien.engine.tensor;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.CountingBackend;
import dev.mien.kernels.DeviceFailureException;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An opened device. Parameters, running statistics and optimiser state belong to it; everything else belongs to a {@link Scope}.
 *
 * <pre>{@code
 * try (var device = Device.open("cpu"); var scope = device.scope()) {
 *   var x = scope.upload(HostTensor.of(new float[] {1, -2}, 2));
 *   System.out.println(Arrays.toString(Elementwise.relu(x).download().floats()));
 * }
 * }</pre>
 */
public final class Device implements AutoCloseable {
  private final String name;
  private final Backend backend;
  private final Scope root;
  private final AtomicInteger openScopes = new AtomicInteger();
  private final Set<Derived> derived = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private volatile boolean closed;

  private Device(String name, Backend backend) {
    this.name = name;
    this.backend = backend;
    this.root = new Scope(this, null);
  }

  /** Opens {@code cpu}, {@code reference} or {@code opencl:N} with one thread per processor. */
  public static Device open(String name) {
    return open(name, Options.DEFAULT);
  }

  /** Opens a device with so many worker threads, the caller included. */
  public static Device open(String name, int threads) {
    return open(name, Options.DEFAULT.threads(threads));
  }

  /**
   * @throws DeviceException when there is no such device or it cannot be used; the message names the remedy
   */
  public static Device open(String name, Options options) {
    if (options.threads < 0 || options.threads > 1024) {
      throw new DeviceException("[device] threads must lie in 0..1024 (0: one per processor), got " + options.threads);
    }
    try {
      return new Device(name, Backends.open(name, options.threads, options.convolution == Convolution.EXACT));
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new DeviceException("[device] " + e.getMessage());
    }
  }

  /**
   * A device that computes nothing and counts what a program would need on {@code cpu}: see {@code MemoryPlan}.
   *
   * @param counting says how much, and where most
   */
  public static Device counting(CountingBackend counting) {
    return new Device("counting", counting.backend());
  }

  /** Whether this was thrown because a device failed (full, lost), and not by a mistake of the caller. */
  public static boolean isFailure(Throwable thrown) {
    return thrown instanceof DeviceFailureException;
  }

  /** What each device is, whether it would open, and why or why not. */
  public static List<Diagnosis> diagnose() {
    return Backends.diagnose().stream().map(d -> new Diagnosis(d.device(), d.usable(), d.description(), d.reason())).toList();
  }

  public String name() {
    return name;
  }

  public int threads() {
    return backend.threads();
  }

  /** Width of the vectors used, in bits; 0 where that means nothing. */
  public int vectorBits() {
    return backend.vectorBits();
  }

  /** Bits of a real number: 32, or 64 on the reference. */
  public int realBits() {
    return backend.realBits();
  }

  /** A new scope; close it with try-with-resources. Scopes of different threads are independent. */
  public Scope scope() {
    requireOpen();
    openScopes.incrementAndGet();
    return new Scope(this, root);
  }

  void closed(Scope scope) {
    if (scope.depth() == 1) {
      openScopes.decrementAndGet();
    }
  }

  /** Outermost scopes not yet closed. */
  public int openScopes() {
    return openScopes.get();
  }

  /** The scope of what lives as long as the device. */
  Scope root() {
    return root;
  }

  /** Whether work is queued, so that reading a result waits for all that was asked before: a training then reads its losses together. */
  public boolean queuesWork() {
    return backend().queuesWork();
  }

  /** The back-end, for those who write operations. */
  public Backend backend() {
    requireOpen();
    return backend;
  }

  /** Zeros that live as long as the device: optimiser state, moving averages. */
  public Tensor zeros(Shape shape) {
    var t = root.allocate(ElementType.REAL, Kind.PLAIN, shape);
    backend.fill(t.buffer(), 0);
    return t;
  }

  /** Ends a tensor that was kept at the device. */
  public void free(Tensor kept) {
    if (kept.scope() != root) {
      throw new IllegalArgumentException("tensor " + kept.shape() + " belongs to a scope and ends with it");
    }
    kept.storage().free();
  }

  /** Memory now lent out, idle, and the most ever lent, in bytes. */
  public Memory memory() {
    var u = backend().usage();
    return new Memory(u.lentBytes(), u.idleBytes(), u.peakBytes());
  }

  /** Gives idle memory back, and what inference derived from parameters and can derive again. */
  public void trim() {
    requireOpen();
    dropDerived();
    backend.trim();
  }

  /** Remembers who keeps buffers that may be made again. */
  void holds(Derived keeper) {
    derived.add(keeper);
  }

  private void dropDerived() {
    List<Derived> all;
    synchronized (derived) {
      all = List.copyOf(derived);
    }
    all.forEach(Derived::drop);
  }

  /** Takes derived buffers back; when the device was closed they are gone already. */
  void releaseDerived(Buffer[] buffers) {
    if (!closed) {
      for (var b : buffers) {
        backend.release(b);
      }
    }
  }

  /** Measures the ceilings of the machine for about so many seconds. */
  public Calibration calibrate(double seconds) {
    var c = backend().calibrate(seconds);
    return new Calibration(c.multiplyAddGflops(), c.copyGigabytesPerSecond());
  }

  /**
   * Times alternatives of the device's kernels for about so many seconds and keeps the best for later runs; tells each as it is found, none
   * where there is nothing to choose. Results do not change, not in a bit.
   */
  public void tune(double seconds, Consumer<Tuned> found) {
    backend().tune(seconds, t -> found.accept(new Tuned(t.work(), t.choice(), t.millis(), t.defaultMillis())));
  }

  /**
   * What a tuner chose for one work.
   *
   * @param millis time with the choice, {@code defaultMillis} without a tuner
   */
  public record Tuned(String work, String choice, double millis, double defaultMillis) {}

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("device " + name + " is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      dropDerived();
      closed = true;
      backend.close();
    }
  }

  @Override
  public String toString() {
    return "Device " + name;
  }

  /** Which convolution algorithms are allowed: FAST any, EXACT none that changes the rounding bound. Both are deterministic. */
  public enum Convolution {
    FAST, EXACT
  }

  /**
   * @param threads worker threads, the caller included; 0 for one per processor
   * @param convolution which convolution algorithms are allowed
   */
  public record Options(int threads, Convolution convolution) {
    public static final Options DEFAULT = new Options(0, Convolution.FAST);

    public Options threads(int n) {
      return new Options(n, convolution);
    }

    public Options convolution(Convolution c) {
      return new Options(threads, c);
    }
  }

  /** One line of {@code mien doctor}. */
  public record Diagnosis(String device, boolean usable, String description, String reason) {}

  /**
   * @param multiplyAddGflops peak fused multiply-add rate over all threads, 10^9 operations a second
   * @param copyGigabytesPerSecond bandwidth of a large copy, read plus write
   */
  public record Calibration(double multiplyAddGflops, double copyGigabytesPerSecond) {}

  /** Bytes lent to tensors, idle in the pool, and the largest lent so far. */
  public record Memory(long lentBytes, long idleBytes, long peakBytes) {}
}

package dev.mien.engine.tensor;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds the life of tensors: what is made from a tensor of this scope belongs to this scope (to the innermost among the operands)
 * and is released when it closes. {@link #keep} is the only way out.
 */
public final class Scope implements AutoCloseable {
  private static final int SWEEP_EVERY = 4096;

  private final Device device;
  private final Scope parent;
  private final int depth;
  private List<Storage> owned = new ArrayList<>();
  private int sweepAt = SWEEP_EVERY;
  private boolean closed;

  Scope(Device device, Scope parent) {
    this.device = device;
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
  }

  public Device device() {
    return device;
  }

  /** 0 for the device's own scope. */
  int depth() {
    return depth;
  }

  /** A scope inside this one, for temporary work. */
  public Scope nested() {
    requireOpen();
    return new Scope(device, this);
  }

  /** Copies host data to the device; of rank 4, real data and bytes become images. */
  public Tensor upload(HostTensor host) {
    return upload(host, host.shape().rank() == 4 && !host.isInt() ? Kind.IMAGE : Kind.PLAIN);
  }

  /** Copies host data to the device row-major, whatever its rank (weights, attention scores). */
  public Tensor uploadPlain(HostTensor host) {
    return upload(host, Kind.PLAIN);
  }

  private Tensor upload(HostTensor host, Kind kind) {
    var backend = device.backend();
    var type = host.isReal() ? ElementType.REAL : host.isInt() ? ElementType.INT32 : host.isInt8() ? ElementType.INT8 : ElementType.UINT8;
    var tensor = allocate(type, kind, host.shape());
    if (!backend.holdsValues()) {
      return tensor;
    }
    if (host.isDouble()) {
      backend.upload(host.doubles(), tensor.buffer());
    } else if (host.isReal()) {
      backend.upload(host.floats(), tensor.buffer());
    } else if (host.isInt()) {
      backend.upload(host.ints(), tensor.buffer());
    } else {
      backend.upload(host.bytes(), tensor.buffer());
    }
    return tensor;
  }

  /** A scalar. */
  public Tensor scalar(double value) {
    return upload(HostTensor.of(new double[] {value}));
  }

  /** The same memory seen from this scope, so that operations on parameters alone have a scope to live in. */
  public Tensor attach(Tensor tensor) {
    requireOpen();
    if (tensor.device() != device) {
      throw new DeviceException("[attach] tensor is on device " + tensor.device().name() + ", the scope on " + device.name());
    }
    return new Tensor(this, tensor.storage(), tensor.buffer(), tensor.tape(), tensor.id());
  }

  /**
   * Moves a tensor's values out to the enclosing scope (the device itself for an outermost scope, then {@link Device#free} ends it).
   */
  public Tensor keep(Tensor tensor) {
    requireOpen();
    var b = tensor.buffer();
    var copy = parent.allocate(b.type(), b.kind(), tensor.shape());
    device.backend().copy(b, copy.buffer());
    return copy;
  }

  /** Gives a tensor to the enclosing scope without copying. */
  void handOver(Tensor tensor) {
    if (owned.removeIf(s -> s == tensor.storage())) {
      parent.track(tensor.storage());
    }
    tensor.moveTo(parent);
  }

  Tensor allocate(ElementType type, Kind kind, Shape shape) {
    requireOpen();
    if (shape.count() > Integer.MAX_VALUE) {
      throw new ShapeException("[allocate] shape " + shape + " has " + shape.count() + " elements, a tensor holds fewer than 2^31: use a "
          + "smaller batch or size");
    }
    try {
      return own(device.backend().allocate(type, kind, shape.toArray()));
    } catch (IllegalArgumentException e) {
      throw new ShapeException("[allocate] shape " + shape + " does not fit into one tensor: " + e.getMessage());
    }
  }

  Tensor own(Buffer buffer) {
    var storage = new Storage(device.backend(), buffer, depth == 0);
    if (depth > 0) {
      track(storage);
    }
    return new Tensor(this, storage, buffer, null, -1);
  }

  private void track(Storage storage) {
    owned.add(storage);
    if (owned.size() >= sweepAt) {
      owned.removeIf(s -> !s.alive());
      sweepAt = owned.size() + SWEEP_EVERY;
    }
  }

  /** How many tensors of this scope still hold memory. */
  public int liveTensors() {
    return (int) owned.stream().filter(Storage::alive).distinct().count();
  }

  boolean isClosed() {
    return closed;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this scope is closed; make tensors inside the try block of device.scope()");
    }
    device.requireOpen();
  }

  @Override
  public void close() {
    if (closed || depth == 0) {
      return;
    }
    closed = true;
    // Whatever the tape still holds goes too: nothing of this scope outlives it.
    owned.forEach(Storage::free);
    owned = new ArrayList<>();
    device.closed(this);
  }
}

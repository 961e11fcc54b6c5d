package dev.mien.engine.tensor;

import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A named value that outlives steps: a {@link Parameter} or a {@link State}. In host memory until it is moved to a device. */
public abstract sealed class Variable permits Parameter, State {
  private static final int CHANGING = -1;

  private final String name;
  private final Shape shape;
  private HostTensor host;
  private Tensor value;
  /** Kernels that read the value now, or CHANGING. */
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicLong version = new AtomicLong();
  private final List<Derived> derived = new CopyOnWriteArrayList<>();
  private volatile boolean frozen;

  Variable(String name, HostTensor initial) {
    this.name = name;
    this.shape = initial.shape();
    this.host = initial;
  }

  /** The name within its module, for example {@code weight}. */
  public String name() {
    return name;
  }

  public Shape shape() {
    return shape;
  }

  /** Moves it to a device; afterwards the host copy is gone. Values travel along when it was on another device. */
  public void to(Device device) {
    if (value != null && value.device() == device) {
      return;
    }
    // The old value goes last, so that a full device loses nothing.
    var moved = device.root().allocate(ElementType.REAL, Kind.PLAIN, shape);
    moved.overwrite(read());
    changed();
    free();
    value = moved;
    host = null;
    changed();
  }

  /** A copy of the value in host memory. */
  public HostTensor read() {
    return value == null ? host : value.download();
  }

  /**
   * Replaces the value.
   *
   * @throws ShapeException when the shape differs
   * @throws IllegalStateException when another thread reads it in an inference, or steps it
   */
  public void write(HostTensor data) {
    if (!data.shape().equals(shape)) {
      throw new ShapeException("[write] " + name + " has shape " + shape + ", the new value " + data.shape());
    }
    if (value == null) {
      host = data;
    } else {
      changing(true);
      try {
        value.overwrite(data);
      } finally {
        changing(false);
      }
    }
  }

  /** The value on its device. */
  public Tensor value() {
    requireOnDevice();
    if (readers.get() == CHANGING) {
      throw beingChanged();
    }
    return value;
  }

  private void requireOnDevice() {
    if (value == null) {
      throw new IllegalStateException("'" + name + "' is still in host memory; call to(device) on its module first");
    }
  }

  private IllegalStateException beingChanged() {
    return new IllegalStateException("'" + name + "' is being changed by an optimiser step: do not infer with parameters that are "
        + "stepped at the same time; infer from a copy");
  }

  /** The device that holds the value. */
  Device device() {
    requireOnDevice();
    return value.device();
  }

  /**
   * Marks the value as being changed, so that a reader in another thread fails instead of seeing half a step.
   *
   * @throws IllegalStateException when an inference in another thread reads it now, or another step changes it; nothing is marked
   */
  public void changing(boolean now) {
    if (!now) {
      changed();
      readers.set(0);
    } else if (readers.compareAndSet(0, CHANGING)) {
      changed();
    } else if (readers.get() == CHANGING) {
      throw beingChanged();
    } else {
      throw new IllegalStateException("'" + name + "' is read by an inference in another thread: do not step parameters that infer at "
          + "the same time; infer from a copy");
    }
  }

  /** The value for the one who changes it; {@link #changed} is called afterwards. */
  public Tensor valueForUpdate() {
    requireOnDevice();
    changed();
    return value;
  }

  /** Says that the value has changed: what was derived from it is out of date. */
  public void changed() {
    version.incrementAndGet();
    if (frozen) {
      frozen = false;
      value.device().backend().thaw(value.buffer());
    }
    derived.forEach(Derived::drop);
  }

  /** Rises with each change. */
  long version() {
    return version.get();
  }

  /** Registers what is dropped when the value changes. */
  void derives(Derived made) {
    derived.add(made);
  }

  /** Starts a kernel's reading: until {@link #endReading} nobody may begin to change the value. */
  void beginReading() {
    requireOnDevice();
    int now;
    do {
      now = readers.get();
      if (now == CHANGING) {
        throw beingChanged();
      }
    } while (!readers.compareAndSet(now, now + 1));
  }

  void endReading() {
    readers.decrementAndGet();
  }

  /**
   * Reads the value as a weight of inference: frozen, so that the back-end may keep packed forms of it, until it changes.
   *
   * @throws IllegalStateException when it is in host memory or an optimiser step is changing it
   */
  public Reading readFrozen() {
    beginReading();
    if (!frozen) {
      synchronized (readers) {
        value.device().backend().freeze(value.buffer());
        frozen = true;
      }
    }
    return this::endReading;
  }

  /** The right to read; close it when the kernels have run. */
  @FunctionalInterface
  public interface Reading extends AutoCloseable {
    @Override
    void close();
  }

  private void free() {
    if (value != null) {
      value.device().free(value);
      value = null;
    }
  }
}

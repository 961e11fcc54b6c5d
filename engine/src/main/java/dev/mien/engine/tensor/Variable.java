package dev.mien.engine.tensor;

import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;

/** A named value that outlives steps: a {@link Parameter} or a {@link State}. In host memory until it is moved to a device. */
public abstract sealed class Variable permits Parameter, State {
  private final String name;
  private final Shape shape;
  private HostTensor host;
  private Tensor value;
  private volatile boolean changing;

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
    free();
    value = moved;
    host = null;
  }

  /** A copy of the value in host memory. */
  public HostTensor read() {
    return value == null ? host : value.download();
  }

  /**
   * Replaces the value.
   *
   * @throws ShapeException when the shape differs
   */
  public void write(HostTensor data) {
    if (!data.shape().equals(shape)) {
      throw new ShapeException("[write] " + name + " has shape " + shape + ", the new value " + data.shape());
    }
    if (value == null) {
      host = data;
    } else {
      value.overwrite(data);
    }
  }

  /** The value on its device. */
  public Tensor value() {
    if (value == null) {
      throw new IllegalStateException("'" + name + "' is still in host memory; call to(device) on its module first");
    }
    if (changing) {
      throw new IllegalStateException("'" + name + "' is being changed by an optimiser step: do not infer with parameters that are "
          + "stepped at the same time; infer from a copy");
    }
    return value;
  }

  /** Marks the value as being changed, so that a reader in another thread fails instead of seeing half a step. */
  public void changing(boolean now) {
    changing = now;
  }

  /** The value for the one who changes it. */
  public Tensor valueForUpdate() {
    if (value == null) {
      throw new IllegalStateException("'" + name + "' is still in host memory; call to(device) on its module first");
    }
    return value;
  }

  private void free() {
    if (value != null) {
      value.device().free(value);
      value = null;
    }
  }
}

package dev.mien.engine.tensor;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;

/**
 * Numbers on a device, logically row-major, images NCHW. Made by {@link Scope#upload}, by operations (package {@code ops}) and by
 * parameters. A tensor dies with its scope, or when {@link #backward} has consumed it; a dead tensor throws when used.
 *
 * <p>Not thread-safe; different tensors may be used by different threads.
 */
public final class Tensor {
  private Scope scope;
  private final Storage storage;
  private final Buffer buffer;
  private final Shape shape;
  private final Tape tape;
  private final int id;
  private boolean released;

  Tensor(Scope scope, Storage storage, Buffer buffer, Tape tape, int id) {
    this.scope = scope;
    this.storage = storage;
    this.buffer = buffer;
    this.shape = Shape.of(buffer.dims());
    this.tape = tape;
    this.id = id;
  }

  /** This tensor as entry {@code id} of a tape. */
  Tensor on(Tape newTape, int newId) {
    return new Tensor(scope, storage, buffer, newTape, newId);
  }

  /** Another handle to the same memory, in another scope and off every tape. */
  Tensor sharedWith(Scope other) {
    storage.retain();
    return new Tensor(other, storage, buffer(), null, -1);
  }

  /** The same values off the tape: a constant for whatever is computed from it. */
  public Tensor detached() {
    if (tape == null) {
      return this;
    }
    return sharedWith(scope);
  }

  /** Makes it belong to another scope, which owns its storage now. */
  void moveTo(Scope other) {
    scope = other;
  }

  public Shape shape() {
    return shape;
  }

  /** The device that holds it. */
  public Device device() {
    return scope.device();
  }

  /** Whether operations on it are recorded. */
  public boolean isRecorded() {
    return tape != null;
  }

  Kind rawKind() {
    return buffer.kind();
  }

  boolean isReal() {
    return buffer.type() == ElementType.REAL;
  }

  public boolean isImage() {
    return buffer.kind() == Kind.IMAGE;
  }

  Scope scope() {
    return scope;
  }

  Storage storage() {
    return storage;
  }

  Tape tape() {
    return tape;
  }

  int id() {
    return id;
  }

  /** The memory itself, for those who write operations. */
  public Buffer buffer() {
    if (released || !storage.alive() || scope.isClosed()) {
      throw new IllegalStateException("tensor " + shape + " was released: its scope is closed, or backward() has consumed it. "
          + "Keep it with Scope.keep, or read it before backward()");
    }
    return buffer;
  }

  /** Copies the contents to the host: float (double on the reference device), int or byte. */
  public HostTensor download() {
    var b = buffer();
    var backend = storage.backend;
    int n = Math.toIntExact(b.count());
    int[] dims = b.dims();
    switch (b.type()) {
      case REAL -> {
        if (backend.realBits() == 64) {
          var out = new double[n];
          backend.download(b, out);
          return HostTensor.of(out, dims);
        }
        var out = new float[n];
        backend.download(b, out);
        return HostTensor.of(out, dims);
      }
      case INT32 -> {
        var out = new int[n];
        backend.download(b, out);
        return HostTensor.of(out, dims);
      }
      default -> {
        var out = new byte[n];
        backend.download(b, out);
        return b.type() == ElementType.INT8 ? HostTensor.ofInt8(out, dims) : HostTensor.of(out, dims);
      }
    }
  }

  /**
   * Replaces the contents of a tensor that belongs to the device (optimiser state, averages).
   *
   * @throws ShapeException when the shape differs
   */
  public void overwrite(HostTensor data) {
    if (!data.shape().equals(shape) || scope.depth() > 0) {
      throw new ShapeException("[overwrite] needs a tensor of the device of shape " + data.shape() + ", got " + shape);
    }
    if (!storage.backend.holdsValues()) {
      return; // initial values need not even be drawn
    }
    if (data.isDouble()) {
      storage.backend.upload(data.doubles(), buffer());
    } else {
      storage.backend.upload(data.floats(), buffer());
    }
  }

  /** The value of a tensor of one element. */
  public double item() {
    if (shape.count() != 1) {
      throw new ShapeException("[item] needs exactly one element, got shape " + shape);
    }
    if (!isReal()) {
      throw new ShapeException("[item] needs a real number, the tensor holds " + buffer.type() + ": use download()");
    }
    var out = new double[1];
    storage.backend.download(buffer(), out);
    return out[0];
  }

  /**
   * Walks the tape back from this scalar: the gradient of every recorded parameter, and of the tensors named. Everything else on the
   * tape is released on the way, the tensors of the forward pass included (this scalar stays readable).
   *
   * @param also recorded tensors (watched inputs, activations) whose gradients are wanted too
   * @throws ShapeException when this is not a scalar
   * @throws IllegalStateException when nothing was recorded or the tape was walked before
   */
  public Gradients backward(Tensor... also) {
    if (tape == null) {
      throw new IllegalStateException("[backward] nothing was recorded for this tensor: run the forward pass in Context.train(rng)");
    }
    return new BackwardPass(tape, this, scope).run(also);
  }

  /** Uploads a constant into this tensor's scope. */
  public Tensor constant(HostTensor values) {
    return scope.upload(values);
  }

  /** Another tensor seen from this one's scope, so that operations on what belongs to the device alone have a scope to live in. */
  public Tensor attach(Tensor other) {
    return scope.attach(other);
  }

  /** Says that the caller will not read this tensor again; its memory returns to the pool unless the tape needs it. */
  public void release() {
    if (!released && scope.depth() > 0) {
      released = true;
      storage.release();
    }
  }

  @Override
  public String toString() {
    return "Tensor " + shape + " on " + device().name();
  }
}

package dev.mien.engine.tensor;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.List;

/** What a gradient rule is written with: the result's gradient, what was saved, and memory for the operands' gradients. */
public final class BackwardCall {
  private final Backend backend;
  private final Tape.Node node;
  private final Scope scope;
  private final Storage gradient;
  private final Storage[] produced;
  private final List<Buffer> temporaries = new ArrayList<>();
  private boolean gradientTaken;

  BackwardCall(Backend backend, Tape.Node node, Scope scope, Storage gradient) {
    this.backend = backend;
    this.node = node;
    this.scope = scope;
    this.gradient = gradient;
    this.produced = new Storage[node.inputs().length];
  }

  public Backend kernels() {
    return backend;
  }

  /** The gradient of the result: its shape and kind. Read it before writing a gradient that reuses it. */
  public Buffer gradient() {
    return gradient.buffer;
  }

  /**
   * Memory saved at {@link OpCall#record}, by position.
   *
   * @throws IllegalStateException when the scope that owned it was closed before the walk
   */
  public Buffer saved(int i) {
    var s = node.saved()[i];
    if (s == null) {
      return null;
    }
    if (!s.storage().alive()) {
      throw new IllegalStateException("[backward] a tensor that " + node.op() + " saved was released: the scope that owned it is closed. "
          + "Call backward() before that scope closes (at " + node.path() + ")");
    }
    return s.buffer();
  }

  /** Whether operand i is recorded, so that its gradient is wanted. */
  public boolean wants(int i) {
    return node.inputs()[i] != null && node.inputs()[i].tape() != null;
  }

  /** Fresh memory for the gradient of operand i, to be written whole; null when it is not wanted. */
  public Buffer gradientOf(int i) {
    if (!wants(i)) {
      return null;
    }
    return produce(i);
  }

  /** As {@link #gradientOf}, but the result's own gradient memory is handed out when nobody else reads it and shapes agree. */
  public Buffer gradientInPlace(int i) {
    if (!wants(i)) {
      return null;
    }
    var like = node.inputs()[i].shape();
    if (gradient.exclusive() && gradient.buffer.kind() == kindOf(i) && Shape.of(gradient.buffer.dims()).equals(like)) {
      gradient.retain();
      produced[i] = gradient;
      return gradient.buffer;
    }
    return produce(i);
  }

  /** The gradient of operand i is the result's gradient itself. */
  public void pass(int i) {
    if (wants(i)) {
      gradient.retain();
      produced[i] = gradient;
    }
  }

  /** Whether operand i has the result's shape and kind, so that their gradients look alike. */
  public boolean sameAsResult(int i) {
    return kindOf(i) == gradient.buffer.kind() && node.inputs()[i].shape().equals(Shape.of(gradient.buffer.dims()));
  }

  /** Memory like the result's gradient that lives until the rule returns. */
  public Buffer temporaryLikeGradient() {
    return temporary(gradient.buffer.kind(), gradient.buffer.dims());
  }

  /** Zeros that live until the rule returns. */
  public Buffer zeros(Kind kind, int... dims) {
    var b = temporary(kind, dims);
    backend.fill(b, 0);
    return b;
  }

  /** Memory that lives until the rule returns, however it returns. */
  public Buffer temporary(Kind kind, int... dims) {
    var b = backend.allocate(ElementType.REAL, kind, dims);
    temporaries.add(b);
    return b;
  }

  /** The scope that the gradients live in. */
  Scope scope() {
    return scope;
  }

  /** What was saved, as a tensor of another scope. */
  Tensor savedTensor(int i, Scope other) {
    var buffer = saved(i);
    var storage = node.saved()[i].storage();
    storage.retain();
    return new Tensor(other, storage, buffer, null, -1);
  }

  /** Takes over the result's gradient: whoever takes it releases it. */
  Storage takeGradient() {
    gradientTaken = true;
    return gradient;
  }

  boolean gradientTaken() {
    return gradientTaken;
  }

  /** Hands in the gradient of operand i, made elsewhere; null when there is none. */
  void produced(int i, Storage made) {
    produced[i] = made;
  }

  /** Runs the rule and gives its temporary memory back. */
  void run() {
    try {
      node.backward().apply(this);
    } finally {
      temporaries.forEach(backend::release);
      temporaries.clear();
    }
  }

  private Buffer produce(int i) {
    if (produced[i] == null) {
      var buffer = backend.allocate(ElementType.REAL, kindOf(i), node.inputs()[i].shape().toArray());
      produced[i] = scope.own(buffer).storage();
    }
    return produced[i].buffer;
  }

  private Kind kindOf(int i) {
    return node.inputs()[i].rawKind();
  }

  Storage[] produced() {
    return produced;
  }
}

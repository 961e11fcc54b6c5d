package dev.mien.engine.tensor;

import dev.mien.kernels.Backend;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/**
 * What an operation is written with: it checks that operands live together, allocates results in the right scope, and records.
 *
 * <pre>{@code
 * var call = OpCall.of("relu", x);
 * var y = call.result(x.shape());
 * call.kernels().unary(Unary.RELU, x.buffer(), y.buffer());
 * return call.record(y, g -> g.kernels().unaryBackward(Unary.RELU, g.saved(0), g.saved(0), g.gradient(), g.gradientOf(0)), y);
 * }</pre>
 */
public final class OpCall {
  private final String op;
  private final Tensor[] inputs;
  private final Scope scope;
  private final Tape tape;

  private OpCall(String op, Tensor[] inputs, Scope scope, Tape tape) {
    this.op = op;
    this.inputs = inputs;
    this.scope = scope;
    this.tape = tape;
  }

  /**
   * @param inputs operands in the order of their gradients; null for an absent optional one
   * @throws DeviceException when operands live on different devices
   * @throws ShapeException when an operand holds no real numbers
   */
  public static OpCall of(String op, Tensor... inputs) {
    Scope scope = null;
    Tape tape = null;
    for (var t : inputs) {
      if (t == null) {
        continue;
      }
      if (t.buffer().type() != ElementType.REAL) {
        throw new ShapeException("[" + op + "] operand " + t.shape() + " holds " + t.buffer().type() + ", expected real numbers");
      }
      if (scope != null) {
        requireSameDevice(op, scope, t);
      }
      if (scope == null || t.scope().depth() > scope.depth()) {
        scope = t.scope();
      }
      if (t.tape() != null) {
        if (tape != null && tape != t.tape()) {
          throw new IllegalStateException("[" + op + "] operands were recorded in two contexts; use one Context per forward pass");
        }
        tape = t.tape();
      }
    }
    if (scope == null || scope.depth() == 0) {
      throw new IllegalStateException("[" + op + "] all operands belong to the device, so the result would have no scope: "
          + "bring one in with Scope.attach or Scope.upload");
    }
    return new OpCall(op, inputs.clone(), scope, tape);
  }

  /**
   * Checks an operand without a gradient (labels, indices): alive, integers, on the same device.
   *
   * @throws DeviceException when it lives on another device
   * @throws ShapeException when it holds no integers
   */
  public OpCall reads(Tensor integers) {
    if (integers.buffer().type() != ElementType.INT32) {
      throw new ShapeException("[" + op + "] operand " + integers.shape() + " holds " + integers.buffer().type()
          + ", expected 32-bit integers: upload an int[]");
    }
    requireSameDevice(op, scope, integers);
    return this;
  }

  private static void requireSameDevice(String op, Scope scope, Tensor t) {
    if (t.device() != scope.device()) {
      throw new DeviceException("[" + op + "] operands live on different devices: " + scope.device().name() + " and "
          + t.device().name());
    }
  }

  public Backend kernels() {
    return scope.device().backend();
  }

  /** Whether the result will be recorded (otherwise nothing need be saved for a gradient). */
  public boolean recording() {
    return tape != null;
  }

  /** Uninitialised real memory of the first operand's kind. */
  public Tensor result(Shape shape) {
    return result(shape, inputs[0].buffer().kind());
  }

  public Tensor result(Shape shape, Kind kind) {
    return scope.allocate(ElementType.REAL, kind, shape);
  }

  public Tensor result(Shape shape, Kind kind, ElementType type) {
    return scope.allocate(type, kind, shape);
  }

  /** A result that shares the first operand's memory under another shape (PLAIN only). */
  public Tensor alias(Shape shape) {
    var x = inputs[0];
    x.storage().retain();
    return new Tensor(scope, x.storage(), kernels().view(x.buffer(), shape.toArray()), null, -1);
  }

  /**
   * Ends the call: the result, recorded when an operand is.
   *
   * @param backward writes the gradients of the operands from the gradient of the result
   * @param saved tensors whose memory the backward needs; they stay alive until it has run; null entries are allowed
   */
  public Tensor record(Tensor result, Backward backward, Tensor... saved) {
    if (tape == null) {
      return result;
    }
    if (tape.detectAnomalies() && result.isReal() && !Double.isFinite(kernels().sumOfSquares(result.buffer()))) {
      throw new NonFiniteException("[" + op + "] the forward pass made a NaN or infinity: result " + result.shape() + " from "
          + Arrays.stream(inputs).map(t -> t == null ? "none" : t.shape().toString()).toList() + " (at " + tape.path() + ")");
    }
    return tape.record(op, inputs, result, saved, backward);
  }

  /** The gradient rule of one recorded call. */
  @FunctionalInterface
  public interface Backward {
    void apply(BackwardCall call);
  }
}

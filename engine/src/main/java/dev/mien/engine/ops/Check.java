package dev.mien.engine.ops;

import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;

/** The front door of every operation: arguments are checked here once, so kernels need not. */
final class Check {
  private Check() {}

  /** Throws a {@link ShapeException} with the formatted message unless the condition holds. */
  static void that(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new ShapeException(message.formatted(arguments));
    }
  }

  static void rank(String op, String operand, Tensor t, int rank, String letters) {
    that(t.shape().rank() == rank, "[%s] %s must have rank %d %s, got shape %s", op, operand, rank, letters, t.shape());
  }

  static void image(String op, Tensor t) {
    rank(op, "input", t, 4, "[N, C, H, W]");
    that(t.isImage(), "[%s] input %s is not an image: upload it with Scope.upload, or turn it with Layouts.image", op, t.shape());
  }

  static int axis(String op, int axis, int rank) {
    that(axis >= -rank && axis < rank, "[%s] axis %d is out of range for rank %d", op, axis, rank);
    return axis < 0 ? axis + rank : axis;
  }
}

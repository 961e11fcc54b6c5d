package dev.mien.engine.ops;

import dev.mien.engine.tensor.BackwardCall;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import java.util.Arrays;

/**
 * a + b, a - b, a * b, a / b with NumPy broadcasting: shapes are aligned at the last axis, an extent of 1 (or a missing leading axis)
 * repeats. Gradients are summed over the repeated axes.
 */
public final class Arithmetic {
  private Arithmetic() {}

  public static Tensor add(Tensor a, Tensor b) {
    return apply("add", Binary.ADD, a, b);
  }

  public static Tensor subtract(Tensor a, Tensor b) {
    return apply("subtract", Binary.SUBTRACT, a, b);
  }

  public static Tensor multiply(Tensor a, Tensor b) {
    return apply("multiply", Binary.MULTIPLY, a, b);
  }

  public static Tensor divide(Tensor a, Tensor b) {
    return apply("divide", Binary.DIVIDE, a, b);
  }

  private static Tensor apply(String name, Binary f, Tensor a, Tensor b) {
    var shape = broadcast(name, a.shape(), b.shape());
    boolean image = shape.rank() == 4 && (a.isImage() || b.isImage());
    var left = operand(a, shape.rank(), image);
    var right = operand(b, shape.rank(), image);
    var call = OpCall.of(name, left, right);
    var y = call.result(shape);
    call.kernels().binary(f, left.buffer(), right.buffer(), y.buffer());
    return switch (f) {
      case ADD -> call.record(y, g -> {
        reduce(g, 0, g.gradient(), 1);
        reduce(g, 1, g.gradient(), 1);
      });
      case SUBTRACT -> call.record(y, g -> {
        reduce(g, 0, g.gradient(), 1);
        reduce(g, 1, g.gradient(), -1);
      });
      case MULTIPLY -> call.record(y, g -> {
        product(g, 0, g.saved(1));
        product(g, 1, g.saved(0));
      }, left, right);
      case DIVIDE -> call.record(y, Arithmetic::divideBackward, right, y);
    };
  }

  /** Operands of one kind and equal rank. */
  private static Tensor operand(Tensor t, int rank, boolean image) {
    var r = t;
    if (t.shape().rank() < rank) {
      int[] dims = new int[rank];
      Arrays.fill(dims, 1);
      int[] own = t.shape().toArray();
      System.arraycopy(own, 0, dims, rank - own.length, own.length);
      r = Layouts.reshape(t, dims);
    }
    return image ? Layouts.image(r) : Layouts.plain(r);
  }

  /** The broadcast shape. */
  static Shape broadcast(String name, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int da = i <= a.rank() ? a.dim(-i) : 1;
      int db = i <= b.rank() ? b.dim(-i) : 1;
      Check.that(da == db || da == 1 || db == 1,
          "[%s] shapes %s and %s do not broadcast: axis %d from the end has %d and %d", name, a, b, i, da, db);
      dims[rank - i] = da == 1 ? db : da;
    }
    return Shape.of(dims);
  }

  /** Sums a gradient of the result's shape down to operand i. */
  private static void reduce(BackwardCall g, int i, Buffer full, double factor) {
    if (!g.wants(i)) {
      return;
    }
    if (factor == 1 && full == g.gradient() && g.sameAsResult(i)) {
      g.pass(i);
    } else {
      g.kernels().sum(full, g.gradientOf(i), factor);
    }
  }

  private static void product(BackwardCall g, int i, Buffer other) {
    if (!g.wants(i)) {
      return;
    }
    if (g.sameAsResult(i)) {
      g.kernels().binary(Binary.MULTIPLY, g.gradient(), other, g.gradientOf(i));
    } else {
      var full = g.temporaryLikeGradient();
      g.kernels().binary(Binary.MULTIPLY, g.gradient(), other, full);
      g.kernels().sum(full, g.gradientOf(i), 1);
    }
  }

  private static void divideBackward(BackwardCall g) {
    var ga = g.temporaryLikeGradient();
    g.kernels().binary(Binary.DIVIDE, g.gradient(), g.saved(0), ga);
    reduce(g, 0, ga, 1);
    if (g.wants(1)) {
      g.kernels().binary(Binary.MULTIPLY, ga, g.saved(1), ga);
      reduce(g, 1, ga, -1);
    }
  }
}

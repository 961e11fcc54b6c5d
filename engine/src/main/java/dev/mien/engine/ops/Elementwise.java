package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Unary;

/** Functions of one argument, element by element: y = f(x), dL/dx = dL/dy f'(x). Shapes: x any, y the same. NaN stays NaN. */
public final class Elementwise {
  private Elementwise() {}

  /** max(0, x); derivative 0 at 0. */
  public static Tensor relu(Tensor x) {
    return apply("relu", Unary.RELU, x);
  }

  /** x where x > 0, otherwise slope * x. */
  public static Tensor leakyRelu(Tensor x, double slope) {
    return apply("leakyRelu", new Unary.LeakyRelu(slope), x);
  }

  /** 1 / (1 + exp(-x)) */
  public static Tensor sigmoid(Tensor x) {
    return apply("sigmoid", Unary.SIGMOID, x);
  }

  /** Hyperbolic tangent. */
  public static Tensor tanh(Tensor x) {
    return apply("tanh", Unary.TANH, x);
  }

  /** x * Phi(x), Phi the normal distribution function (erf form, Hendrycks and Gimpel 2016, Eq. 2). */
  public static Tensor gelu(Tensor x) {
    return apply("gelu", Unary.GELU, x);
  }

  /** x * sigmoid(x) */
  public static Tensor silu(Tensor x) {
    return apply("silu", Unary.SILU, x);
  }

  /** e^x */
  public static Tensor exp(Tensor x) {
    return apply("exp", Unary.EXP, x);
  }

  /** Natural logarithm. */
  public static Tensor log(Tensor x) {
    return apply("log", Unary.LOG, x);
  }

  /** Square root; the derivative at 0 is infinite. */
  public static Tensor sqrt(Tensor x) {
    return apply("sqrt", Unary.SQRT, x);
  }

  /** x * x */
  public static Tensor square(Tensor x) {
    return apply("square", Unary.SQUARE, x);
  }

  /** |x|; derivative 0 at 0. */
  public static Tensor abs(Tensor x) {
    return apply("abs", Unary.ABS, x);
  }

  /** factor * x */
  public static Tensor scale(Tensor x, double factor) {
    return affine(x, factor, 0);
  }

  /** factor * x + shift */
  public static Tensor affine(Tensor x, double factor, double shift) {
    return apply("affine", new Unary.Affine(factor, shift), x);
  }

  /** min(max(x, low), high); derivative 1 inside and on the ends, 0 outside. */
  public static Tensor clamp(Tensor x, double low, double high) {
    Check.that(low <= high, "[clamp] low %s is above high %s", low, high);
    return apply("clamp", new Unary.Clamp(low, high), x);
  }

  private static Tensor apply(String name, Unary f, Tensor x) {
    var call = OpCall.of(name, x);
    var y = call.result(x.shape());
    call.kernels().unary(f, x.buffer(), y.buffer());
    boolean fromResult = f instanceof Unary.Relu || f instanceof Unary.Sigmoid || f instanceof Unary.Tanh || f instanceof Unary.Exp
        || f instanceof Unary.Sqrt;
    if (fromResult) {
      // These derivatives need y only, so x may go back to the pool.
      return call.record(y, g -> g.kernels().unaryBackward(f, g.saved(0), g.saved(0), g.gradient(), g.gradientInPlace(0)), y);
    }
    return call.record(y, g -> g.kernels().unaryBackward(f, g.saved(0), g.saved(1), g.gradient(), g.gradientInPlace(0)), x, y);
  }
}

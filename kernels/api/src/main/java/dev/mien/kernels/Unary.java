package dev.mien.kernels;

/** An elementwise function of one argument. Its derivative is taken from x and y, whichever is cheaper. */
public sealed interface Unary {
  /** max(0, x); derivative 0 at 0. NaN stays NaN. */
  record Relu() implements Unary {}

  /** x where x > 0, otherwise slope * x; derivative slope at 0. */
  record LeakyRelu(double slope) implements Unary {}

  /** 1 / (1 + exp(-x)) */
  record Sigmoid() implements Unary {}

  /** Hyperbolic tangent. */
  record Tanh() implements Unary {}

  /** x * Phi(x) with the exact normal distribution function (erf form). */
  record Gelu() implements Unary {}

  /** x * sigmoid(x) */
  record Silu() implements Unary {}

  /** e^x */
  record Exp() implements Unary {}

  /** Natural logarithm. */
  record Log() implements Unary {}

  /** Square root; derivative at 0 is infinite. */
  record Sqrt() implements Unary {}

  /** x * x */
  record Square() implements Unary {}

  /** |x|; derivative 0 at 0. */
  record Abs() implements Unary {}

  /** scale * x + shift */
  record Affine(double scale, double shift) implements Unary {}

  /** min(max(x, low), high); derivative 0 outside [low, high], 1 inside and on the ends. */
  record Clamp(double low, double high) implements Unary {}

  Unary RELU = new Relu();
  Unary SIGMOID = new Sigmoid();
  Unary TANH = new Tanh();
  Unary GELU = new Gelu();
  Unary SILU = new Silu();
  Unary EXP = new Exp();
  Unary LOG = new Log();
  Unary SQRT = new Sqrt();
  Unary SQUARE = new Square();
  Unary ABS = new Abs();
}

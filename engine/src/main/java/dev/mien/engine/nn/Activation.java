package dev.mien.engine.nn;

import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Tensor;
import java.util.function.UnaryOperator;

/** An activation as a layer, for {@link Sequential}: {@code Activation.relu()}. */
public final class Activation extends Module {
  private final UnaryOperator<Tensor> function;

  private Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  public static Activation relu() {
    return new Activation(Elementwise::relu);
  }

  public static Activation leakyRelu(double slope) {
    return new Activation(x -> Elementwise.leakyRelu(x, slope));
  }

  public static Activation sigmoid() {
    return new Activation(Elementwise::sigmoid);
  }

  public static Activation tanh() {
    return new Activation(Elementwise::tanh);
  }

  public static Activation gelu() {
    return new Activation(Elementwise::gelu);
  }

  public static Activation silu() {
    return new Activation(Elementwise::silu);
  }

  @Override
  protected Tensor apply(Tensor x, Context context) {
    return function.apply(x);
  }
}

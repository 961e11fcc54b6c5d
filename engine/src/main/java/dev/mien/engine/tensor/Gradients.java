package dev.mien.engine.tensor;

import dev.mien.kernels.Buffer;
import java.util.List;
import java.util.Map;

/** What {@link Tensor#backward} returns: one gradient per parameter used, and per tensor named. Lives until the scope closes. */
public final class Gradients {
  private final List<Parameter> order;
  private final Map<Parameter, Tensor> byParameter;
  private final Tape tape;
  private final Map<Integer, Tensor> byId;
  private final Device device;

  Gradients(List<Parameter> order, Map<Parameter, Tensor> byParameter, Tape tape, Map<Integer, Tensor> byId, Device device) {
    this.order = List.copyOf(order);
    this.byParameter = byParameter;
    this.tape = tape;
    this.byId = byId;
    this.device = device;
  }

  /** Parameters with a gradient, in the order of their first use. */
  public List<Parameter> parameters() {
    return order;
  }

  /** The gradient of a parameter, or null when the loss does not depend on it. */
  public Tensor of(Parameter parameter) {
    return byParameter.get(parameter);
  }

  /**
   * The gradient of a tensor named in {@link Tensor#backward}.
   *
   * @throws IllegalArgumentException when it was not named
   */
  public Tensor of(Tensor tensor) {
    var g = tensor.tape() == tape ? byId.get(tensor.id()) : null;
    if (g == null) {
      throw new IllegalArgumentException("no gradient was asked for tensor " + tensor.shape() + ": name it in backward(tensor)");
    }
    return g;
  }

  /** The L2 norm over all parameters' gradients together; NaN or infinite when one of them is. */
  public double globalNorm() {
    return Math.sqrt(device.backend().sumOfSquares(
        order.stream().map(p -> byParameter.get(p).buffer()).toArray(Buffer[]::new)));
  }

  /** Adds these gradients, times a factor, to an accumulator that lives across steps. */
  public void addTo(GradientAccumulator accumulator, double factor) {
    accumulator.add(this, factor);
  }
}

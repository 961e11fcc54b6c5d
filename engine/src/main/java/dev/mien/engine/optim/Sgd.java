package dev.mien.engine.optim;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Parameter;
import dev.mien.kernels.OptimizerStep;
import java.util.List;

/**
 * Stochastic gradient descent with momentum: {@code g += weightDecay p; v = momentum v + g; p -= lr (nesterov ? g + momentum v : v)}
 * (PyTorch's form).
 */
public final class Sgd extends Optimizer {
  private final Options options;

  public Sgd(List<Parameter> parameters, Options options) {
    super(parameters, options.momentum == 0 ? 0 : 1, options.learningRate);
    this.options = options;
  }

  /** Options with everything else off. */
  public static Options learningRate(double rate) {
    return new Options(rate, 0, 0, false, 0, true);
  }

  /**
   * @param learningRate step size
   * @param momentum of the velocity, 0 for none
   * @param weightDecay L2 factor added to the gradient
   * @param nesterov whether to look ahead
   * @param clipNorm largest global gradient norm, 0 for no clipping
   * @param decayVectors whether biases and batch norm decay too
   */
  public record Options(double learningRate, double momentum, double weightDecay, boolean nesterov, double clipNorm,
                        boolean decayVectors) {
    public Options momentum(double m) {
      return new Options(learningRate, m, weightDecay, nesterov, clipNorm, decayVectors);
    }

    public Options weightDecay(double w) {
      return new Options(learningRate, momentum, w, nesterov, clipNorm, decayVectors);
    }

    public Options nesterov(boolean n) {
      return new Options(learningRate, momentum, weightDecay, n, clipNorm, decayVectors);
    }

    public Options clipNorm(double c) {
      return new Options(learningRate, momentum, weightDecay, nesterov, c, decayVectors);
    }

    public Options decayVectors(boolean d) {
      return new Options(learningRate, momentum, weightDecay, nesterov, clipNorm, d);
    }
  }

  @Override
  void apply(Device device, Group group) {
    var step = new OptimizerStep.Sgd(learningRate(), options.momentum, group.decayed() ? options.weightDecay : 0, options.nesterov,
        group.gradientScale(), group.guard());
    device.backend().sgd(step, group.values(), group.gradients(), options.momentum == 0 ? null : group.slots()[0]);
  }

  @Override
  double clipNorm() {
    return options.clipNorm;
  }

  @Override
  boolean decayVectors() {
    return options.decayVectors;
  }
}

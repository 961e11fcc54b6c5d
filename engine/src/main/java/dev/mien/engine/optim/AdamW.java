package dev.mien.engine.optim;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Parameter;
import dev.mien.kernels.OptimizerStep;
import java.util.List;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019, Algorithm 2). */
public final class AdamW extends Optimizer {
  private final Options options;

  public AdamW(List<Parameter> parameters, Options options) {
    super(parameters, 2, options.learningRate);
    this.options = options;
  }

  /** Options with betas 0.9 and 0.999, eps 1e-8, decay 0.01. */
  public static Options learningRate(double rate) {
    return new Options(rate, 0.9, 0.999, 1e-8, 0.01, 0, true);
  }

  /**
   * @param learningRate step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param eps added to the root of the second moment
   * @param weightDecay decoupled decay, times the learning rate
   * @param clipNorm largest global gradient norm, 0 for no clipping
   * @param decayVectors whether biases and batch norm decay too
   */
  public record Options(double learningRate, double beta1, double beta2, double eps, double weightDecay, double clipNorm,
                        boolean decayVectors) {
    public Options betas(double b1, double b2) {
      return new Options(learningRate, b1, b2, eps, weightDecay, clipNorm, decayVectors);
    }

    public Options weightDecay(double w) {
      return new Options(learningRate, beta1, beta2, eps, w, clipNorm, decayVectors);
    }

    public Options clipNorm(double c) {
      return new Options(learningRate, beta1, beta2, eps, weightDecay, c, decayVectors);
    }

    public Options decayVectors(boolean d) {
      return new Options(learningRate, beta1, beta2, eps, weightDecay, clipNorm, d);
    }
  }

  @Override
  void apply(Device device, Group group) {
    var step = new OptimizerStep.AdamW(learningRate(), options.beta1, options.beta2, options.eps,
        group.decayed() ? options.weightDecay : 0, steps(), group.gradientScale(), group.guard());
    device.backend().adamW(step, group.values(), group.gradients(), group.slots()[0], group.slots()[1]);
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

package dev.mien.kernels;

/** Hyper-parameters of one optimiser step. */
public final class OptimizerStep {
  private OptimizerStep() {}

  /**
   * {@code g = gradientScale * gradient + weightDecay * p; v = momentum * v + g; p -= lr * (nesterov ? g + momentum * v : v)}
   * (PyTorch's form with dampening 0; v starts at 0).
   *
   * @param guard what {@link Backend#guardStep} left, on a device that queues its work: the factor of the gradients then comes from there,
   *     and a refused step changes nothing; otherwise null
   */
  public record Sgd(double learningRate, double momentum, double weightDecay, boolean nesterov, double gradientScale, Buffer guard) {
    public Sgd(double learningRate, double momentum, double weightDecay, boolean nesterov, double gradientScale) {
      this(learningRate, momentum, weightDecay, nesterov, gradientScale, null);
    }
  }

  /**
   * {@code p -= lr * weightDecay * p; m = beta1 m + (1 - beta1) g; s = beta2 s + (1 - beta2) g^2;
   * p -= lr * (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps)} with {@code g = gradientScale * gradient}.
   *
   * @param t number of this step, from 1
   * @param guard as for {@link Sgd}
   */
  public record AdamW(double learningRate, double beta1, double beta2, double eps, double weightDecay, long t, double gradientScale,
                      Buffer guard) {
    public AdamW(double learningRate, double beta1, double beta2, double eps, double weightDecay, long t, double gradientScale) {
      this(learningRate, beta1, beta2, eps, weightDecay, t, gradientScale, null);
    }
  }
}

package dev.mien.kernels;

/** Hyper-parameters of one optimiser step. */
public final class OptimizerStep {
  private OptimizerStep() {}

  /**
   * {@code g = gradientScale * gradient + weightDecay * p; v = momentum * v + g; p -= lr * (nesterov ? g + momentum * v : v)}
   * (PyTorch's form with dampening 0; v starts at 0).
   */
  public record Sgd(double learningRate, double momentum, double weightDecay, boolean nesterov, double gradientScale) {}

  /**
   * {@code p -= lr * weightDecay * p; m = beta1 m + (1 - beta1) g; s = beta2 s + (1 - beta2) g^2;
   * p -= lr * (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps)} with {@code g = gradientScale * gradient}.
   *
   * @param t number of this step, from 1
   */
  public record AdamW(double learningRate, double beta1, double beta2, double eps, double weightDecay, long t,
                      double gradientScale) {}
}

package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.OptimizerStep;

/** The optimisers' steps, element by element. */
final class ReferenceOptimizers {
  private final ReferenceMemory memory;

  ReferenceOptimizers(ReferenceMemory memory) {
    this.memory = memory;
  }

  double sumOfSquares(Buffer... xs) {
    double sum = 0;
    for (var buffer : xs) {
      for (double value : memory.reals("sumOfSquares", "x", buffer)) {
        sum += value * value;
      }
    }
    return sum;
  }

  void sgd(OptimizerStep.Sgd step, Buffer[] parameters, Buffer[] gradients, Buffer[] velocities) {
    Check.that(velocities != null || step.momentum() == 0, "sgd", "momentum is " + step.momentum() + " but velocities are null");
    lengths("sgd", parameters, gradients);
    if (velocities != null) {
      lengths("sgd", parameters, velocities);
    }
    for (int k = 0; k < parameters.length; k++) {
      double[] p = memory.reals("sgd", "parameter " + k, parameters[k]);
      double[] gradient = like("sgd", "gradient " + k, gradients[k], parameters[k]);
      double[] v = velocities == null ? null : like("sgd", "velocity " + k, velocities[k], parameters[k]);
      for (int i = 0; i < p.length; i++) {
        double g = step.gradientScale() * gradient[i] + step.weightDecay() * p[i];
        double velocity = step.momentum() == 0 ? g : step.momentum() * v[i] + g;
        if (v != null) {
          v[i] = velocity;
        }
        p[i] -= step.learningRate() * (step.nesterov() ? g + step.momentum() * velocity : velocity);
      }
    }
  }

  void adamW(OptimizerStep.AdamW step, Buffer[] parameters, Buffer[] gradients, Buffer[] firstMoments, Buffer[] secondMoments) {
    Check.that(step.t() >= 1, "adamW", "step number t is " + step.t() + ", expected 1 or more");
    lengths("adamW", parameters, gradients);
    lengths("adamW", parameters, firstMoments);
    lengths("adamW", parameters, secondMoments);
    double correction1 = 1 - StrictMath.pow(step.beta1(), step.t());
    double correction2 = 1 - StrictMath.pow(step.beta2(), step.t());
    for (int k = 0; k < parameters.length; k++) {
      double[] p = memory.reals("adamW", "parameter " + k, parameters[k]);
      double[] gradient = like("adamW", "gradient " + k, gradients[k], parameters[k]);
      double[] m = like("adamW", "first moment " + k, firstMoments[k], parameters[k]);
      double[] s = like("adamW", "second moment " + k, secondMoments[k], parameters[k]);
      for (int i = 0; i < p.length; i++) {
        double g = step.gradientScale() * gradient[i];
        p[i] -= step.learningRate() * step.weightDecay() * p[i];
        m[i] = step.beta1() * m[i] + (1 - step.beta1()) * g;
        s[i] = step.beta2() * s[i] + (1 - step.beta2()) * g * g;
        p[i] -= step.learningRate() * (m[i] / correction1) / (Math.sqrt(s[i] / correction2) + step.eps());
      }
    }
  }

  private double[] like(String kernel, String name, Buffer buffer, Buffer parameter) {
    double[] values = memory.reals(kernel, name, buffer);
    Check.same(kernel, name, buffer, "its parameter", parameter);
    return values;
  }

  private static void lengths(String kernel, Buffer[] parameters, Buffer[] others) {
    Check.that(parameters.length == others.length, kernel, "there are " + parameters.length + " parameters but " + others.length
        + " gradients or states");
  }
}

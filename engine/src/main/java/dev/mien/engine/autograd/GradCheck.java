package dev.mien.engine.autograd;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Compares gradients with central differences in float64 on the reference device: {@code |a - n| <= 1e-6 max(1, |n|max)} with
 * {@code h = 1e-5}. Keep inputs away from kinks by at least 10 h.
 *
 * <pre>{@code
 * GradCheck.check((x, context) -> Elementwise.tanh(x[0]), HostTensor.of(new double[] {0.3, -1}, 2));
 * }</pre>
 */
public final class GradCheck {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;
  private static final int FULL_JACOBIAN_LIMIT = 64;
  private static final int DIRECTIONS = 8;

  private GradCheck() {}

  /** A function of real tensors to check; the context records when gradients are wanted. */
  @FunctionalInterface
  public interface Function {
    Tensor apply(Tensor[] inputs, Context context);
  }

  /**
   * The largest difference between a gradient and its numerical estimate, each input element by element up to 64 elements, along 8
   * random directions beyond.
   *
   * @param largestError max |analytic - numeric|
   * @param largestGradient max |numeric|
   */
  public record Outcome(double largestError, double largestGradient) {
    public boolean passed() {
      return largestError <= TOLERANCE * Math.max(1, largestGradient);
    }
  }

  /**
   * Checks the gradient in every real input.
   *
   * @throws AssertionError when a gradient is wrong, or when two backward runs differ in a bit
   */
  public static void check(Function f, HostTensor... inputs) {
    for (int i = 0; i < inputs.length; i++) {
      if (!inputs[i].isReal()) {
        continue;
      }
      var outcome = compare(f, i, inputs);
      if (!outcome.passed()) {
        throw new AssertionError("gradient of input " + i + " " + inputs[i].shape() + " is off by " + outcome.largestError
            + " (largest gradient " + outcome.largestGradient + ")");
      }
    }
  }

  /** Compares the gradient in one input. */
  public static Outcome compare(Function f, int input, HostTensor... inputs) {
    try (var device = Device.open("reference")) {
      var analytic = analytic(device, f, input, inputs);
      if (!Arrays.equals(analytic, analytic(device, f, input, inputs))) {
        throw new AssertionError("two backward runs of the same function differ");
      }
      int n = analytic.length;
      double error = 0;
      double largest = 0;
      var rng = Rng.seed(7).split("directions");
      int probes = n <= FULL_JACOBIAN_LIMIT ? n : DIRECTIONS;
      for (int p = 0; p < probes; p++) {
        var direction = new double[n];
        if (n <= FULL_JACOBIAN_LIMIT) {
          direction[p] = 1;
        } else {
          for (int i = 0; i < n; i++) {
            direction[i] = rng.at(p).gaussian(i) / Math.sqrt(n);
          }
        }
        double numeric = (value(device, f, shifted(inputs, input, direction, STEP))
            - value(device, f, shifted(inputs, input, direction, -STEP))) / (2 * STEP);
        double exact = 0;
        for (int i = 0; i < n; i++) {
          exact += analytic[i] * direction[i];
        }
        double difference = Math.abs(exact - numeric);
        error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
        largest = Math.max(largest, Math.abs(numeric));
      }
      return new Outcome(error, largest);
    }
  }

  private static HostTensor[] shifted(HostTensor[] inputs, int input, double[] direction, double step) {
    var moved = inputs.clone();
    var data = inputs[input].doubles().clone();
    for (int i = 0; i < data.length; i++) {
      data[i] += step * direction[i];
    }
    moved[input] = HostTensor.of(data, inputs[input].shape().toArray());
    return moved;
  }

  private static double value(Device device, Function f, HostTensor[] inputs) {
    try (var scope = device.scope()) {
      var tensors = Arrays.stream(inputs).map(scope::upload).toArray(Tensor[]::new);
      return scalar(f.apply(tensors, Context.train(Rng.seed(11)))).item();
    }
  }

  private static double[] analytic(Device device, Function f, int input, HostTensor[] inputs) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(11));
      var tensors = Arrays.stream(inputs).map(scope::upload).toArray(Tensor[]::new);
      for (int i = 0; i < tensors.length; i++) {
        if (inputs[i].isReal()) {
          tensors[i] = context.watch(tensors[i]);
        }
      }
      return scalar(f.apply(tensors, context)).backward(tensors[input]).of(tensors[input]).download().doubles();
    }
  }

  /** A fixed random weighting of all results, so that no error cancels in a plain sum. */
  private static Tensor scalar(Tensor y) {
    if (y.shape().count() == 1) {
      return Layouts.reshape(y);
    }
    var rng = Rng.seed(13).split("weights");
    var weights = new double[Math.toIntExact(y.shape().count())];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = rng.uniform(i, -1, 1);
    }
    var flat = Layouts.reshape(y, weights.length);
    return Reductions.sum(Arithmetic.multiply(flat, constant(flat, weights)));
  }

  private static Tensor constant(Tensor like, double[] values) {
    return like.constant(HostTensor.of(values, values.length));
  }
}

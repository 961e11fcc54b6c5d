package dev.mien.engine.system;

import dev.mien.engine.nn.Module;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Gradients of a module in its input and in every parameter against central differences on the reference, in training mode. A
 * network with ReLU or maxima may have a kink within a step, so an estimate that disagrees is taken again with smaller steps: the
 * limit decides, and a wrong gradient is wrong at every step.
 */
final class ModuleGradients {
  private static final double[] STEPS = {1e-5, 3e-6, 1e-6};
  private static final double TOLERANCE = 1e-6;
  private static final int FULL = 64;
  private static final int DIRECTIONS = 8;

  private ModuleGradients() {}

  /** @param loss turns the module's result into a scalar; integers may come from the scope of the tensor */
  static void check(Module module, HostTensor input, BiFunction<Tensor, Context, Tensor> loss) {
    try (var device = Device.open("reference")) {
      module.to(device);
      var values = new ArrayList<HostTensor>(List.of(HostTensor.of(input.doubles().clone(), input.shape().toArray())));
      var writers = new ArrayList<Consumer<HostTensor>>();
      writers.add(v -> values.set(0, v));
      for (var p : module.parameters()) {
        values.add(p.read());
        writers.add(p::write);
      }
      DoubleSupplier value = () -> value(device, module, values.getFirst(), loss);
      var exact = analytic(device, module, values.getFirst(), loss);
      for (int i = 0; i < values.size(); i++) {
        compare(i == 0 ? "input" : module.parameters().get(i - 1).name(), values.get(i), writers.get(i), exact.get(i), value);
      }
    }
  }

  private static void compare(String name, HostTensor at, Consumer<HostTensor> write, double[] gradient, DoubleSupplier value) {
    int n = gradient.length;
    var rng = Rng.seed(5);
    for (int probe = 0; probe < (n <= FULL ? n : DIRECTIONS); probe++) {
      var direction = new double[n];
      for (int i = 0; i < n; i++) {
        direction[i] = n <= FULL ? (i == probe ? 1 : 0) : rng.at(probe).gaussian(i) / Math.sqrt(n);
      }
      double exact = 0;
      for (int i = 0; i < n; i++) {
        exact += gradient[i] * direction[i];
      }
      double[] estimates = new double[STEPS.length];
      boolean agrees = false;
      for (int s = 0; s < STEPS.length && !agrees; s++) {
        estimates[s] = (valueAt(at, direction, STEPS[s], write, value) - valueAt(at, direction, -STEPS[s], write,
            value)) / (2 * STEPS[s]);
        agrees = Math.abs(estimates[s] - exact) <= TOLERANCE * Math.max(1, Math.abs(estimates[s]));
      }
      write.accept(at);
      if (!agrees) {
        throw new AssertionError("gradient of " + name + " " + at.shape() + " is " + exact + " in direction " + probe
            + ", estimated "
            + Arrays.toString(estimates));
      }
    }
  }

  private static double valueAt(HostTensor at, double[] direction, double step, Consumer<HostTensor> write,
      DoubleSupplier value) {
    var moved = at.doubles().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    write.accept(HostTensor.of(moved, at.shape().toArray()));
    return value.getAsDouble();
  }

  private static double value(Device device, Module module, HostTensor input, BiFunction<Tensor, Context, Tensor> loss) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(11));
      return loss.apply(module.forward(scope.upload(input), context), context).item();
    }
  }

  /** Of the input, then of each parameter. */
  private static List<double[]> analytic(Device device, Module module, HostTensor input, BiFunction<Tensor, Context,
      Tensor> loss) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(11));
      var x = context.watch(scope.upload(input));
      var gradients = loss.apply(module.forward(x, context), context).backward(x);
      var found = new ArrayList<double[]>();
      found.add(gradients.of(x).download().doubles());
      module.parameters().forEach(p -> found.add(gradients.of(p).download().doubles()));
      return found;
    }
  }
}

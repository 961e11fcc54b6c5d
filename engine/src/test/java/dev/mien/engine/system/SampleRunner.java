package dev.mien.engine.system;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs samples on a device: result first, then the gradient of each real operand of a fixed random weighting of the result. */
final class SampleRunner {
  static final long SEED = Long.getLong("seed", 2026);
  /** The full tier takes 100 samples of an operation, every other run 20. */
  static final int SAMPLES = Boolean.getBoolean("mien.full") ? 100 : 20;

  private SampleRunner() {}

  /** The key of one sample, so that a failure is repeated by its number alone. */
  static Rng key(OpRow row, int number) {
    return Rng.seed(SEED).split(row.signature()).at(number);
  }

  static List<HostTensor> run(Device device, Sample sample) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(11));
      var operands = operands(scope, context, sample);
      var y = sample.function().apply(operands, context);
      var found = new ArrayList<HostTensor>();
      found.add(y.download());
      var real = Arrays.stream(operands).filter(Tensor::isRecorded).toArray(Tensor[]::new);
      var gradients = weighted(y).backward(real);
      for (var operand : real) {
        found.add(gradients.of(operand).download());
      }
      return found;
    }
  }

  static Tensor[] operands(Scope scope, Context context, Sample sample) {
    return Arrays.stream(sample.inputs()).map(h -> h.isReal() ? context.watch(scope.upload(h)) : scope.upload(h))
        .toArray(Tensor[]::new);
  }

  /** A scalar that weights every element differently, so that no error cancels. */
  static Tensor weighted(Tensor y) {
    var rng = Rng.seed(13);
    var weights = new double[Math.toIntExact(y.shape().count())];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) rng.uniform(i, -1, 1);
    }
    var flat = Layouts.reshape(y, weights.length);
    return Reductions.sum(Arithmetic.multiply(flat, flat.constant(HostTensor.of(weights, weights.length))));
  }
}

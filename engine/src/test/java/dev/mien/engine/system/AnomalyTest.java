package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A NaN made by any kernel of any operation, forward or backward, is reported with the operation and the module's path. */
class AnomalyTest {
  private static final int SAMPLES = 3;
  /** Operations that are another one with fixed attributes. */
  private static final Map<String, String> KNOWN_AS = Map.of("scale", "affine", "globalAveragePool", "adaptiveAveragePool2d",
      "crossEntropy", "distributionLoss", "flatten", "reshape");

  /** Operations made of others: their parts have rows of their own, and are named. */
  private static final Set<String> MADE_OF_OTHERS = Set.of("layerNorm");

  /** A module that runs one sample under the path net.layer. */
  private static final class Layer extends Module {
    private final Sample sample;
    private final Tensor[] operands;

    Layer(Sample sample, Tensor[] operands) {
      this.sample = sample;
      this.operands = operands;
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return sample.function().apply(operands, context);
    }
  }

  private static final class Net extends Module {
    private final Layer layer;

    Net(Layer layer) {
      this.layer = child("layer", layer);
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return layer.forward(x, context);
    }
  }

  @TestFactory
  Stream<DynamicTest> operations() {
    return OpSamples.ROWS.stream().filter(row -> !MADE_OF_OTHERS.contains(row.operation())).map(row -> DynamicTest.dynamicTest(row.signature(), () -> {
      int poisoned = 0;
      for (int i = 0; i < SAMPLES; i++) {
        poisoned += poison(row, row.sample(Draw.small(SampleRunner.key(row, i))));
      }
      assertTrue(poisoned > 0, "no kernel of " + row + " was spoiled, so nothing was tested");
    }));
  }

  private static int poison(OpRow row, Sample sample) {
    int forward;
    int all;
    try (var device = Device.open("faulty")) {
      var clean = run(device, sample, 0);
      forward = clean[0];
      all = clean[1];
      for (int kernel = 1; kernel <= forward; kernel++) {
        requireNamed(row, device, sample, kernel, "the forward pass made");
      }
      // Kernels between belong to the weighted sum that follows the operation.
      int tail = all - clean[2];
      for (int kernel = tail + 1; kernel <= all; kernel++) {
        requireNamed(row, device, sample, kernel, "the backward pass made");
      }
    }
    return forward;
  }

  private static void requireNamed(OpRow row, Device device, Sample sample, int kernel, String pass) {
    var e = assertThrows(NonFiniteException.class, () -> run(device, sample, kernel), () -> "kernel " + kernel + " of " + row);
    String name = e.getMessage().substring(1, e.getMessage().indexOf(']'));
    var expected = List.of(row.operation(), KNOWN_AS.getOrDefault(row.operation(), row.operation()), "reshape", "plain", "image");
    assertTrue(expected.contains(name), () -> row + ": " + e.getMessage());
    assertTrue(e.getMessage().contains(pass) && e.getMessage().endsWith("(at net.layer)"), e::getMessage);
  }

  /** Kernels of the operation's forward pass, of everything, and of the operation's own gradient rule. */
  private static int[] run(Device device, Sample sample, int poisonedKernel) {
    var faults = Faults.of(device);
    faults.poisonAt(poisonedKernel);
    try (var scope = device.scope()) {
      var context = Context.trainDetectingAnomalies(Rng.seed(11));
      var operands = SampleRunner.operands(scope, context, sample);
      var y = new Net(new Layer(sample, operands)).forward(operands[0], context);
      int forward = faults.kernels();
      var loss = SampleRunner.weighted(y);
      int weighting = backwardKernelsOfWeighting(y);
      int before = faults.kernels();
      loss.backward();
      return new int[] {forward, faults.kernels(), faults.kernels() - before - weighting};
    }
  }

  /**
   * Sum: expand; the last reshape of it and the first of the result: a copy each, an image's conversion one more; multiply: one.
   */
  private static int backwardKernelsOfWeighting(Tensor y) {
    return 4 + (y.isImage() ? 1 : 0);
  }

  @Test
  void optimizerRefusesAndChangesNothing() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var layer = new Linear(2, 1, Rng.seed(1));
      layer.to(device);
      var before = layer.parameters().getFirst().read();
      var sgd = new Sgd(layer.parameters(), Sgd.learningRate(0.1).momentum(0.9));
      var context = Context.train(Rng.seed(2));
      var x = scope.upload(HostTensor.of(new double[] {1e200, 1}, 1, 2));
      var gradients = Reductions.sum(Elementwise.square(layer.forward(x, context))).backward();
      var e = assertThrows(NonFiniteException.class, () -> sgd.step(gradients, context));
      assertEquals("[optimizer] the global gradient norm of step 1 is Infinity; no parameter was changed. Run the step again "
          + "with "
          + "Context.trainDetectingAnomalies to find the operation", e.getMessage());
      assertEquals(before, layer.parameters().getFirst().read());
      assertEquals(0, sgd.steps());
    }
  }
}

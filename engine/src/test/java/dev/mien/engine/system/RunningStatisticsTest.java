package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mien.engine.nn.BatchNorm1d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.ShapeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The running statistics of batch normalisation, by hand: mean 3 and 6, biased variance 8/3 and 32/3, unbiased 4 and 16. */
class RunningStatisticsTest {
  private static final double[] VALUES = {1, 2, 3, 6, 5, 10};
  private static final double EPS = 1e-5;

  private final Device device = Device.open("reference");
  private final BatchNorm1d norm = new BatchNorm1d(2);

  @AfterEach
  void close() {
    device.close();
  }

  private double[] state(Module module, String name) {
    return module.namedVariables().get(name).read().doubles();
  }

  private void requireStatistics(double mean0, double mean1, double variance0, double variance1) {
    assertArrayEquals(new double[] {mean0, mean1}, state(norm, "running_mean"), 1e-12);
    assertArrayEquals(new double[] {variance0, variance1}, state(norm, "running_var"), 1e-12);
  }

  private void pass(Context context, boolean step, double... values) {
    try (var scope = device.scope()) {
      var y = norm.forward(scope.upload(HostTensor.of(values.clone(), values.length / 2, 2)), context);
      if (step) {
        new Sgd(norm.parameters(), Sgd.learningRate(0)).step(SampleRunner.weighted(y).backward(), context);
      }
    }
  }

  @Test
  void aStepMovesThemTowardsTheBatch() {
    norm.to(device);
    requireStatistics(0, 0, 1, 1);
    pass(Context.train(Rng.seed(1)), true, VALUES);
    requireStatistics(0.3, 0.6, 0.9 + 0.4, 0.9 + 1.6);
    pass(Context.train(Rng.seed(1)), true, VALUES);
    requireStatistics(0.57, 1.14, 0.9 * 1.3 + 0.4, 0.9 * 2.5 + 1.6);
  }

  @Test
  void withoutAStepNothingMoves() {
    norm.to(device);
    pass(Context.train(Rng.seed(1)), false, VALUES);
    pass(Context.eval(), false, VALUES);
    pass(Context.evalRecorded(), true, VALUES);
    requireStatistics(0, 0, 1, 1);
    var eval = Context.eval();
    eval.update(() -> {
      throw new AssertionError("inference changes no state");
    });
    eval.commitUpdates();
  }

  @Test
  void theyAreCommittedOnce() {
    norm.to(device);
    var context = Context.train(Rng.seed(1));
    try (var scope = device.scope()) {
      norm.forward(scope.upload(HostTensor.of(VALUES.clone(), 3, 2)), context);
      context.commitUpdates();
      context.commitUpdates();
    }
    requireStatistics(0.3, 0.6, 1.3, 2.5);
  }

  @Test
  void afterTheScopeIsClosedTheyCannotBeCommitted() {
    norm.to(device);
    var context = Context.train(Rng.seed(1));
    pass(context, false, VALUES);
    assertThrows(IllegalStateException.class, context::commitUpdates);
    requireStatistics(0, 0, 1, 1);
  }

  @Test
  void trainingUsesTheBatchAndEvaluationTheRunningValues() {
    norm.to(device);
    norm.namedVariables().get("weight").write(HostTensor.of(new double[] {2, 1}, 2));
    norm.namedVariables().get("bias").write(HostTensor.of(new double[] {0, -1}, 2));
    norm.namedVariables().get("running_mean").write(HostTensor.of(new double[] {1, 2}, 2));
    norm.namedVariables().get("running_var").write(HostTensor.of(new double[] {4, 16}, 2));
    try (var scope = device.scope()) {
      var x = scope.upload(HostTensor.of(VALUES.clone(), 3, 2));
      double a = 2 / Math.sqrt(8 / 3.0 + EPS);
      double b = 4 / Math.sqrt(32 / 3.0 + EPS);
      assertArrayEquals(new double[] {-2 * a, -b - 1, 0, -1, 2 * a, b - 1}, norm.forward(x, Context.train(Rng.seed(1))).download()
          .doubles(),
          1e-12);
      double c = 2 / Math.sqrt(4 + EPS);
      double d = 1 / Math.sqrt(16 + EPS);
      assertArrayEquals(new double[] {0, -1, 2 * c, 4 * d - 1, 4 * c, 8 * d - 1}, norm.forward(x, Context.eval()).download()
          .doubles(), 1e-12);
    }
  }

  @Test
  void imagesCountEveryPixel() {
    var images = new BatchNorm2d(2);
    images.to(device);
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      // Two images of 1 x 2 pixels: channel 0 holds 1 3 5 7, channel 1 holds 0 0 0 4.
      images.forward(scope.upload(HostTensor.of(new double[] {1, 3, 0, 0, 5, 7, 0, 4}, 2, 2, 1, 2)), context);
      context.commitUpdates();
    }
    assertArrayEquals(new double[] {0.4, 0.1}, state(images, "running_mean"), 1e-12);
    assertArrayEquals(new double[] {0.9 + 0.1 * 20 / 3, 0.9 + 0.1 * 4}, state(images, "running_var"), 1e-12);
  }

  @Test
  void oneValueHasNoVariance() {
    norm.to(device);
    var e = assertThrows(ShapeException.class, () -> pass(Context.train(Rng.seed(1)), false, 1, 2));
    assertEquals("[batchNorm] needs more than one value per channel to train, got input [1, 2] (at net)", e.getMessage());
    pass(Context.eval(), false, 1, 2);
  }
}

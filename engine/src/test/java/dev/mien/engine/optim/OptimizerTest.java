package dev.mien.engine.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mien.engine.nn.Linear;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.StateMap;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clipping, parameters without a gradient, schedules' ends, and the moving average of a model. */
class OptimizerTest {
  private final Device device = Device.open("reference");

  @AfterEach
  void close() {
    device.close();
  }

  private Parameter parameter(double... values) {
    var p = new Parameter("p", HostTensor.of(values, values.length));
    p.to(device);
    return p;
  }

  /** One step with these gradients. */
  private void step(Optimizer optimizer, Parameter p, double... gradient) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var g = scope.upload(HostTensor.of(gradient, gradient.length));
      optimizer.step(Reductions.sum(Arithmetic.multiply(g, p.in(context))).backward(), context);
    }
  }

  @Test
  void clippingScalesTheWholeGradientToTheNorm() {
    var p = parameter(0, 0);
    var sgd = new Sgd(List.of(p), Sgd.learningRate(1).clipNorm(2.5));
    step(sgd, p, 3, 4);
    assertEquals(5, sgd.lastGradientNorm());
    assertArrayEquals(new double[] {-1.5, -2}, p.read().doubles(), 1e-6);
    step(sgd, p, 0.3, 0.4);
    assertArrayEquals(new double[] {-1.8, -2.4}, p.read().doubles(), 1e-6, "a small gradient is left alone");
  }

  @Test
  void aParameterWithoutAGradientStaysAsItIs() {
    var used = parameter(1);
    var idle = parameter(1);
    var adam = new AdamW(List.of(idle, used), AdamW.learningRate(0.1).weightDecay(0.5));
    step(adam, used, 1);
    assertArrayEquals(new double[] {1}, idle.read().doubles());
    assertEquals(0.95 - 0.1, used.read().doubles()[0], 1e-6);
  }

  @Test
  void aScheduleSetsTheRateOfEachStep() {
    var p = parameter(0);
    var sgd = new Sgd(List.of(p), Sgd.learningRate(1));
    var schedule = Schedule.step(1, 2, 0.5);
    for (int i = 0; i < 4; i++) {
      sgd.setLearningRate(schedule.learningRate(sgd.steps()));
      step(sgd, p, 1);
    }
    assertEquals(-3, p.read().doubles()[0]);
  }

  @Test
  void schedulesStartAndEndWhereTheySay() {
    assertEquals(0.3, Schedule.constant(0.3).learningRate(1_000_000));
    var cosine = Schedule.cosine(1, 0.1, 100);
    assertEquals(1, cosine.learningRate(0));
    assertEquals(0.55, cosine.learningRate(50), 1e-15);
    assertEquals(0.1, cosine.learningRate(100));
    assertEquals(0.1, cosine.learningRate(Long.MAX_VALUE));
    assertEquals(0.5 + 0.5 * Math.pow(0.75, 0.9), Schedule.polynomial(1, 0.5, 4, 0.9).learningRate(1), 1e-15);
    var warm = Schedule.constant(8).warmUp(4);
    assertEquals(2, warm.learningRate(0));
    assertEquals(4, warm.learningRate(1));
    assertEquals(8, warm.learningRate(3));
    assertEquals(8, warm.learningRate(4));
    assertEquals(0.5 * Schedule.cosine(1, 0, 10).learningRate(1), Schedule.cosine(1, 0, 10).warmUp(4).learningRate(1));
    assertEquals(8, Schedule.constant(8).warmUp(0).learningRate(0));
    assertEquals("[schedule] the interval must be at least one step, got 0",
        assertThrows(IllegalArgumentException.class, () -> Schedule.step(1, 0, 0.5)).getMessage());
  }

  @Test
  void theAverageFollowsTheModelAndForgetsTheStart() {
    var model = new Linear(HostTensor.of(new double[] {1}, 1, 1), null);
    var target = new Linear(HostTensor.of(new double[] {9}, 1, 1), null);
    model.to(device);
    target.to(device);
    var weight = model.parameters().getFirst();
    var average = new ExponentialAverage(model, 0.25);
    double expected = 1;
    for (int t = 0; t < 4; t++) {
      weight.write(HostTensor.of(new double[] {t + 2}, 1, 1));
      average.update();
      double d = Math.min(0.25, (1.0 + t) / (10 + t)); // 0.1, 2/11, 0.25, 0.25
      expected = d * expected + (1 - d) * (t + 2);
    }
    average.copyTo(target);
    assertEquals(expected, target.parameters().getFirst().read().doubles()[0], 1e-15);
    assertEquals(5, weight.read().doubles()[0], "the model itself is not touched");
    var state = new StateMap();
    average.writeState(state);
    var other = new ExponentialAverage(target, 0.25);
    other.readState(state);
    average.update();
    other.readState(state);
    var again = new StateMap();
    other.writeState(again);
    assertEquals(state, again);
  }

  @Test
  void trainingFindsTheLeastSquares() {
    // y = 2 x - 1 on five points: both optimisers must find it.
    for (var make : List.<Function<List<Parameter>, Optimizer>>of(
        p -> new Sgd(p, Sgd.learningRate(0.05).momentum(0.9)), p -> new AdamW(p, AdamW.learningRate(0.05).weightDecay(0)))) {
      var model = new Linear(1, 1, Rng.seed(1));
      model.to(device);
      var optimizer = make.apply(model.parameters());
      for (int t = 0; t < 600; t++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(t));
          var x = scope.upload(HostTensor.of(new double[] {-2, -1, 0, 1, 2}, 5, 1));
          var y = scope.upload(HostTensor.of(new double[] {-5, -3, -1, 1, 3}, 5, 1));
          optimizer.step(Reductions.mean(Elementwise.square(Arithmetic.subtract(model.forward(x, context), y))).backward(),
              context);
        }
      }
      assertEquals(2, model.parameters().get(0).read().doubles()[0], 1e-3);
      assertEquals(-1, model.parameters().get(1).read().doubles()[0], 1e-3);
    }
  }
}

package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.optim.AdamW;
import dev.mien.engine.optim.ExponentialAverage;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.kernels.CountingBackend;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The planned peak is the measured one to the byte, and planning computes nothing. */
class MemoryPlanTest {
  private static final int CLASSES = 5;

  /** A training of {@link TestNet}. */
  private record Case(int width, int batch, int side, Function<Module, Optimizer> optimizer, boolean averaged) {
    MemoryPlan.Work build(Device device) {
      var net = new TestNet(width, CLASSES, Rng.seed(1)).to(device);
      if (averaged) {
        new ExponentialAverage(net, 0.9);
      }
      return new MemoryPlan.Work(net, optimizer.apply(net), (scope, context) -> {
        var logits = net.forward(scope.upload(Init.constant(0.5, batch, 3, side, side)), context);
        return DistributionLosses.crossEntropy(logits, scope.upload(TestNet.labels(batch, CLASSES, Rng.seed(3))));
      });
    }
  }

  private static long measured(Case c) {
    try (var device = Device.open("cpu", 2)) {
      var work = c.build(device);
      for (int step = 0; step < 3; step++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(7).at(step));
          work.optimizer().step(work.loss().apply(scope, context).backward(), context);
        }
      }
      return device.memory().peakBytes();
    }
  }

  @Test
  void thePlannedPeakIsTheMeasuredOne() {
    Function<Module, Optimizer> plain = net -> new Sgd(net.parameters(), Sgd.learningRate(0.1));
    Function<Module, Optimizer> momentum = net -> new Sgd(net.parameters(), Sgd.learningRate(0.1).momentum(0.9));
    Function<Module, Optimizer> adam = net -> new AdamW(net.parameters(), AdamW.learningRate(1e-3));
    // Few and many channels, wide pictures (the forward pass peaks) and tiny ones (the optimiser's step does).
    for (var c : new Case[] {new Case(3, 2, 16, plain, false), new Case(17, 4, 12, momentum, false), new Case(4, 3, 40, adam, false),
        new Case(40, 2, 4, adam, true)}) {
      var plan = MemoryPlan.of(c::build);
      assertEquals(measured(c), plan.peakBytes(), c + ": " + plan);
      assertTrue(plan.peakBytes() >= plan.parameterBytes() + plan.optimizerBytes() + plan.otherBytes() + plan.gradientBytes());
      assertEquals(c.averaged, plan.otherBytes() > 0);
      assertFalse(plan.peakAt().isEmpty());
    }
  }

  @Test
  void thePartsAreWhatTheyAreCalled() {
    var c = new Case(16, 2, 32, net -> new AdamW(net.parameters(), AdamW.learningRate(1e-3)), false);
    var plan = MemoryPlan.of(c::build);
    assertEquals(2 * plan.gradientBytes(), plan.optimizerBytes(), "two moments for each gradient");
    assertTrue(plan.parameterBytes() > plan.gradientBytes(), "running statistics have no gradient");
    assertTrue(plan.activationBytes() > 2 * 16 * 32 * 32 * 4L * 3);
    assertTrue(plan.peakAt().startsWith("backward of net.") || plan.peakAt().startsWith("forward of net."), plan.peakAt());
    assertTrue(plan.scratchBytes() >= 32 * 32 * 9 * 4, "the largest weight is packed");
    var twice = MemoryPlan.of(new Case(16, 4, 32, c.optimizer, false)::build);
    assertEquals(2.0, (double) twice.activationBytes() / plan.activationBytes(), 0.02);
    assertEquals(plan.parameterBytes(), twice.parameterBytes());
  }

  @Test
  void initialValuesAreNotDrawn() {
    try (var device = Device.counting(new CountingBackend(() -> "")); var scope = device.scope()) {
      var never = HostTensor.deferred(() -> {
        throw new AssertionError("drawn");
      }, 3, 4);
      assertEquals(12, scope.upload(never).shape().count());
      assertEquals(64, device.memory().lentBytes(), "12 floats end on a multiple of 16");
      var e = assertThrows(IllegalStateException.class, () -> device.calibrate(1));
      assertEquals("the counting device computes nothing, so it has no speed", e.getMessage());
    }
  }
}

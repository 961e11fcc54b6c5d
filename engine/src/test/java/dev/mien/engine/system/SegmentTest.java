package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Flatten;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Segment;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recomputed segments: the same bits and running statistics as without, less memory, nothing left behind. */
class SegmentTest {
  private static final int CLASSES = 4;
  private static final int BLOCKS = 6;

  /** Residual blocks with batch norm, dropout behind each, and a linear layer at the end. */
  private static final class Net extends Module {
    private final Sequential blocks;
    private final Sequential head;

    Net(boolean recomputing, Rng rng) {
      var units = new Module[2 * BLOCKS];
      for (int i = 0; i < BLOCKS; i++) {
        units[2 * i] = new TestNet.Block(i == 0 ? 3 : 5, 5, i == 3 ? 2 : 1, rng.at(i));
        units[2 * i + 1] = new Dropout(0.2);
      }
      blocks = child("blocks", new Sequential(units).recomputing(recomputing));
      head = child("head", new Sequential(new Flatten(), new Linear(5 * 4 * 4, CLASSES, rng.split("head"))).recomputing(recomputing));
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return head.forward(blocks.forward(x, context), context);
    }
  }

  private static String steps(String name, boolean recomputing, boolean watched) {
    try (var device = Device.open(name, 2)) {
      var net = new Net(recomputing, Rng.seed(1));
      net.to(device);
      var sgd = new Sgd(net.parameters(), Sgd.learningRate(0.1).momentum(0.9).clipNorm(0.5));
      var text = new StringBuilder();
      long lent = 0;
      for (int i = 0; i < 3; i++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(5).at(i));
          var x = scope.upload(TestNet.images(3, 8, Rng.seed(i)));
          x = watched ? context.watch(x) : x;
          var loss = DistributionLosses.crossEntropy(net.forward(x, context), scope.upload(TestNet.labels(3, CLASSES, Rng.seed(i))));
          var gradients = watched ? loss.backward(x) : loss.backward();
          if (watched) {
            text.append(StateText.of(state(gradients.of(x).download())));
          }
          sgd.step(gradients, context);
          text.append(sgd.lastGradientNorm()).append(' ');
        }
        lent = i == 0 ? device.memory().lentBytes() : lent;
        assertEquals(lent, device.memory().lentBytes());
        assertEquals(0, device.openScopes());
      }
      var state = new StateMap();
      net.writeState(state);
      return text + StateText.of(state);
    }
  }

  private static StateMap state(HostTensor t) {
    var map = new StateMap();
    map.put("gradient", t);
    return map;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void trainsToTheSameBits(String name) {
    assertEquals(steps(name, false, false), steps(name, true, false));
    assertEquals(steps(name, false, true), steps(name, true, true), "with the gradient of the input");
  }

  private static MemoryPlan plan(boolean recomputing) {
    return MemoryPlan.of(device -> {
      var net = new Net(recomputing, Rng.seed(1));
      net.to(device);
      return new MemoryPlan.Work(net, new Sgd(net.parameters(), Sgd.learningRate(0.1)), (scope, context) ->
          DistributionLosses.crossEntropy(net.forward(scope.upload(TestNet.images(16, 8, Rng.seed(1))), context),
              scope.upload(TestNet.labels(16, CLASSES, Rng.seed(2)))));
    });
  }

  @Test
  void needsLessMemory() {
    var without = plan(false);
    var with = plan(true);
    assertTrue(with.activationBytes() < 0.4 * without.activationBytes(), with + " against " + without);
    assertTrue(with.peakBytes() < 0.6 * without.peakBytes(), with + " against " + without);
    assertEquals(without.gradientBytes(), with.gradientBytes());
    assertTrue(with.peakAt().contains("net.blocks."), with.peakAt());
  }

  @Test
  void anIdentityAndAViewMayBeSegments() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var x = context.watch(scope.upload(HostTensor.of(new double[] {1, -2, 3, 4}, 2, 1, 1, 2)));
      var same = Segment.run((t, c) -> t, x, context);
      var flat = Segment.run((t, c) -> new Flatten().forward(t, c), same, context);
      var twice = Segment.run((t, c) -> new Flatten().forward(t, c), flat, context);
      var loss = SampleRunner.weighted(Elementwise.square(twice));
      var gradient = loss.backward(x).of(x).download();
      assertEquals(4, gradient.shape().count());
    }
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var x = scope.upload(HostTensor.of(new double[] {1, -2}, 2));
      var y = Segment.run((t, c) -> Elementwise.square(t), x, Context.eval());
      assertEquals(4, y.download().doubles()[1], "without a tape it runs once");
    }
  }

  @Test
  void aNanIsNamedByItsOperation() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var net = new Net(true, Rng.seed(1));
      net.to(device);
      var weight = net.namedVariables().get("blocks.2.conv2.weight");
      var values = weight.read().doubles().clone();
      values[7] = Double.POSITIVE_INFINITY;
      weight.write(HostTensor.of(values, weight.shape().toArray()));
      var context = Context.trainDetectingAnomalies(Rng.seed(2));
      var e = assertThrows(NonFiniteException.class, () -> net.forward(scope.upload(TestNet.images(2, 8, Rng.seed(3))), context));
      assertTrue(e.getMessage().startsWith("[conv2d]") && e.getMessage().endsWith("(at net.blocks.2.conv2)"), e.getMessage());
    }
  }

  @Test
  void everyCallMayFail() {
    try (var device = Device.open("faulty")) {
      var faults = Faults.of(device);
      var net = new Net(true, Rng.seed(1));
      net.to(device);
      long lent = device.memory().lentBytes();
      faults.failAt(0);
      gradient(device, net);
      int calls = faults.calls();
      for (int n = 1; n <= calls; n++) {
        faults.failAt(n);
        assertThrows(Faults.Planned.class, () -> gradient(device, net), "call " + n);
        assertEquals(lent, device.memory().lentBytes(), "memory after the failure of call " + n + " of " + calls);
        assertEquals(0, device.openScopes());
      }
    }
  }

  private static void gradient(Device device, Net net) {
    try (var scope = device.scope()) {
      var logits = net.forward(scope.upload(TestNet.images(2, 8, Rng.seed(3))), Context.train(Rng.seed(2)));
      DistributionLosses.crossEntropy(logits, scope.upload(TestNet.labels(2, CLASSES, Rng.seed(4)))).backward();
    }
  }
}

package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * The n-th allocation or kernel fails, for every n: all memory comes back, nothing is half done, and the next step is as if
 * never.
 */
class FailureTest {
  private static final int CLASSES = 4;

  private final Device device = Device.open("faulty");
  private final TestNet net = new TestNet(2, CLASSES, Rng.seed(1));
  private final Faults faults = Faults.of(device);

  private Sgd optimizer() {
    return new Sgd(net.parameters(), Sgd.learningRate(0.05).momentum(0.9).weightDecay(1e-4));
  }

  private Tensor loss(Scope scope, Context context) {
    var logits = net.forward(scope.upload(TestNet.images(3, 8, Rng.seed(3))), context);
    return DistributionLosses.crossEntropy(logits, scope.upload(TestNet.labels(3, CLASSES, Rng.seed(4))));
  }

  private void step(Sgd sgd) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(2).at(sgd.steps()));
      sgd.step(loss(scope, context).backward(), context);
    }
  }

  private StateMap state(Sgd sgd) {
    var state = new StateMap();
    net.writeState(state.sub("model."));
    sgd.writeState(state.sub("optimizer."));
    return state;
  }

  @Test
  void everyCallOfATrainingStepMayFail() {
    net.to(device);
    var sgd = optimizer();
    step(sgd);
    var start = state(sgd);
    long lent = device.memory().lentBytes();
    faults.failAt(0);
    step(sgd);
    int calls = faults.calls();
    var expected = state(sgd);
    assertTrue(calls > 100, "a step makes " + calls + " calls");
    int lastUntouched = 0;
    for (int n = 1; n <= calls; n++) {
      net.readState(start.sub("model."));
      sgd.readState(start.sub("optimizer."));
      faults.failAt(n);
      assertThrows(Faults.Planned.class, () -> step(sgd), "call " + n);
      faults.failAt(0);
      assertEquals(lent, device.memory().lentBytes(), "memory after the failure of call " + n);
      assertEquals(0, device.openScopes());
      if (state(sgd).equals(start)) {
        lastUntouched = n;
        step(sgd);
        assertEquals(expected, state(sgd), "the step after the failure of call " + n);
      }
    }
    // Only the commit of the running statistics comes after the parameters have changed: two calls for each of six norms.
    assertEquals(calls - 12, lastUntouched, "calls before anything changes, of " + calls);
  }

  @Test
  void everyCallOfInferenceMayFail() {
    net.to(device);
    long lent = device.memory().lentBytes();
    faults.failAt(0);
    var expected = infer();
    int folding = faults.calls();
    for (int n = 1; n <= folding; n++) {
      device.trim();
      assertEquals(lent, device.memory().lentBytes());
      faults.failAt(n);
      assertThrows(Faults.Planned.class, this::infer);
      faults.failAt(0);
      assertEquals(expected, infer());
    }
    long folded = device.memory().lentBytes();
    faults.failAt(0);
    infer();
    int calls = faults.calls();
    assertTrue(calls < folding, calls + " calls with folded norms, " + folding + " before");
    for (int n = 1; n <= calls; n++) {
      faults.failAt(n);
      assertThrows(Faults.Planned.class, this::infer);
      faults.failAt(0);
      assertEquals(folded, device.memory().lentBytes());
      assertEquals(expected, infer());
    }
  }

  private HostTensor infer() {
    try (var scope = device.scope()) {
      return net.forward(scope.upload(TestNet.images(1, 8, Rng.seed(3))), Context.eval()).download();
    }
  }

  /** Rules that take temporary memory: broadcast multiply, divide, slice. */
  @Test
  void everyCallOfRulesWithTemporariesMayFail() {
    assertEquals(0, device.memory().lentBytes());
    faults.failAt(0);
    temporaries();
    int calls = faults.calls();
    for (int n = 1; n <= calls; n++) {
      faults.failAt(n);
      assertThrows(Faults.Planned.class, this::temporaries);
      assertEquals(0, device.memory().lentBytes(), "memory after the failure of call " + n + " of " + calls);
    }
  }

  private void temporaries() {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var x = context.watch(scope.upload(Draw.small(Rng.seed(1)).divisors(2, 3)));
      var row = context.watch(scope.upload(Draw.small(Rng.seed(2)).divisors(3)));
      var y = Arithmetic.divide(Arithmetic.multiply(x, row), Elementwise.affine(Arithmetic.multiply(row, row), 1, 1));
      var cut = Joining.concat(0, Joining.slice(y, 1, 1, 1), Joining.slice(x, 1, 0, 1));
      SampleRunner.weighted(Layouts.permute(cut, 1, 0)).backward(x, row);
    }
  }

  @Test
  void aMoveThatFailsLosesNothing() {
    var before = new StateMap();
    net.writeState(before);
    faults.failAt(0);
    new TestNet(2, CLASSES, Rng.seed(1)).to(device);
    int calls = faults.calls();
    for (int n = 1; n <= calls; n++) {
      var fresh = new TestNet(2, CLASSES, Rng.seed(1));
      faults.failAt(n);
      assertThrows(Faults.Planned.class, () -> fresh.to(device));
      faults.failAt(0);
      fresh.to(device);
      var after = new StateMap();
      fresh.writeState(after);
      fresh.namedVariables().forEach((name, v) -> assertEquals(v.shape(), after.tensor(name).shape()));
      assertEquals(StateText.of(before), StateText.of(after), "after the failure of call " + n);
    }
  }

  @Test
  void anOptimizerThatGetsNoMemoryHasNotStepped() {
    net.to(device);
    var sgd = optimizer();
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(2));
      var gradients = loss(scope, context).backward();
      var before = new StateMap();
      net.writeState(before);
      faults.failAt(3);
      assertThrows(Faults.Planned.class, () -> sgd.step(gradients, context));
      faults.failAt(0);
      var after = new StateMap();
      net.writeState(after);
      assertEquals(before, after);
      assertEquals(0, sgd.steps());
      sgd.step(gradients, context);
      assertEquals(1, sgd.steps());
    }
  }
}

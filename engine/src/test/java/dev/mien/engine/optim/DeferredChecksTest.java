package dev.mien.engine.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.NonFiniteException;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.StateMap;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps whose gradients are looked at on the device that queues its work: the same bits, and nothing changes from a NaN on. */
class DeferredChecksTest {
  private Device device;

  @BeforeEach
  void open() {
    var first = Device.diagnose().stream().filter(d -> d.device().startsWith("opencl")).findFirst();
    assumeTrue(first.isPresent() && first.get().usable(), () -> "opencl: " + first.map(d -> d.reason()).orElse("no such provider"));
    device = Device.open("opencl:0");
  }

  @AfterEach
  void close() {
    if (device != null) {
      device.close();
    }
  }

  private static Function<List<Parameter>, Optimizer> rule(String name) {
    return name.equals("sgd") ? p -> new Sgd(p, Sgd.learningRate(0.1).momentum(0.9).weightDecay(0.01).clipNorm(2.5))
        : p -> new AdamW(p, AdamW.learningRate(0.1).clipNorm(2.5));
  }

  private Parameter parameter(Device on) {
    var p = new Parameter("p", HostTensor.of(new double[] {1, -2, 3}, 3));
    p.to(on);
    return p;
  }

  private static void step(Device on, Optimizer optimizer, Parameter p, float... gradient) {
    try (var scope = on.scope()) {
      var context = Context.train(Rng.seed(1));
      var g = scope.upload(HostTensor.of(gradient, gradient.length));
      optimizer.step(Reductions.sum(Arithmetic.multiply(g, p.in(context))).backward(), context);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adamw"})
  void deferringChangesNoBitAndFollowsTheReference(String name) {
    var p = parameter(device);
    var q = parameter(device);
    var once = rule(name).apply(List.of(p));
    var later = rule(name).apply(List.of(q));
    later.deferChecks(true);
    try (var reference = Device.open("reference")) {
      var r = parameter(reference);
      var oracle = rule(name).apply(List.of(r));
      for (float[] g : new float[][] {{3, 4, 0}, {0.3f, 0.4f, -1}, {1e25f, 2e25f, 0}, {1e-8f, 0, 0}}) {
        step(device, once, p, g);
        step(device, later, q, g);
        step(reference, oracle, r, g);
      }
      assertArrayEquals(p.read().floats(), q.read().floats(), 0);
      double[] expected = r.read().doubles();
      float[] actual = q.read().floats();
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], actual[i], 1e-5);
      }
      assertEquals(oracle.lastGradientNorm(), later.lastGradientNorm(), 1e-14);
    }
    assertEquals(0, later.firstRefusedStep());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adamw"})
  void fromANonFiniteGradientOnNothingChangesUntilTheStateIsRead(String name) {
    var p = parameter(device);
    var optimizer = rule(name).apply(List.of(p));
    optimizer.deferChecks(true);
    step(device, optimizer, p, 1, 1, 1);
    float[] good = p.read().floats();
    var state = new StateMap();
    optimizer.writeState(state);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      step(device, optimizer, p, 1, bad, 1);
      step(device, optimizer, p, 1, 1, 1);
      assertArrayEquals(good, p.read().floats(), 0);
      assertEquals(2, optimizer.firstRefusedStep());
      assertEquals(2, optimizer.firstRefusedStep(), "asking changes nothing");
      optimizer.readState(state);
      assertEquals(0, optimizer.firstRefusedStep());
    }
    step(device, optimizer, p, 1, 1, 1);
    assertEquals(0, optimizer.firstRefusedStep());
    optimizer.deferChecks(false);
    float[] before = p.read().floats();
    assertThrows(NonFiniteException.class, () -> step(device, optimizer, p, 1, Float.NaN, 1));
    assertArrayEquals(before, p.read().floats(), 0);
    step(device, optimizer, p, 1, 1, 1);
    assertEquals(3, optimizer.steps());
  }

  @Test
  void rowsBesideTheParametersStayToo() {
    var p = parameter(device);
    var sgd = new Sgd(List.of(p), Sgd.learningRate(0.1));
    sgd.deferChecks(true);
    try (var table = new SampledRows(device, HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), 2, 0.9, 0)) {
      step(sgd, p, table, 1);
      float[] good = rows(table);
      assertArrayEquals(new float[] {0.9f, 1.9f, 3, 4, 4.9f, 5.9f, 1, 1, 0, 0, 1, 1}, good, 1e-6f, "values and velocities");
      step(sgd, p, table, Float.NaN);
      step(sgd, p, table, 1);
      assertArrayEquals(good, rows(table), 0);
      assertEquals(2, sgd.firstRefusedStep());
    }
  }

  private void step(Optimizer optimizer, Parameter p, SampledRows table, float gradient) {
    table.select(0, 2);
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var g = scope.upload(HostTensor.of(new float[] {gradient}, 1));
      var gradients = Arithmetic.add(Reductions.sum(Arithmetic.multiply(p.in(context), g)),
          Reductions.sum(Arithmetic.multiply(table.parameter().in(context), g))).backward();
      optimizer.step(gradients, context);
      table.step(gradients, optimizer);
    }
  }

  private static float[] rows(SampledRows table) {
    var state = new StateMap();
    table.writeState(state);
    float[] all = Arrays.copyOf(state.tensors().get("table").floats(), 12);
    System.arraycopy(state.tensors().get("velocities").floats(), 0, all, 6, 6);
    return all;
  }
}

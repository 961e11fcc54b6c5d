package dev.mien.engine.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mien.engine.io.JsonValue;
import dev.mien.engine.io.StrictJson;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.StateMap;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Five steps of each optimiser, and schedules, against PyTorch 1.13 (src/test/python/optimizer_golden.py). */
class OptimizerGoldenTest {
  private static final Map<String, Function<List<Parameter>, Optimizer>> OPTIMIZERS = Map.of(
      "sgd", p -> new Sgd(p, Sgd.learningRate(0.1)),
      "sgd-momentum", p -> new Sgd(p, Sgd.learningRate(0.1).momentum(0.9)),
      "sgd-decay", p -> new Sgd(p, Sgd.learningRate(0.1).weightDecay(0.05)),
      "sgd-nesterov", p -> new Sgd(p, Sgd.learningRate(0.05).momentum(0.8).weightDecay(0.01).nesterov(true)),
      "sgd-matrices-only", p -> new Sgd(p, Sgd.learningRate(0.1).momentum(0.9).weightDecay(0.05).decayVectors(false)),
      "sgd-clipped", p -> new Sgd(p, Sgd.learningRate(0.1).momentum(0.9).weightDecay(0.01).clipNorm(1.5)),
      "adamw", p -> new AdamW(p, AdamW.learningRate(0.01)),
      "adamw-betas", p -> new AdamW(p, AdamW.learningRate(0.02).betas(0.8, 0.95).weightDecay(0.1)),
      "adamw-clipped", p -> new AdamW(p, AdamW.learningRate(0.01).clipNorm(0.5)),
      "adamw-matrices-only", p -> new AdamW(p, AdamW.learningRate(0.01).weightDecay(0.2).decayVectors(false)));
  private static final Map<String, Schedule> SCHEDULES = Map.of(
      "step", Schedule.step(0.1, 3, 0.5),
      "multi-step", Schedule.multiStep(0.1, 0.1, 6, 2, 5),
      "cosine", Schedule.cosine(0.1, 0.02, 8),
      "polynomial", Schedule.polynomial(0.1, 0, 8, 2));

  private static JsonValue.Object golden;

  @BeforeAll
  static void read() throws IOException {
    try (var in = OptimizerGoldenTest.class.getResourceAsStream("/optimizer-golden.json")) {
      golden = (JsonValue.Object) StrictJson.read("optimizer-golden.json", in.readAllBytes());
    }
  }

  @Test
  void everyGoldenCaseIsCompared() {
    assertEquals(new HashSet<>(golden.object("optimizers").members().keySet()), OPTIMIZERS.keySet());
    assertEquals(new HashSet<>(golden.object("schedules").members().keySet()), SCHEDULES.keySet());
  }

  @TestFactory
  Stream<DynamicTest> optimizers() {
    return OPTIMIZERS.keySet().stream().sorted().flatMap(name -> Stream.of(
        DynamicTest.dynamicTest(name + " in float64", () -> compare("reference", name, 1e-13)),
        DynamicTest.dynamicTest(name + " in float32", () -> compare("cpu", name, 2e-6))));
  }

  private static void compare(String deviceName, String name, double tolerance) {
    var expected = golden.object("optimizers").array(name);
    try (var device = Device.open(deviceName, 2)) {
      var w = parameter(device, "w", i -> Math.sin(0.7 * i), 2, 3);
      var b = parameter(device, "b", i -> Math.cos(0.3 * i), 3);
      var optimizer = OPTIMIZERS.get(name).apply(List.of(w, b));
      for (int t = 1; t <= expected.size(); t++) {
        step(device, optimizer, w, b, t);
        var actual = new double[9];
        System.arraycopy(w.read().doubles(), 0, actual, 0, 6);
        System.arraycopy(b.read().doubles(), 0, actual, 6, 3);
        assertArrayEquals(numbers(expected.get(t - 1)), actual, tolerance, name + " after step " + t);
        assertEquals(t, optimizer.steps());
      }
    }
  }

  private static Parameter parameter(Device device, String name, IntToDoubleFunction value, int... dims) {
    var p = new Parameter(name, tensor(value, dims));
    p.to(device);
    return p;
  }

  private static HostTensor tensor(IntToDoubleFunction value, int... dims) {
    return HostTensor.of(IntStream.range(0, IntStream.of(dims).reduce(1, (a, b) -> a * b)).mapToDouble(value).toArray(), dims);
  }

  /** A step whose gradients are known, because the loss is linear. */
  private static void step(Device device, Optimizer optimizer, Parameter w, Parameter b, int t) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var gw = scope.upload(tensor(i -> Math.sin(i + t), 2, 3));
      var gb = scope.upload(tensor(i -> 3 * Math.cos(2 * i - t), 3));
      var loss = Arithmetic.add(Reductions.sum(Arithmetic.multiply(gw, w.in(context))),
          Reductions.sum(Arithmetic.multiply(gb, b.in(context))));
      optimizer.step(loss.backward(), context);
    }
  }

  private static double[] numbers(JsonValue array) {
    return ((JsonValue.Array) array).values().stream().mapToDouble(v -> ((JsonValue.Number) v).doubleValue()).toArray();
  }

  @TestFactory
  Stream<DynamicTest> schedules() {
    return SCHEDULES.keySet().stream().sorted().map(name -> DynamicTest.dynamicTest(name, () -> {
      double[] expected = numbers(golden.object("schedules").get(name));
      double[] actual = IntStream.range(0, expected.length).mapToDouble(SCHEDULES.get(name)::learningRate).toArray();
      assertArrayEquals(expected, actual, 1e-14);
    }));
  }

  @TestFactory
  Stream<DynamicTest> aSavedOptimizerGoesOnAsIfNeverStopped() {
    return OPTIMIZERS.keySet().stream().sorted().map(name -> DynamicTest.dynamicTest(name, () -> {
      var expected = golden.object("optimizers").array(name);
      try (var device = Device.open("reference")) {
        var w = parameter(device, "w", i -> Math.sin(0.7 * i), 2, 3);
        var b = parameter(device, "b", i -> Math.cos(0.3 * i), 3);
        var state = new StateMap();
        var first = OPTIMIZERS.get(name).apply(List.of(w, b));
        for (int t = 1; t <= 2; t++) {
          step(device, first, w, b, t);
        }
        first.writeState(state);
        var second = OPTIMIZERS.get(name).apply(List.of(w, b));
        second.readState(state);
        for (int t = 3; t <= 5; t++) {
          step(device, second, w, b, t);
        }
        assertArrayEquals(Arrays.copyOf(numbers(expected.get(4)), 6), w.read().doubles(), 1e-13);
      }
    }));
  }
}

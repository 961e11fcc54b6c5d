package dev.mien.models.agegender;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.autograd.GradCheck;
import dev.mien.engine.nn.Init;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.agegender.AgeGenderLoss.Factors;
import dev.mien.models.agegender.AgeGenderLoss.Options;
import dev.mien.models.loss.AmrLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients against PyTorch 2.13 in float64, by hand, and by differences. */
class AgeGenderLossTest {
  private static final AgeGroups FOUR = new AgeGroups("four", List.of(0, 10, 20, 30));
  private static final double[] GENDER = {0.3, -0.2, 1.0, 0.5, -0.4, 0.9};
  private static final double[] GROUP = {0.5, 1.0, 2.0, -1.0, 0.0, 1.5, 0.2, 0.1, 2.0, -0.5, 0.3, 0.7};
  private static final AgeGenderLabels LABELS = new AgeGenderLabels(new int[] {0, 1, 1}, new double[] {25, 3, 71});

  private record Outcome(double loss, Double gender, Double group, Double difference, double[] gGender, double[] gGroup) {}

  private static Outcome run(String deviceName, Options options, AgeGenderLabels labels) {
    try (var device = Device.open(deviceName); var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var g = context.watch(scope.upload(HostTensor.of(GENDER.clone(), 3, 2)));
      var b = context.watch(scope.upload(HostTensor.of(GROUP.clone(), 3, 4)));
      var result = new AgeGenderLoss(options).to(device).evaluate(new AgeGenderNet.Output(g, b, null), labels, FOUR, context);
      var parts = Stream.of(result.gender(), result.group(), result.difference()).map(t -> t == null ? null : t.item()).toList();
      double value = result.loss().item();
      var gradients = result.loss().backward(g, b);
      return new Outcome(value, parts.get(0), parts.get(1), parts.get(2), gradients.of(g).download().doubles(),
          gradients.of(b).download().doubles());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void valuesAndGradientsArePyTorchs(String device) {
    var found = run(device, Options.standard().beta(0.5), LABELS);
    assertEquals(0.5630541407310685, found.gender, 1e-6);
    assertEquals(1.4267974112927453, found.group, 1e-6);
    assertEquals(1.3181242304204994, found.difference, 1e-6);
    assertEquals(2.6489136672340634, found.loss, 2e-6);
    assertArrayEquals(new double[] {-0.12584688959938178, 0.12584688959938178, 0.20748644373395153, -0.20748644373395153, 0.07138833898581379,
        -0.07138833898581379}, found.gGender, 1e-6);
    assertArrayEquals(new double[] {0.08010104290021715, 0.09469632356015129, -0.17749871071104206, 0.0027013442506735874, -0.31863591592500545,
        0.16153050543802847, 0.07009293039306946, 0.08701248009390747, 0.3060453792538685, 0.016222475903282425, 0.016298119766323296,
        -0.33856597492347423}, found.gGroup, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void classWeightsArePyTorchs(String device) {
    var weights = new ClassWeights(new double[] {0.5, 2}, new double[] {1, 2, 0.25, 3});
    var label3 = new AgeGenderLabels(new int[] {0, 1, 1}, new double[] {25, 3, 35});
    var found = run(device, Options.standard().beta(0).classes(weights), label3);
    assertEquals(0.5927131929147225, found.gender, 1e-6);
    assertEquals(1.7338968195107245, found.group, 1e-6);
    assertNull(found.difference);
    assertArrayEquals(new double[] {-0.04194896319979393, 0.04194896319979393, 0.27664859164526867, -0.27664859164526867, 0.09518445198108506,
        -0.09518445198108506}, found.gGender, 1e-6);
    assertArrayEquals(new double[] {0.007999347987853267, 0.013188695179305949, -0.022972938964771934, 0.001784895797612719, -0.20516012686270652,
        0.1350511771438997, 0.036805739458381045, 0.03330321026042575, 0.4591701086165906, 0.03769097773392831, 0.08388281358175573,
        -0.5807438999322747}, found.gGroup, 1e-6);
  }

  @Test
  void missingLabelsAreLeftOut() {
    var some = new AgeGenderLabels(new int[] {0, -1, 1}, new double[] {-1, 3, Double.NaN});
    var found = run("reference", Options.standard(), some);
    assertEquals(0.35754271900654944, found.gender, 1e-12, "PyTorch with ignore_index");
    assertArrayEquals(new double[] {-0.1887703343990727, 0.1887703343990727, 0, 0, 0.1070825084787207, -0.1070825084787207}, found.gGender, 1e-12);
    assertArrayEquals(new double[4], Arrays.copyOf(found.gGroup, 4), 0);
    assertArrayEquals(new double[4], Arrays.copyOfRange(found.gGroup, 8, 12), 0);
    assertTrue(found.gGroup[4] != 0);
    var none = run("reference", Options.standard(), new AgeGenderLabels(new int[] {-1, -1, -1}, new double[] {-1, -1, -1}));
    assertEquals(0, none.loss, 0);
    assertNull(none.gender);
    assertArrayEquals(new double[6], none.gGender, 0);
  }

  /** Two groups with equal logits: p = (1/2, 1/2), expectation 1/2; CE = log 2, difference 1/2 towards either label. */
  @Test
  void aValueByHand() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var two = new AgeGroups("two", List.of(0, 40));
      var zeros = scope.upload(HostTensor.of(new double[2], 1, 2));
      var out = new AgeGenderNet.Output(zeros, zeros, null);
      var labels = new AgeGenderLabels(new int[] {1}, new double[] {50});
      var equal = new AgeGenderLoss(Options.standard().beta(3)).evaluate(out, labels, two, Context.eval());
      assertEquals(2 * Math.log(2) + 3 * 0.5, equal.loss().item(), 1e-12);
      var factors = new AgeGenderLoss(Options.standard().beta(3).factors(new Factors(0.25, 2, 0))).evaluate(out, labels, two, Context.eval());
      assertEquals(0.25 * Math.log(2) + 2 * (Math.log(2) + 1.5), factors.loss().item(), 1e-12);
    }
  }

  /** Three groups with equal logits have the expectation 1, which is the label: the difference has no slope there. */
  @Test
  void theDifferenceHasNoSlopeAtZero() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var three = new AgeGroups("three", List.of(0, 30, 60));
      var group = context.watch(scope.upload(HostTensor.of(new double[3], 1, 3)));
      var result = new AgeGenderLoss(Options.standard().beta(1000)).evaluate(new AgeGenderNet.Output(null, group, null),
          new AgeGenderLabels(new int[] {-1}, new double[] {45}), three, context);
      assertEquals(0, result.difference().item(), 0, "(0 + 1 + 2) / 3 is the label");
      assertArrayEquals(new double[] {1 / 3.0, -2 / 3.0, 1 / 3.0}, result.loss().backward(group).of(group).download().doubles(), 1e-12,
          "of the cross-entropy alone");
    }
  }

  @Test
  void learnedWeightsArePyTorchs() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var loss = new AgeGenderLoss(Options.standard().learned(true)).to(device);
      assertEquals(3, loss.parameters().size());
      loss.parameters().get(0).write(HostTensor.of(new double[] {0.4}, 1));
      loss.parameters().get(1).write(HostTensor.of(new double[] {-0.3}, 1));
      var context = Context.train(Rng.seed(1));
      var g = context.watch(scope.upload(HostTensor.of(GENDER.clone(), 3, 2)));
      var b = context.watch(scope.upload(HostTensor.of(GROUP.clone(), 3, 4)));
      var result = loss.evaluate(new AgeGenderNet.Output(g, b, null), LABELS, FOUR, context);
      assertEquals(4.132683131708013, result.loss().item(), 1e-12);
      var gradients = result.loss().backward();
      assertEquals(0.1225735224645928, gradients.of(loss.parameters().get(0)).item(), 1e-12);
      assertEquals(-3.2052566541726057, gradients.of(loss.parameters().get(1)).item(), 1e-12);
      assertNull(gradients.of(loss.parameters().get(2)), "no head, no weight");
    }
  }

  /** Ages stay off the expectation, where the difference has its kink. */
  @Test
  void gradientsAgreeWithDifferences() {
    var labels = new AgeGenderLabels(new int[] {0, 1, -1, 1}, new double[] {5, -1, 62, 34});
    var weights = new ClassWeights(new double[] {0.7, 1.4}, new double[] {1, 2, 0.5, 1, 3, 0.2, 1, 1, 1});
    for (var options : List.of(Options.standard(), Options.standard().beta(0.3).classes(weights), Options.standard().learned(true)
        .ages(AmrLoss.paper().k(AmrLoss.K.fixed(3))))) {
      GradCheck.check((x, context) -> new AgeGenderLoss(options).to(x[0].device()).evaluate(new AgeGenderNet.Output(x[0], x[1], x[2]), labels, AgeGroups.decade(), context)
          .loss(), reals(1, 4, 2), reals(2, 4, 9), reals(3, 4, 101));
    }
  }

  /** The whole network along a direction of every parameter, through the injected probabilities and a hidden layer. */
  @Test
  void theNetworksGradientAgreesWithDifferences() {
    try (var device = Device.open("reference")) {
      var net = new AgeGenderNet(new TinyTrunk(Rng.seed(8)), AgeGenderPlan.joint(AgeGroups.decade()).ages(101).hidden(6, 0), Rng.seed(9)).to(device);
      for (var p : net.parameters()) {
        var start = p.read();
        double[] way = reals(6, start.doubles().length).doubles();
        double exact = 0;
        try (var scope = device.scope()) {
          double[] g = loss(net, scope).backward().of(p).download().doubles();
          for (int i = 0; i < g.length; i++) {
            exact += g[i] * way[i];
          }
        }
        double h = 1e-6;
        double difference = moved(net, p, start, way, h) - moved(net, p, start, way, -h);
        p.write(start);
        assertEquals(difference / (2 * h), exact, 1e-6 * Math.max(1, Math.abs(exact)), p.name());
      }
    }
  }

  private static Tensor loss(AgeGenderNet net, Scope scope) {
    var context = Context.train(Rng.seed(1));
    var labels = new AgeGenderLabels(new int[] {0, 1}, new double[] {5, 62});
    return new AgeGenderLoss(Options.standard()).evaluate(net.predict(scope.upload(reals(4, 2, 3, 8, 8)), context), labels, AgeGroups.decade(), context)
        .loss();
  }

  private static double moved(AgeGenderNet net, Parameter p, HostTensor start, double[] way, double step) {
    var values = start.doubles().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * way[i];
    }
    p.write(HostTensor.of(values, p.shape().toArray()));
    try (var scope = p.value().device().scope()) {
      return loss(net, scope).item();
    }
  }

  private static HostTensor reals(int seed, int... shape) {
    return Init.normal(Rng.seed(seed), 1, shape);
  }

  @Test
  void rareClassesWeighMore() {
    var labels = new AgeGenderLabels(new int[] {0, 0, 0, 0, 1, -1}, new double[] {5, 5, 5, 5, 15, 25});
    var weights = ClassWeights.inverseSqrtFrequency(labels, FOUR);
    assertEquals(2, weights.gender()[1] / weights.gender()[0], 1e-12, "a quarter as many, twice the weight");
    assertEquals(5, 4 * weights.gender()[0] + weights.gender()[1], 1e-12, "mean 1 over the faces");
    assertEquals(weights.group()[1], weights.group()[3], 1e-12, "an empty group counts as one face");
  }

  @Test
  void stepsLearnWhatIsShown() {
    try (var device = Device.open("cpu")) {
      var net = new AgeGenderNet(new TinyTrunk(Rng.seed(8)), AgeGenderPlan.joint(FOUR).ages(41), Rng.seed(9)).to(device);
      var loss = new AgeGenderLoss(Options.standard().learned(true)).to(device);
      var all = new ArrayList<>(net.parameters());
      all.addAll(loss.parameters());
      var sgd = new Sgd(all, Sgd.learningRate(0.1).momentum(0.9));
      double first = 0;
      double last = 0;
      for (int step = 0; step < 60; step++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(2).at(step));
          var result = loss.evaluate(net.predict(scope.upload(reals(4, 3, 3, 8, 8)), context), LABELS, FOUR, context);
          double value = result.gender().item() + result.group().item() + result.difference().item();
          first = step == 0 ? value : first;
          last = value;
          sgd.step(result.loss().backward(), context);
        }
      }
      assertTrue(last < 0.3 * first, first + " became " + last);
    }
  }

  @Test
  void wrongLabelsAreNamed() {
    assertEquals("[age-gender] face 1 has gender 2 and age 3.0; expected 0 (male), 1 (female) or -1 (unknown), and years from 0 up or -1 (unknown)",
        assertThrows(IllegalArgumentException.class, () -> new AgeGenderLabels(new int[] {0, 2}, new double[] {1, 3})).getMessage());
    assertEquals("[age-gender] 2 labels for 3 faces", assertThrows(MienException.class, () -> run("reference", Options.standard(),
        new AgeGenderLabels(new int[2], new double[2]))).getMessage());
  }
}

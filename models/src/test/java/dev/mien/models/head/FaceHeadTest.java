package dev.mien.models.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.engine.autograd.GradCheck;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Tensor;
import dev.mien.models.backbone.FaceNet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden values of AdaFace and its rivals (computed apart and confirmed with the authors' code), gradients, and what one reduces to. */
class FaceHeadTest {
  private static final double[] Z = {3, 4, 0, 10, 0, 10, 0, -20, 15, 1, 1, 1};
  /** Rows are identities. */
  private static final double[] W = {1, .5, .1, .2, 1, -.3, -.5, .3, 1, .3, -.2, .9};
  private static final int[] LABELS = {1, 2, 3, 0};
  private static final FaceHeads.Choice OWN = new FaceHeads.Choice(64, Double.NaN, false);

  private static Device open(String name) {
    var found = Device.diagnose().stream().filter(d -> d.device().equals(name)).findFirst();
    assumeTrue(!name.startsWith("opencl") || found.isPresent() && found.get().usable(),
        () -> "opencl: " + found.map(d -> d.reason()).orElse("no such device"));
    return Device.open(name);
  }

  private record Outcome(double loss, double[] gradZ, double[] gradW, double[] quality) {}

  private static Outcome run(Device device, FaceHead head) {
    head.namedVariables().get("weight").write(HostTensor.of(W.clone(), 4, 3));
    head.to(device);
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var z = context.watch(scope.upload(HostTensor.of(Z.clone(), 4, 3)));
      var result = head.evaluate(z, scope.upload(HostTensor.of(LABELS, 4)), context);
      double loss = result.loss().item();
      double[] quality = result.quality().download().doubles();
      var gradients = result.loss().backward(z);
      var outcome = new Outcome(loss, gradients.of(z).download().doubles(), gradients.of(head.parameters().getFirst()).download().doubles(),
          quality);
      context.commitUpdates();
      return outcome;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "opencl:0"})
  void adaFaceMatchesTheGoldenBatch(String name) {
    try (var device = open(name)) {
      var head = new AdaFaceHead(4, 3, AdaFaceHead.Options.PAPER, Rng.seed(1));
      var found = run(device, head);
      assertEquals(24.86788723, found.loss, 25e-5);
      assertArrayEquals(new double[] {-0.05011423, -0.01939611, 0.01708696, -0.06109474}, found.quality, 1e-6);
      assertArrayEquals(new double[] {2.23642247, -1.67731685, 1.21926147, 0.38474964, -0.52730513, -0.38474964, -0.17107114, 0.03224014,
          0.04298685, -4.29330990, -4.78532924, 9.07863914}, found.gradZ, 1e-4);
      double[] columns = {-0.46174290, -6.79867470, -10.95402310, 15.00360867, 2.63700798, 0.22237070, -3.30483779, 18.37919389, -8.56761097,
          -3.79121413, -4.48556021, -0.91693758};
      double[] rows = new double[12];
      for (int i = 0; i < 12; i++) {
        rows[i % 4 * 3 + i / 4] = columns[i];
      }
      assertArrayEquals(rows, found.gradW, 2e-4);
      assertEquals(19.91468547, head.namedVariables().get("batch_mean").read().doubles()[0], 2e-5);
      assertEquals(99.10438546, head.namedVariables().get("batch_std").read().doubles()[0], 1e-4);
    }
  }

  /** Cosine, q, value over s, slope, for m = 0.4. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "opencl:0"})
  void theMarginMatchesTheGoldenTable(String name) {
    double[][] table = {{0.6, 0, 0.2, 1}, {0.6, 1, 0.064171, 0.628997}, {0.6, -1, 0.241102, 1.213125}, {0.9, 1, 0.198698, 0.117013},
        {0.95, 1, 0.2, 0}, {-0.95, -1, -1, 0}, {0.9995, 0, 0.599, 0}, {0.3, 0.333, -0.109168, 0.949376}, {-0.2, -0.5, -0.590669, 0.939513}};
    for (double[] row : table) {
      double m = 0.4;
      double[] found = margin(name, row[0], -m * row[1], m + m * row[1], new MarginLogits.Rule(64, 0.999, MarginLogits.Beyond.CLIP, 1e-3, false));
      assertEquals(row[2], found[0], 1e-5, Arrays.toString(row));
      assertEquals(row[3], found[1], 1e-5, Arrays.toString(row));
      double[] straight = margin(name, row[0], -m * row[1], m + m * row[1], new MarginLogits.Rule(64, 0.999, MarginLogits.Beyond.CLIP, 1e-3, true));
      assertEquals(row[2], straight[0], 1e-5);
      assertEquals(1, straight[1], 1e-6);
    }
    var arc = new MarginLogits.Rule(64, 1 - 1e-4, MarginLogits.Beyond.CLIP, 1e-4, false);
    assertEquals(0.143009, margin(name, 0.6, 0.5, 0, arc)[0], 1e-5);
    assertEquals(-0.645256, margin(name, -0.2, 0.5, 0, arc)[0], 1e-5);
    assertEquals(-1, margin(name, -0.95, 0.5, 0, arc)[0], 1e-5);
    double shifted = margin(name, -0.95, 0.5, 0, new MarginLogits.Rule(64, 1 - 1e-4, MarginLogits.Beyond.SHIFT, 0, false))[0];
    assertEquals(-0.95 - 0.5 * Math.sin(Math.PI - 0.5), shifted, 1e-5);
  }

  /** Value over s and slope of one face with its own identity first and another at cosine 0. */
  private static double[] margin(String name, double cosine, double angle, double shift, MarginLogits.Rule rule) {
    try (var device = open(name); var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var cosines = context.watch(scope.upload(HostTensor.of(new double[] {cosine, 0}, 1, 2)));
      var y = MarginLogits.marginLogits(cosines, scope.upload(HostTensor.of(new double[] {angle, shift}, 1, 2)), null,
          scope.upload(HostTensor.of(new int[] {0}, 1)), rule);
      double value = y.download().doubles()[0] / 64;
      return new double[] {value, Reductions.sum(y).backward(cosines).of(cosines).download().doubles()[0] / 64};
    }
  }

  @Test
  void curricularFaceWeighsHardIdentities() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var y = MarginLogits.marginLogits(scope.upload(HostTensor.of(new double[] {0.6, 0.55, 0.1}, 1, 3)),
          scope.upload(HostTensor.of(new double[] {0.5, 0}, 1, 2)), scope.upload(HostTensor.of(new double[] {0.1})),
          scope.upload(HostTensor.of(new int[] {0}, 1)), new MarginLogits.Rule(1, 1 - 1e-4, MarginLogits.Beyond.SHIFT, 0, false));
      assertArrayEquals(new double[] {0.143009, 0.3575, 0.1}, y.download().doubles(), 1e-6);
    }
  }

  @Test
  void magFacesMarginAndPenaltyAreThePapers() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var head = new MagFaceHead(2, 2, 64, Rng.seed(1));
      var norms = scope.upload(HostTensor.of(new double[] {30, 5, 200}, 3));
      var m = head.margins(norms, null, null, Context.eval());
      assertArrayEquals(new double[] {0.52, 0.45, 0.8}, m.angle().download().doubles(), 1e-9);
      double g = 0.03581267;
      double[] expected = {g, 10 / 12100.0 + 0.1, 110 / 12100.0 + 1 / 110.0};
      assertEquals(35 * Arrays.stream(expected).average().orElseThrow(), m.penalty().item(), 1e-6);
    }
  }

  @Test
  void adaFaceReducesToCosFaceAndArcFace() {
    try (var device = Device.open("reference")) {
      var ada = run(device, new AdaFaceHead(4, 3, AdaFaceHead.Options.PAPER.withH(0), Rng.seed(1)));
      var cos = run(device, FixedMarginHead.cosFace(4, 3, 64, 0.4, Rng.seed(1)));
      assertEquals(cos.loss, ada.loss, 1e-12);
      assertArrayEquals(cos.gradZ, ada.gradZ, 1e-12);
      assertArrayEquals(cos.gradW, ada.gradW, 1e-12);
      // lengths far below the average: q = -1
      var low = new AdaFaceHead(4, 3, AdaFaceHead.Options.PAPER.withH(1e9), Rng.seed(1));
      low.namedVariables().get("batch_mean").write(HostTensor.of(new double[] {1e5}, 1));
      var lowest = run(device, low);
      assertArrayEquals(new double[] {-1, -1, -1, -1}, lowest.quality, 0);
      var arc = run(device, FixedMarginHead.arcFace(4, 3, 64, 0.4, Rng.seed(1)));
      assertEquals(arc.loss, lowest.loss, 1e-12);
      assertArrayEquals(arc.gradZ, lowest.gradZ, 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adaface", "arcface", "cosface", "magface", "normalized-softmax", "softmax"})
  /** CurricularFace's t moves with the cosines and is held constant: its rule is checked in the table of operations. */
  void gradientsAreRightOfFeaturesAndIdentities(String name) {
    var z = new double[5 * 6];
    var w = new double[4 * 6];
    for (int i = 0; i < z.length; i++) {
      z[i] = 12 * Rng.seed(3).uniform(i, -1, 1); // long enough for MagFace
    }
    for (int i = 0; i < w.length; i++) {
      w[i] = Rng.seed(4).uniform(i, -1, 1);
    }
    var labels = HostTensor.of(new int[] {0, 1, 2, 3, 1}, 5);
    GradCheck.check((x, c) -> {
      var head = FaceHeads.named(name, 0, 6, new FaceHeads.Choice(4, Double.NaN, false), Rng.seed(5));
      head.to(x[0].device());
      // AdaFace holds the norm constant, which differences would see: there only directions vary
      var features = name.equals("adaface") ? Elementwise.scale(FaceNet.embedding(x[0]).direction(), 20) : x[0];
      return head.evaluate(features, x[1], x[2], c).loss();
    }, HostTensor.of(z, 5, 6), HostTensor.of(w, 4, 6), labels);
  }

  @Test
  void averagesBeginWithTheFirstBatchWhereAsked() {
    try (var device = Device.open("cpu")) {
      var head = new AdaFaceHead(4, 3, AdaFaceHead.Options.PAPER.fromFirstBatch(), Rng.seed(1));
      run(device, head);
      double[] norms = {5, Math.sqrt(200), 25, Math.sqrt(3)};
      double mean = Arrays.stream(norms).average().orElseThrow();
      double deviation = Math.sqrt(Arrays.stream(norms).map(n -> (n - mean) * (n - mean)).sum() / 3);
      assertEquals(mean, head.namedVariables().get("batch_mean").read().doubles()[0], 1e-4);
      assertEquals(deviation, head.namedVariables().get("batch_std").read().doubles()[0], 1e-4);
      run(device, head);
      assertEquals(mean, head.namedVariables().get("batch_mean").read().doubles()[0], 1e-4);
    }
  }

  @Test
  void aSampleOfAllIdentitiesIsTheWholeHeadAndOthersStayStill() {
    try (var device = Device.open("cpu")) {
      var key = Rng.seed(9);
      var whole = FaceHeads.named("adaface", 8, 3, OWN, key.split("weight"));
      whole.to(device);
      float[] start = whole.parameters().getFirst().read().floats();
      var sgd = new Sgd(whole.parameters(), Sgd.learningRate(0.1).momentum(0.9).weightDecay(5e-4));
      float[] sampled = train(device, key, 8, 3);
      for (int i = 0; i < 3; i++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(i));
          sgd.step(whole.evaluate(features(scope.upload(HostTensor.of(Z.clone(), 4, 3)), context), scope.upload(HostTensor.of(LABELS, 4)), context)
              .loss().backward(), context);
        }
      }
      assertArrayEquals(whole.parameters().getFirst().read().floats(), sampled, 1e-6f);
      float[] few = train(device, key, 5, 1);
      int still = 0;
      for (int c = 0; c < 8; c++) {
        boolean same = Arrays.equals(few, 3 * c, 3 * c + 3, start, 3 * c, 3 * c + 3);
        still += same ? 1 : 0;
        int identity = c;
        assertFalse(same && Arrays.stream(LABELS).anyMatch(l -> l == identity), "the batch's identities move");
      }
      assertEquals(3, still);
      var head = FaceHeads.named("adaface", 0, 3, OWN, key);
      assertThrows(MienException.class, () -> new PartialFc(device, head, 8, 3, 9, 0.9, 0, key));
    }
  }

  private static Tensor features(Tensor z, Context context) {
    return context.watch(z);
  }

  private static float[] train(Device device, Rng key, int sample, int steps) {
    var head = FaceHeads.named("adaface", 0, 3, OWN, key);
    head.to(device);
    try (var partial = new PartialFc(device, head, 8, 3, sample, 0.9, 5e-4, key)) {
      for (int i = 0; i < steps; i++) {
        try (var scope = device.scope()) {
          var context = Context.train(Rng.seed(i));
          var loss = partial.evaluate(scope, features(scope.upload(HostTensor.of(Z.clone(), 4, 3)), context), LABELS, i, context).loss();
          partial.step(loss.backward(), 0.1);
          context.commitUpdates();
        }
      }
      var state = new StateMap();
      partial.writeState(state);
      return state.tensors().get("table").floats();
    }
  }

  @Test
  void namesAreListedWhenOneIsWrong() {
    var e = assertThrows(MienException.class, () -> FaceHeads.named("triplet", 2, 2, OWN, Rng.seed(1)));
    assertEquals("no head named 'triplet'; there are adaface, arcface, cosface, curricularface, magface, normalized-softmax, softmax",
        e.getMessage());
    assertEquals(7, List.copyOf(FaceHeads.names()).size());
  }
}

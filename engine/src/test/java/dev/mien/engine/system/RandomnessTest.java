package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout's rate, scale and key; initial values' spread; random streams that are independent of order. */
class RandomnessTest {
  private static final int COUNT = 100_000;

  private final Device device = Device.open("cpu", 2);

  @AfterEach
  void close() {
    assertEquals(0, device.openScopes());
    device.close();
  }

  private static HostTensor ones(int n) {
    var data = new float[n];
    Arrays.fill(data, 1);
    return HostTensor.of(data, n);
  }

  private float[] mask(double p, Rng step) {
    try (var scope = device.scope()) {
      return new Dropout(p).forward(scope.upload(ones(COUNT)), Context.train(step)).download().floats();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.8})
  void dropoutZeroesItsShareAndScalesTheRest(double p) {
    float[] y = mask(p, Rng.seed(1));
    int zeros = 0;
    for (float v : y) {
      zeros += v == 0 ? 1 : 0;
      assertTrue(v == 0 || Math.abs(v * (1 - p) - 1) < 1e-6, "kept elements are 1 / (1 - p), got " + v);
    }
    double sigma = Math.sqrt(COUNT * p * (1 - p));
    assertEquals(COUNT * p, zeros, 5 * sigma);
    // Neighbours fall independently: pairs of zeros are p^2.
    int pairs = 0;
    for (int i = 1; i < COUNT; i++) {
      pairs += y[i] == 0 && y[i - 1] == 0 ? 1 : 0;
    }
    assertEquals(COUNT * p * p, pairs, 6 * sigma);
  }

  @Test
  void theMaskIsAFunctionOfStepAndPath() {
    float[] first = mask(0.5, Rng.seed(1));
    assertTrue(Arrays.equals(first, mask(0.5, Rng.seed(1))));
    assertTrue(!Arrays.equals(first, mask(0.5, Rng.seed(1).at(1))));
    try (var scope = device.scope()) {
      var x = scope.upload(ones(COUNT));
      var both = new Sequential(new Dropout(0.5), new Dropout(0.5));
      float[] y = both.forward(x, Context.train(Rng.seed(1))).download().floats();
      int zeros = 0;
      for (float v : y) {
        zeros += v == 0 ? 1 : 0;
      }
      assertEquals(0.75 * COUNT, zeros, 5 * Math.sqrt(COUNT * 0.75 * 0.25), "two layers draw independent masks");
      assertTrue(Arrays.equals(y, both.forward(x, Context.train(Rng.seed(1))).download().floats()));
    }
  }

  @Test
  void theGradientPassesWhereTheValueDid() {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var x = context.watch(scope.upload(ones(1000)));
      var y = new Dropout(0.3).forward(x, context);
      float[] value = y.download().floats();
      float[] gradient = Reductions.sum(y).backward(x).of(x).download().floats();
      assertTrue(Arrays.equals(value, gradient), "of ones, the value is the mask");
    }
  }

  @Test
  void evaluationDropsNothingAndHasNoRandomness() {
    try (var scope = device.scope()) {
      Tensor x = scope.upload(ones(10));
      assertSame(x, new Dropout(0.5).forward(x, Context.eval()));
      assertSame(x, new Dropout(0.5).forward(x, Context.evalRecorded()));
      assertSame(x, new Dropout(0).forward(x, Context.train(Rng.seed(1))));
      assertEquals("an eval context has no randomness (at net)",
          assertThrows(IllegalStateException.class, () -> Context.eval().rng()).getMessage());
    }
  }

  @Test
  void initialValuesHaveTheirSpread() {
    double[] he = Init.kaimingFanOut(Rng.seed(1), 64, 32, 3, 3).doubles();
    assertEquals(Math.sqrt(2.0 / (64 * 9)), deviation(he), 0.02 * Math.sqrt(2.0 / (64 * 9)));
    double[] uniform = Init.uniform(Rng.seed(1), 0.25, 20_000).doubles();
    assertTrue(Arrays.stream(uniform).allMatch(v -> v >= -0.25 && v < 0.25));
    assertEquals(0.25 / Math.sqrt(3), deviation(uniform), 0.003);
    assertEquals(Init.normal(Rng.seed(1), 1, 3, 4), Init.normal(Rng.seed(1), 1, 3, 4));
    assertNotEquals(Init.normal(Rng.seed(1), 1, 3, 4), Init.normal(Rng.seed(2), 1, 3, 4));
    assertEquals(ones(7), Init.constant(1, 7));
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  @Test
  void keysAreIndependentOfOrder() {
    var root = Rng.seed(5);
    long a = root.split("a").bits(0);
    root.split("b").bits(7);
    assertEquals(a, Rng.seed(5).split("a").bits(0));
    assertNotEquals(root.split("a").key(), root.split("b").key());
    assertNotEquals(root.split("ab").key(), root.split("a").split("b").key());
    assertNotEquals(root.at(1).key(), root.at(2).key());
    assertNotEquals(root.split("1").key(), root.at(1).key());
  }

  @Test
  void numbersHaveTheirDistributions() {
    var rng = Rng.seed(6);
    int[] faces = new int[6];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
      faces[rng.below(6, i)]++;
      double g = rng.gaussian(i);
      sum += g;
      squares += g * g;
      float u = rng.uniform(i);
      assertTrue(u >= 0 && u < 1);
    }
    for (int f : faces) {
      assertEquals(COUNT / 6.0, f, 5 * Math.sqrt(COUNT / 6.0));
    }
    assertEquals(0, sum / COUNT, 5 / Math.sqrt(COUNT));
    assertEquals(1, squares / COUNT, 0.03);
    int[] order = rng.permutation(1000);
    assertTrue(Arrays.equals(java.util.stream.IntStream.range(0, 1000).toArray(), Arrays.stream(order).sorted().toArray()));
    assertEquals("bound must be positive, got 0", assertThrows(IllegalArgumentException.class, () -> rng.below(0, 1))
        .getMessage());
  }
}

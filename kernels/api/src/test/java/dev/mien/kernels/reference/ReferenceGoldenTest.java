package dev.mien.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.BatchNorm;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.Pool;
import dev.mien.kernels.Unary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients against PyTorch in float64; src/test/python/reference_golden.py wrote the file. */
class ReferenceGoldenTest extends Fixture {
  private static final double TOLERANCE = 2e-11;
  private static final Map<String, double[]> GOLDEN = new HashMap<>();
  private static final Set<String> SEEN = new HashSet<>();

  @BeforeAll
  static void load() throws IOException {
    var stream = ReferenceGoldenTest.class.getResourceAsStream("/reference-golden.txt");
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          String[] parts = line.split(": ", 2);
          GOLDEN.put(parts[0], Arrays.stream(parts[1].split(" ")).mapToDouble(Double::parseDouble).toArray());
        }
      }
    }
  }

  @AfterAll
  static void everyCaseWasCompared() {
    var missed = new HashSet<>(GOLDEN.keySet());
    missed.removeAll(SEEN);
    assertTrue(missed.isEmpty(), "never compared: " + missed);
  }

  private void golden(String name, Buffer actual) {
    SEEN.add(name);
    assertClose(name, GOLDEN.get(name), read(actual), TOLERANCE);
  }

  @Test
  void convolution() {
    var geometry = new Conv2d(2, 1, 1, 2, 1, 2, 2);
    var x = image(wave(0, 2, 4, 6, 5), 2, 4, 6, 5);
    var w = plain(wave(1, 6, 2, 3, 2), 6, 2, 3, 2);
    int[] out = {2, 6, geometry.outHeight(6, 3), geometry.outWidth(5, 2)};
    var y = freshImage(out);
    backend.conv2d(geometry, x, w, plain(wave(3, 6), 6), y);
    golden("conv", y);
    var gy = image(wave(2, out), out);
    var gx = freshImage(2, 4, 6, 5);
    var gw = freshPlain(6, 2, 3, 2);
    var gBias = freshPlain(6);
    backend.conv2dGradInput(geometry, gy, w, gx);
    backend.conv2dGradWeight(geometry, x, gy, gw, gBias);
    golden("conv.g0", gx);
    golden("conv.g1", gw);
    golden("conv.g2", gBias);
  }

  @ParameterizedTest
  @CsvSource({"false,3,2", "false,9,7", "false,5,4", "false,1,1", "false,8,3", "true,3,2", "true,9,7", "true,5,4", "true,1,1",
      "true,8,3"})
  void resize(boolean alignCorners, int height, int width) {
    String name = "resize." + alignCorners + "." + height + "x" + width;
    var y = freshImage(1, 2, height, width);
    backend.resizeBilinear(alignCorners, image(wave(0, 1, 2, 5, 4), 1, 2, 5, 4), y);
    golden(name, y);
    var gx = freshImage(1, 2, 5, 4);
    backend.resizeBilinearBackward(alignCorners, image(wave(2, y.dims()), y.dims()), gx);
    golden(name + ".g0", gx);
  }

  @Test
  void pools() {
    pool("max", new Pool.Max(3, 3, 2, 1));
    pool("average.true", new Pool.Average(3, 3, 2, 1, true));
    pool("average.false", new Pool.Average(3, 3, 2, 1, false));
    for (int[] size : new int[][] {{3, 2}, {1, 1}, {9, 5}}) {
      pool("adaptiveAverage." + size[0] + "x" + size[1], new Pool.AdaptiveAverage(size[0], size[1]));
      pool("adaptiveMax." + size[0] + "x" + size[1], new Pool.AdaptiveMax(size[0], size[1]));
    }
  }

  private void pool(String name, Pool pool) {
    int[] out = {1, 2, pool.outHeight(7), pool.outWidth(5)};
    var y = freshImage(out);
    boolean maximum = pool instanceof Pool.Max || pool instanceof Pool.AdaptiveMax;
    var choice = maximum ? choice(out) : null;
    backend.pool(pool, image(wave(0, 1, 2, 7, 5), 1, 2, 7, 5), y, choice);
    golden(name, y);
    var gx = freshImage(1, 2, 7, 5);
    backend.poolBackward(pool, image(wave(2, out), out), choice, gx);
    golden(name + ".g0", gx);
  }

  @Test
  void batchNorm() {
    int[] dims = {3, 2, 2, 3};
    var x = image(wave(0, dims), dims);
    var gamma = plain(wave(1, 2), 2);
    var beta = plain(wave(2, 2), 2);
    var mean = freshPlain(2);
    var variance = freshPlain(2);
    var y = freshImage(dims);
    backend.batchNorm(new BatchNorm.Forward(x, gamma, beta, image(wave(3, dims), dims), mean, variance, y, 1e-5, true, true));
    golden("norm.train", y);
    var gx = freshImage(dims);
    var gGamma = freshPlain(2);
    var gBeta = freshPlain(2);
    var gy = image(wave(2, dims), dims);
    // The residual's gradient goes to gy's memory, as the contract allows.
    backend.batchNormBackward(
        new BatchNorm.Backward(x, gamma, mean, variance, y, gy, gx, gGamma, gBeta, gy, 1e-5, true, true));
    golden("norm.train.g0", gx);
    golden("norm.train.g1", gGamma);
    golden("norm.train.g2", gBeta);
    golden("norm.train.g3", gy);

    backend.upload(wave(4, 2), mean);
    backend.upload(Arrays.stream(wave(5, 2)).map(v -> v + 1.5).toArray(), variance);
    backend.batchNorm(new BatchNorm.Forward(x, gamma, beta, null, mean, variance, y, 1e-3, false, false));
    golden("norm.eval", y);
    backend.upload(wave(2, dims), gy);
    backend.batchNormBackward(
        new BatchNorm.Backward(x, gamma, mean, variance, null, gy, gx, gGamma, gBeta, null, 1e-3, false, false));
    golden("norm.eval.g0", gx);
    golden("norm.eval.g1", gGamma);
    golden("norm.eval.g2", gBeta);
  }

  private static double[] wide() {
    return Arrays.stream(wave(0, 16)).map(v -> 4 * v).toArray();
  }

  @Test
  void activations() {
    var functions = Map.of("gelu", Unary.GELU, "silu", Unary.SILU, "sigmoid", Unary.SIGMOID, "tanh", Unary.TANH, "leaky",
        new Unary.LeakyRelu(0.1), "clamp", new Unary.Clamp(-1, 2));
    functions.forEach((name, f) -> {
      var x = plain(wide(), 16);
      var y = freshPlain(16);
      backend.unary(f, x, y);
      golden(name, y);
      var g = plain(wave(2, 16), 16);
      backend.unaryBackward(f, x, y, g, g);
      golden(name + ".g0", g);
    });
  }

  @Test
  void prelu() {
    int[] dims = {2, 4, 2, 1};
    var x = image(wide(), dims);
    var slope = plain(wave(1, 4), 4);
    var y = freshImage(dims);
    backend.prelu(x, slope, y);
    golden("prelu", y);
    var gx = freshImage(dims);
    var gSlope = freshPlain(4);
    backend.preluBackward(x, slope, image(wave(2, dims), dims), gx, gSlope);
    golden("prelu.g0", gx);
    golden("prelu.g1", gSlope);
  }

  @Test
  void softmaxesAndStandardization() {
    var x = plain(wide(), 4, 4);
    var y = freshPlain(4, 4);
    var g = plain(wave(2, 16), 4, 4);
    backend.softmax(x, y);
    golden("softmax", y);
    backend.softmaxBackward(y, g, g);
    golden("softmax.g0", g);
    backend.upload(wave(2, 16), g);
    backend.logSoftmax(x, y);
    golden("logSoftmax", y);
    backend.logSoftmaxBackward(y, g, g);
    golden("logSoftmax.g0", g);
    backend.upload(wave(2, 16), g);
    var scale = freshPlain(4);
    backend.standardize(1e-3, x, y, scale);
    golden("standardize", y);
    backend.standardizeBackward(y, scale, g, g);
    golden("standardize.g0", g);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamW", "sgd", "nesterov"})
  void optimizers(String name) {
    Buffer[] parameter = {plain(wave(0, 5), 5)};
    Buffer[] first = {plain(new double[5], 5)};
    Buffer[] second = {plain(new double[5], 5)};
    for (int t = 1; t <= 3; t++) {
      // A gradient of twice the size with a scale of one half must give the same step.
      Buffer[] gradient = {plain(Arrays.stream(wave(t, 5)).map(v -> 2 * v).toArray(), 5)};
      if (name.equals("adamW")) {
        backend.adamW(new OptimizerStep.AdamW(0.01, 0.9, 0.99, 1e-6, 0.05, t, 0.5), parameter, gradient, first, second);
      } else {
        backend.sgd(new OptimizerStep.Sgd(0.1, 0.9, 0.01, name.equals("nesterov"), 0.5), parameter, gradient, first);
      }
      golden(name + "." + t, parameter[0]);
    }
  }
}

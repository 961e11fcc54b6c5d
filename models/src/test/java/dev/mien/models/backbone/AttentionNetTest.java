package dev.mien.models.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.autograd.GradCheck;
import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.MultiHeadAttention;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Parameter;
import dev.mien.engine.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The attention networks against their published counts and against PyTorch. */
class AttentionNetTest {
  private static final Rng RNG = Rng.seed(5);
  private static final AttentionNet.Plan SCALED = new AttentionNet.Plan(4, true, 8, new int[] {1, 1, 1}, new int[] {3, 2, 1}, 1, 64);

  private static long convolutions(AttributeNet net) {
    return net.namedVariables().values().stream().filter(v -> v.shape().rank() == 4).count();
  }

  @Test
  void countsAreThoseOfTheAuthorsModels() {
    long classifier = 2048 * 1000 + 1000;
    var small = AttentionNet.attention56(RNG);
    assertEquals(31_810_728L, small.parameterCount() + classifier);
    assertEquals(110, convolutions(small));
    long norms = small.parameters().stream().filter(p -> p.shape().rank() == 1).mapToLong(p -> p.shape().count()).sum();
    assertEquals(72_704, norms);
    var large = AttentionNet.attention92(RNG);
    assertEquals(179, convolutions(large));
    assertEquals(52.5e6, large.parameterCount() + classifier, 0.05e6);
    assertEquals(2048, large.features());
  }

  private static Map<String, double[]> golden(String file) throws IOException {
    var values = new HashMap<String, double[]>();
    try (var in = AttentionNetTest.class.getResourceAsStream(file)) {
      assertNotNull(in, file);
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split(" ")).forEach(words -> values.put(words[0],
          Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()));
    }
    return values;
  }

  private static double[] sines(int count, double phase) {
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Math.sin(0.37 * i + phase);
    }
    return values;
  }

  /** The same weights as attention_golden.py. */
  private static void fill(Module net) {
    var names = new ArrayList<>(net.namedVariables().entrySet().stream().filter(e -> e.getValue() instanceof Parameter).map(Map.Entry::getKey)
        .sorted().toList());
    for (int place = 0; place < names.size(); place++) {
      var parameter = (Parameter) net.namedVariables().get(names.get(place));
      int count = (int) parameter.shape().count();
      boolean matrix = parameter.shape().rank() > 1;
      boolean one = !matrix && names.get(place).endsWith("weight");
      double[] values = sines(count, place);
      for (int i = 0; i < count; i++) {
        values[i] = one ? 1 + 0.2 * values[i] : matrix ? values[i] / Math.sqrt(count / (double) parameter.shape().dim(0)) : 0.2 * values[i];
      }
      parameter.write(HostTensor.of(values, parameter.shape().toArray()));
    }
  }

  private static void near(double[] expected, double[] found, int stride, String what) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i * stride], 1e-8 * Math.max(1, Math.abs(expected[i])), what + " " + i);
    }
  }

  /** @param strides between the golden values of masks and of the input's gradient */
  private static void compare(AttributeNet net, Map<String, double[]> golden, int... strides) {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      fill(net);
      net.to(device);
      int side = net.inputSide();
      var pixels = new double[2 * 3 * side * side];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = Math.sin(0.013 * i);
      }
      var context = Context.train(RNG);
      var x = context.watch(scope.upload(HostTensor.of(pixels, 2, 3, side, side)));
      var seen = net.attend(x, context);
      near(golden.get("features"), seen.features().download().doubles(), 1, "features");
      near(golden.get("mask"), seen.masks().getFirst().values().download().doubles(), strides[0], "mask");
      var weights = new double[2 * net.features()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.cos(0.3 * i);
      }
      var gradients = Reductions.sum(Arithmetic.multiply(seen.features(), scope.upload(HostTensor.of(weights, 2, net.features())))).backward(x);
      near(golden.get("input"), gradients.of(x).download().doubles(), strides[1], "input");
      int checked = 0;
      for (var entry : net.namedVariables().entrySet()) {
        if (entry.getValue() instanceof Parameter parameter) {
          double[] gradient = gradients.of(parameter).download().doubles();
          double norm = Math.sqrt(Arrays.stream(gradient).map(v -> v * v).sum());
          near(golden.get(entry.getKey()), new double[] {norm, gradient[0]}, 1, entry.getKey());
          checked++;
        }
      }
      assertEquals(golden.size() - 3, checked);
    }
  }

  @Test
  void attentionAndItsGradientsArePyTorchs() throws IOException {
    compare(new AttentionNet(SCALED, RNG), golden("/attention-golden.txt"), 97, 611);
  }

  @Test
  void theTransformerAndItsGradientsArePyTorchs() throws IOException {
    compare(new VisionTransformer(new VisionTransformer.Plan(4, 12, 3, 2, 20, 16), RNG), golden("/transformer-golden.txt"), 1, 37);
  }

  /** In float64 against central differences, of the tokens. */
  @Test
  void multiHeadAttentionsGradientIsItsDerivative() {
    var x = Init.normal(RNG.split("tokens"), 1, 2, 5, 12);
    GradCheck.check((inputs, context) -> {
      var attention = new MultiHeadAttention(12, 3, RNG.split("heads"));
      attention.to(inputs[0].device());
      return attention.forward(inputs[0], context);
    }, HostTensor.of(x.doubles(), 2, 5, 12));
  }

  @Test
  void masksAreSeenAndLieBetweenNothingAndAll() {
    for (String name : List.of("attention-tiny", "attention-small", "vit-tiny", "resnet-tiny", "resnet-mini", "resnet-small")) {
      try (var device = Device.open("cpu", 2); var scope = device.scope()) {
        var net = Backbones.attributes(name, RNG).to(device);
        int side = net.inputSide();
        var x = scope.upload(Init.normal(RNG, 1, 2, 3, side, side));
        var seen = net.attend(x, Context.train(RNG));
        assertEquals(Shape.of(2, net.features()), seen.features().shape(), name);
        assertEquals(net.features(), seen.map().shape().dim(1), name);
        for (var mask : seen.masks()) {
          for (float m : mask.values().download().floats()) {
            assertTrue(m > 0 && m < 1, name + " " + mask.name());
          }
        }
        assertEquals(name.equals("attention-tiny") ? 2 : name.equals("attention-small") ? 3 : name.equals("vit-tiny") ? 4 : 0, seen.masks().size(), name);
        assertEquals(net.attend(x, Context.eval()).features().download(), net.forward(x, Context.eval()).download(), name);
        System.out.println(name + ": " + net.parameterCount() + " parameters");
      }
    }
  }

  /** In float64 against central differences: the whole module, mask and trunk, with the batch's statistics. */
  @Test
  void theModulesGradientIsItsDerivative() {
    var x = Init.normal(RNG.split("x"), 1, 2, 8, 8, 8);
    GradCheck.check((inputs, context) -> {
      var module = new AttentionModule(8, 2, RNG.split("module"));
      module.to(inputs[0].device());
      var masked = module.attend(inputs[0], context);
      return Arithmetic.add(masked.result(), masked.mask());
    }, HostTensor.of(x.doubles(), 2, 8, 8, 8));
  }
}

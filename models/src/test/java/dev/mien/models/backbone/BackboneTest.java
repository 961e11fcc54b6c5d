package dev.mien.models.backbone;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Init;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.plan.MemoryPlan;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.ShapeException;
import java.util.List;
import java.util.function.Function;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackboneTest {
  private static final Rng RNG = Rng.seed(5);

  @Test
  void parameterCountsAreTorchvisions() {
    var expected = Map.of("resnet18", 11_689_512L, "resnet34", 21_797_672L, "resnet50", 25_557_032L, "resnet101", 44_549_160L,
        "resnet152", 60_192_808L, "vgg16", 138_357_544L);
    expected.forEach((name, count) -> assertEquals(count, Backbones.named(name, 1000, RNG).parameterCount(), name));
    assertEquals(23_651_462L, ResNet.resnet50(70, RNG).parameterCount());
    assertEquals(23_714_981L, ResNet.resnet50(101, RNG).parameterCount());
  }

  @Test
  void parameterNamesAreTorchvisions() {
    var names = ResNet.resnet50(10, RNG).namedVariables().keySet();
    for (String name : new String[] {"conv1.weight", "bn1.running_var", "layer1.0.downsample.0.weight", "layer1.0.downsample.1.bias",
        "layer3.5.conv3.weight", "layer4.2.bn2.running_mean", "fc.weight", "fc.bias"}) {
      assertTrue(names.contains(name), name);
    }
    assertEquals(267, names.size(), "as many as torchvision's state_dict without num_batches_tracked");
  }

  @Test
  void faceNetworksHaveTheCheckpointsParameters() {
    var expected = Map.of("ir18", 24_020_352L, "ir34", 34_134_080L, "ir50", 43_585_600L, "ir101", 65_150_912L);
    assertTrue(Backbones.embedderNames().containsAll(expected.keySet()));
    long squeezed = 0; // 2 C^2 / 16 for each unit of width C
    int[] units = {3, 4, 14, 3};
    for (int i = 0; i < 4; i++) {
      squeezed += units[i] * 2L * (64 << i) * (64 << i) / 16;
    }
    assertEquals(43_585_600L + squeezed, Backbones.embedder("ir-se50", RNG).parameterCount());
    assertTrue(Backbones.embedder("ir-se50", RNG).namedVariables().containsKey("body.0.res_layer.se_block.fc1.weight"));
    for (String name : Backbones.embedderNames()) {
      var net = Backbones.embedder(name, RNG);
      System.out.println(name + ": " + net.parameterCount() + " parameters");
      if (net.parameterCount() < 5_000_000) {
        shapesAndGradient(name, net);
      }
    }
    expected.forEach((name, count) -> assertEquals(count, Backbones.embedder(name, RNG).parameterCount(), name));
    var e = assertThrows(MienException.class, () -> Backbones.embedder("ir51", RNG));
    assertEquals("no face network named 'ir51'; there are ir-tiny, ir-small, ir18, ir34, ir50, ir101, ir-se18, ir-se34, ir-se50, ir-se101, "
        + "mobilefacenet", e.getMessage());
  }

  /** Forward and backward of a small batch: every parameter gets a finite gradient, and features have the declared length. */
  private static void shapesAndGradient(String name, FaceNet net) {
    try (var device = Device.open("cpu", 2); var scope = device.scope()) {
      net.to(device);
      var context = Context.train(Rng.seed(3));
      int side = net.inputSide();
      var pixels = new float[2 * 3 * side * side];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) Rng.seed(4).uniform(i, -1, 1);
      }
      var face = net.embed(scope.upload(HostTensor.of(pixels, 2, 3, side, side)), context);
      assertEquals(Shape.of(2, net.features()), face.direction().shape(), name);
      assertEquals(Shape.of(2), face.norm().shape(), name);
      var gradients = Reductions.sum(Elementwise.square(face.norm())).backward();
      assertEquals(net.parameters().size(), gradients.parameters().size(), name);
      assertTrue(Double.isFinite(gradients.globalNorm()), name);
    }
  }

  @Test
  void faceNetworksHaveTheCheckpointsNames() {
    var variables = IrNet.ir50(RNG).namedVariables();
    var shapes = Map.ofEntries(entry("input_layer.0.weight", Shape.of(64, 3, 3, 3)), entry("input_layer.1.running_var", Shape.of(64)),
        entry("input_layer.2.weight", Shape.of(64)), entry("body.0.res_layer.0.bias", Shape.of(64)),
        entry("body.3.shortcut_layer.0.weight", Shape.of(128, 64, 1, 1)), entry("body.3.shortcut_layer.1.running_mean", Shape.of(128)),
        entry("body.3.res_layer.1.weight", Shape.of(128, 64, 3, 3)), entry("body.3.res_layer.2.weight", Shape.of(128)),
        entry("body.3.res_layer.3.weight", Shape.of(128)), entry("body.23.res_layer.4.weight", Shape.of(512, 512, 3, 3)),
        entry("body.23.res_layer.5.running_var", Shape.of(512)), entry("output_layer.0.weight", Shape.of(512)),
        entry("output_layer.3.weight", Shape.of(512, 25088)), entry("output_layer.3.bias", Shape.of(512)),
        entry("output_layer.4.running_mean", Shape.of(512)));
    shapes.forEach((name, shape) -> assertEquals(shape, variables.get(name) == null ? null : variables.get(name).shape(), name));
    // Stem 6 entries, 24 units of 15, three projections of 5, head 8: the checkpoint without num_batches_tracked.
    assertEquals(6 + 24 * 15 + 3 * 5 + 8, variables.size());
    assertFalse(variables.containsKey("body.0.shortcut_layer.0.weight"), "the first stage has no projection");
    assertFalse(variables.containsKey("output_layer.4.weight"), "the last norm has no scale");
  }

  @Test
  void aFaceNetworkEmbedsAndTrains() {
    try (var device = Device.open("cpu"); var scope = device.scope()) {
      var net = IrNet.ir18(RNG).to(device);
      var x = scope.upload(Init.normal(RNG, 1, 2, 3, 112, 112));
      var face = net.embed(x, Context.eval());
      assertEquals(Shape.of(2, 512), face.direction().shape());
      assertEquals(Shape.of(2), face.norm().shape());
      double square = 0;
      float[] direction = face.direction().download().floats();
      for (int i = 0; i < 512; i++) {
        square += direction[i] * direction[i];
      }
      assertEquals(1, square, 1e-5);
      assertEquals(5, scope.liveTensors(), "the picture, features, norm, divisor and direction; nothing of the way there");
      var gradients = Reductions.sum(Elementwise.square(net.forward(x, Context.train(RNG.split("step"))))).backward();
      assertEquals(net.parameters().size(), gradients.parameters().size());
      assertTrue(Double.isFinite(gradients.globalNorm()));
    }
  }

  @Test
  void smallNetworksTrainOneStepOnEachDevice() {
    for (String name : new String[] {"reference", "cpu"}) {
      try (var device = Device.open(name); var scope = device.scope()) {
        var net = new SmallResNet(new SmallResNet.Plan(4, new int[] {1, 1}, 2, 0.1), 7, RNG).to(device);
        var x = scope.upload(Init.normal(RNG, 1, 2, 3, 16, 16));
        assertEquals(Shape.of(2, 7), net.forward(x, Context.eval()).shape());
        var context = Context.train(RNG.split("step"));
        var logits = net.forward(x, context);
        var loss = dev.mien.models.loss.AmrLoss.paper().forward(logits, scope.upload(HostTensor.of(new int[] {1, 6}, 2)));
        var gradients = loss.backward();
        assertEquals(net.parameters().size(), gradients.parameters().size());
        assertTrue(gradients.globalNorm() > 0);
      }
    }
  }

  @Test
  void recomputedBlocksGiveTheSameGradients() {
    List<Function<Boolean, Module>> nets = List.of(
        on -> new SmallResNet(new SmallResNet.Plan(8, new int[] {2, 1}, 2, 0.3), 7, RNG).recomputing(on),
        on -> new AttentionNet(new AttentionNet.Plan(8, false, 16, new int[] {1, 1}, new int[] {2, 1}, 1, 20), RNG).recomputing(on),
        on -> new VisionTransformer(new VisionTransformer.Plan(4, 12, 2, 2, 16, 20), RNG).recomputing(on));
    for (var net : nets) {
      var expected = gradients(net.apply(false));
      var found = gradients(net.apply(true));
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(expected.get(i), found.get(i), "gradient " + i);
      }
    }
  }

  private static List<HostTensor> gradients(Module net) {
    try (var device = Device.open("cpu", 2); var scope = device.scope()) {
      net.to(device);
      var logits = net.forward(scope.upload(Init.normal(RNG, 1, 3, 3, 20, 20)), Context.train(RNG.split("step")));
      var gradients = Reductions.sum(Elementwise.square(logits)).backward();
      return gradients.parameters().stream().map(p -> gradients.of(p).download()).toList();
    }
  }

  @Test
  void recomputedBlocksNeedMuchLessMemory() {
    assertShare(0.65, plan(ResNet.resnet50(101, RNG), 224), plan(ResNet.resnet50(101, RNG).recomputing(true), 224));
    assertShare(0.75, plan(IrNet.ir50(RNG), 112), plan(IrNet.ir50(RNG).recomputing(true), 112));
    assertShare(0.65, plan(AttentionNet.attention56(RNG), 224), plan(AttentionNet.attention56(RNG).recomputing(true), 224));
  }

  private static MemoryPlan plan(Module net, int side) {
    return MemoryPlan.of(device -> new MemoryPlan.Work(net.to(device), new Sgd(net.parameters(), Sgd.learningRate(0.1)),
        (scope, context) -> Reductions.sum(net.forward(scope.upload(Init.constant(0, 8, 3, side, side)), context))));
  }

  private static void assertShare(double most, MemoryPlan without, MemoryPlan with) {
    assertTrue(with.peakBytes() < most * without.peakBytes(), with + " against " + without);
    assertTrue(with.activationBytes() < 0.5 * without.activationBytes(), with + " against " + without);
  }

  @Test
  void aWrongInputNamesTheLayer() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var net = ResNet.resnet18(3, RNG).to(device);
      var gray = scope.upload(Init.constant(0, 1, 1, 32, 32));
      var e = assertThrows(ShapeException.class, () -> net.forward(gray, Context.eval()));
      assertEquals("[conv2d] input has 1 channels, weight expects 3: input [1, 1, 32, 32], weight [64, 3, 7, 7], stride 2x2, padding 3x3, "
          + "dilation 1x1, groups 1. Did the layer get the right inChannels? (at net.conv1)", e.getMessage());
    }
  }
}

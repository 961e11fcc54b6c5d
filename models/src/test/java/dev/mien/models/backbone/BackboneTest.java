package dev.mien.models.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.Init;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.ShapeException;
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

package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.io.Checkpoint;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.Module;
import dev.mien.engine.ops.Convolution;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every layer: shapes, state dict, save and load, gradients in the input and all parameters; and a residual network of all of
 * them.
 */
class LayerTest {
  private static final int CONFIGURATIONS = 20;

  @TempDir Path dir;

  @Test
  void everyLayerHasItsRow() throws Exception {
    var layers = new TreeSet<String>();
    var folder = Path.of(Linear.class.getResource("Linear.class").toURI()).getParent();
    try (var files = Files.list(folder)) {
      for (String name : files.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(".class")).toList()) {
        var type = Class.forName(Linear.class.getPackageName() + "." + name.substring(0, name.length() - ".class".length()));
        if (Module.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
          layers.add(type.getSimpleName());
        }
      }
    }
    var rows = LayerSamples.ROWS.stream().map(LayerSamples.Row::type).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(layers, rows, "give each layer of dev.mien.engine.nn one row in LayerSamples");
  }

  @TestFactory
  Stream<DynamicTest> shapesAndNames() {
    return rows(row -> {
      try (var device = Device.open("reference"); var scope = device.scope()) {
        var layer = row.example().apply(Rng.seed(1)).to(device);
        var x = scope.upload(HostTensor.of(new float[Draw.count(row.in())], row.in()));
        assertArrayEquals(row.out(), layer.forward(x, Context.eval()).shape().toArray());
        assertArrayEquals(row.out(), layer.forward(x, Context.train(Rng.seed(2))).shape().toArray());
        var variables = new TreeMap<String, String>();
        layer.namedVariables().forEach((name, v) -> variables.put(name, v.shape().toString()));
        assertEquals(new TreeMap<>(row.variables()), variables);
        assertEquals(layer.parameters().stream().mapToLong(p -> p.shape().count()).sum(), layer.parameterCount());
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> gradients() {
    return rows(row -> {
      for (int i = 0; i < CONFIGURATIONS; i++) {
        var drawn = row.samples().apply(Draw.small(Rng.seed(SampleRunner.SEED).split(row.type()).at(i)));
        try {
          ModuleGradients.check(drawn.again().apply(Rng.seed(i)), drawn.input(), (y, c) -> SampleRunner.weighted(y));
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(row + " configuration " + i + " of seed " + SampleRunner.SEED + ": " + e.getMessage(), e);
        }
      }
    });
  }

  @Test
  void gradientsOfAResidualNetwork() {
    for (int i = 0; i < 4; i++) {
      var rng = Rng.seed(SampleRunner.SEED).at(i);
      var labels = TestNet.labels(3, 4, rng);
      ModuleGradients.check(new TestNet(2, 4, rng.split("net")), TestNet.images(3, 8, rng),
          (y, c) -> DistributionLosses.crossEntropy(y, y.constant(labels)));
    }
  }

  @Test
  void theGradientCheckSeesAWrongRule() {
    var e = assertThrows(AssertionError.class, () -> ModuleGradients.check(new Linear(2, 2, Rng.seed(1)),
        HostTensor.of(new double[] {1, 2}, 1, 2), (y, c) -> SampleRunner.weighted(c.training() && y.isRecorded() ? twice(y)
            : y)));
    assertTrue(e.getMessage().startsWith("gradient of input [1, 2] is "), e.getMessage());
  }

  /** Doubles the gradient without doubling the value. */
  private static Tensor twice(Tensor y) {
    var call = OpCall.of("twice", y);
    var out = call.result(y.shape());
    call.kernels().copy(y.buffer(), out.buffer());
    return call.record(out, g -> g.kernels().axpby(2, g.gradient(), 0, g.gradientOf(0)));
  }

  @TestFactory
  Stream<DynamicTest> saveAndLoad() {
    return rows(row -> roundTrip(row.type(), row.example().apply(Rng.seed(1)), row.example().apply(Rng.seed(2)),
        Draw.small(Rng.seed(3)).reals(row.in())));
  }

  @Test
  void saveAndLoadOfAResidualNetwork() {
    var file = roundTrip("net", new TestNet(3, 4, Rng.seed(1)), new TestNet(3, 4, Rng.seed(2)),
        TestNet.images(2, 8, Rng.seed(3)));
    var other = new TestNet(2, 4, Rng.seed(1));
    var e = assertThrows(FormatException.class, () -> Checkpoint.load(file, other));
    assertTrue(e.getMessage().contains("model.conv1.weight is real tensor [3, 3, 3, 3], expected real tensor [2, 3, 3, 3]"),
        e::getMessage);
  }

  private Path roundTrip(String name, Module saved, Module loaded, HostTensor input) {
    var file = dir.resolve(name + ".safetensors");
    try (var device = Device.open("reference"); var scope = device.scope()) {
      saved.to(device);
      loaded.to(device);
      var x = scope.upload(input);
      var expected = saved.forward(x, Context.eval()).download();
      if (saved.parameters().stream().anyMatch(p -> p.shape().rank() > 1)) {
        assertNotEquals(expected, loaded.forward(x, Context.eval()).download(), "the two start alike, so loading proves nothing");
      }
      if (!saved.namedVariables().isEmpty()) {
        Checkpoint.save(file, saved);
        Checkpoint.load(file, loaded);
      }
      assertEquals(expected, loaded.forward(x, Context.eval()).download());
    }
    return file;
  }

  @Test
  void errorsNameTheLayersPath() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var net = new TestNet(2, 4, Rng.seed(1)).to(device);
      var e = assertThrows(ShapeException.class,
          () -> net.forward(scope.upload(HostTensor.of(new float[64], 1, 4, 4, 4)), Context.eval()));
      assertEquals("[conv2d] input has 4 channels, weight expects 3: input [1, 4, 4, 4], weight [2, 3, 3, 3], stride 1x1, "
          + "padding 1x1, "
          + "dilation 1x1, groups 1. Did the layer get the right inChannels? (at net.conv1)", e.getMessage());
      var inner = assertThrows(ShapeException.class, () -> net.forward(scope.upload(TestNet.images(1, 1, Rng.seed(1))),
          Context.eval()));
      assertEquals("[maxPool2d] kernel 2 does not fit into the padded input [1, 2, 1, 1] (padding 0) (at net.pool)",
          inner.getMessage());
    }
  }

  @Test
  void wrongConstructionIsRefused() {
    var rng = Rng.seed(1);
    assertEquals("[conv2d] channels and kernel size are at least 1, and the groups divide both channels: 3 in, 4 out, kernel 3, "
        + "groups 2",
        assertThrows(IllegalArgumentException.class, () -> new Conv2d(3, 4, 3, Convolution.Options.of(1, 1).groups(2), rng))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Conv2d(3, 4, 3, Convolution.Options.of(1, 1).groups(0), rng));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(1));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(Double.NaN));
    assertThrows(ShapeException.class, () -> new Linear(-1, 3, rng));
    var twice = assertThrows(IllegalArgumentException.class, Twice::new);
    assertEquals("a value named 'weight' is registered already", twice.getMessage());
  }

  /** Registers one name twice. */
  private static final class Twice extends Module {
    Twice() {
      parameter("weight", HostTensor.of(new float[1], 1));
      state("weight", HostTensor.of(new float[1], 1));
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return x;
    }
  }

  private interface Check {
    void run(LayerSamples.Row row);
  }

  private static Stream<DynamicTest> rows(Check check) {
    return LayerSamples.ROWS.stream().map(row -> DynamicTest.dynamicTest(row.type(), () -> check.run(row)));
  }
}

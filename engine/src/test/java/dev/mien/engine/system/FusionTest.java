package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.ConvNormAct;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.PRelu;
import dev.mien.engine.ops.Convolution;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.optim.Sgd;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Derived;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;
import dev.mien.engine.tensor.Variable;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Inference folds batch norms into convolutions, once for each state of the parameters: the same numbers, and nothing stale. */
class FusionTest {
  /** One block with the chosen ending. */
  private static final class Block extends Module {
    private final Conv2d conv;
    private final BatchNorm2d norm;
    private final PRelu prelu;
    private final boolean relu;

    Block(Draw d, int in, int out, int kernel, Convolution.Options options, Rng rng) {
      conv = child("conv", new Conv2d(in, out, kernel, options, d.flip(), rng.split("conv")));
      norm = child("norm", new BatchNorm2d(out, d.flip()));
      prelu = d.flip() ? child("prelu", new PRelu(d.flip() ? 1 : out)) : null;
      relu = d.flip();
      namedVariables().values().forEach(v -> v.write(v.name().equals("running_var") ? d.in(0.2, 2, v.shape().toArray())
          : d.reals(v.shape().toArray())));
    }

    Tensor forward(Tensor x, Tensor residual, Context context) {
      return within(context, () -> prelu != null ? ConvNormAct.convNormPrelu(x, conv, norm, prelu, context)
          : ConvNormAct.convNormAct(x, conv, norm, residual, relu, context));
    }

    @Override
    protected Tensor apply(Tensor x, Context context) {
      return forward(x, null, context);
    }
  }

  @Test
  void aFoldedBlockEqualsItsParts() {
    check("reference", 1e-12);
    check("cpu", 2e-5);
  }

  private static void check(String name, double tolerance) {
    try (var device = Device.open(name, Device.Options.DEFAULT.threads(2).convolution(Device.Convolution.EXACT))) {
      for (int i = 0; i < 60; i++) {
        var d = Draw.small(Rng.seed(SampleRunner.SEED).split("fusion").at(i));
        int groups = d.between(1, 2);
        int in = groups * d.between(1, 9);
        int out = groups * d.between(1, 19);
        int kernel = 1 + 2 * d.between(0, 1);
        var options = Convolution.Options.of(d.between(1, 2), kernel / 2).groups(groups);
        var block = new Block(d, in, out, kernel, options, Rng.seed(i));
        block.to(device);
        try (var scope = device.scope()) {
          var x = scope.upload(d.reals(d.between(1, 3), in, d.between(3, 9), d.between(3, 9)));
          int[] shape = block.forward(x, Context.eval()).shape().toArray();
          var residual = d.flip() ? scope.upload(d.reals(shape)) : null;
          var parts = block.forward(x, residual, Context.evalRecorded()).download();
          var fused = block.forward(x, residual, Context.eval()).download();
          assertClose(parts, fused, tolerance, name + " configuration " + i + " of seed " + SampleRunner.SEED);
        }
      }
    }
  }

  private static double[] values(HostTensor t) {
    if (t.isDouble()) {
      return t.doubles();
    }
    var wide = new double[t.floats().length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = t.floats()[i];
    }
    return wide;
  }

  private static void assertClose(HostTensor expected, HostTensor actual, double tolerance, String what) {
    assertEquals(expected.shape(), actual.shape());
    var a = values(expected);
    var b = values(actual);
    double range = 0.01;
    for (double v : a) {
      range = Math.max(range, Math.abs(v));
    }
    for (int i = 0; i < a.length; i++) {
      assertEquals(a[i], b[i], tolerance * range, what + ", element " + i);
    }
  }

  private static HostTensor infer(Device device, TestNet net, Context context) {
    try (var scope = device.scope()) {
      return net.forward(scope.upload(TestNet.images(2, 8, Rng.seed(3))), context).download();
    }
  }

  private static void train(Device device, TestNet net, double rate) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(2));
      var logits = net.forward(scope.upload(TestNet.images(3, 8, Rng.seed(3))), context);
      var loss = DistributionLosses.crossEntropy(logits, scope.upload(TestNet.labels(3, 4, Rng.seed(4))));
      new Sgd(net.parameters(), Sgd.learningRate(rate)).step(loss.backward(), context);
    }
  }

  /** Also holds the engine to its promise: the reference throws when what was frozen changed. */
  @Test
  void foldingHappensOnceForEachStateOfTheParameters() {
    try (var device = Device.open("faulty")) {
      var faults = Faults.of(device);
      var net = new TestNet(3, 4, Rng.seed(1)).to(device);
      int[] calls = new int[9];
      var expected = new HostTensor[calls.length];
      for (int i = 0; i < calls.length; i++) {
        switch (i) {
          case 2 -> train(device, net, 0.1);
          case 4 -> train(device, net, 0); // only the running statistics move
          case 5 -> {
            var bias = net.namedVariables().get("bn1.bias");
            bias.write(HostTensor.of(new double[] {1, 2, 3}, 3));
          }
          case 7 -> device.trim();
          default -> {
          }
        }
        faults.failAt(0);
        var result = infer(device, net, Context.eval());
        calls[i] = faults.calls();
        expected[i] = result;
        assertClose(infer(device, net, Context.evalRecorded()), result, 1e-12, "inference " + i);
      }
      int plain = calls[1];
      assertEquals(plain, calls[3]);
      assertEquals(plain, calls[6]);
      assertEquals(plain, calls[8]);
      assertEquals(calls[0], calls[2], "all norms are folded again after a step");
      assertEquals(calls[0], calls[4], "and when their statistics moved");
      assertEquals(calls[0], calls[7], "and after trim()");
      assertTrue(calls[5] > plain && calls[5] < calls[0], "one parameter spoils one block: " + calls[5]);
      assertEquals(expected[0], expected[1]);
      assertNotEquals(expected[1], expected[2]);
      assertNotEquals(expected[3], expected[4]);
      assertNotEquals(expected[4], expected[5]);
      assertEquals(expected[6], expected[7]);
    }
  }

  @Test
  void foldedMemoryIsGivenBack() {
    try (var device = Device.open("cpu", 1); var other = Device.open("reference")) {
      var net = new TestNet(3, 4, Rng.seed(1)).to(device);
      long parameters = device.memory().lentBytes();
      infer(device, net, Context.eval());
      long folded = device.memory().lentBytes();
      assertTrue(folded > parameters);
      infer(device, net, Context.eval());
      assertEquals(folded, device.memory().lentBytes());
      device.trim();
      assertEquals(parameters, device.memory().lentBytes(), "after trim()");
      infer(device, net, Context.eval());
      train(device, net, 0.1);
      assertEquals(parameters, device.memory().lentBytes(), "after a step");
      infer(device, net, Context.eval());
      net.to(other);
      assertEquals(0, device.memory().lentBytes(), "after the move to another device");
      infer(other, net, Context.eval());
    }
  }

  @Test
  void aStepWhileAParameterIsReadChangesNothing() {
    try (var device = Device.open("reference")) {
      var net = new TestNet(2, 4, Rng.seed(1)).to(device);
      var before = infer(device, net, Context.eval());
      var last = net.parameters().getLast();
      var derived = new Derived(List.<Variable>of(last), k -> new Buffer[] {k.allocate(ElementType.REAL, Kind.PLAIN, 1)});
      try (var lease = derived.lease()) {
        assertEquals(1, lease.buffer(0).count());
        var e = assertThrows(IllegalStateException.class, () -> train(device, net, 0.1));
        assertTrue(e.getMessage().contains("is read by an inference in another thread"), e.getMessage());
        assertThrows(IllegalStateException.class, () -> last.write(last.read()));
        assertEquals(before, infer(device, net, Context.eval()));
      }
      train(device, net, 0.1);
      assertNotEquals(before, infer(device, net, Context.eval()));
      last.changing(true);
      assertThrows(IllegalStateException.class, derived::lease);
      assertThrows(IllegalStateException.class, () -> infer(device, net, Context.eval()));
      last.changing(false);
      derived.lease().close();
    }
  }

  @Test
  void trimmingWhileSixteenThreadsInferChangesNothing() throws Exception {
    int threads = 16;
    try (var device = Device.open("cpu", 2); var pool = Executors.newFixedThreadPool(threads)) {
      var net = new TestNet(4, 4, Rng.seed(1)).to(device);
      long parameters = device.memory().lentBytes();
      var tasks = new ArrayList<Callable<HostTensor>>();
      for (int t = 0; t < threads; t++) {
        boolean trims = t % 4 == 0;
        tasks.add(() -> {
          var first = infer(device, net, Context.eval());
          for (int i = 0; i < 60; i++) {
            if (trims) {
              device.trim();
            }
            assertEquals(first, infer(device, net, Context.eval()));
          }
          return first;
        });
      }
      var results = new ArrayList<HostTensor>();
      for (var done : pool.invokeAll(tasks)) {
        results.add(done.get());
      }
      results.forEach(r -> assertEquals(results.getFirst(), r));
      device.trim();
      assertEquals(parameters, device.memory().lentBytes());
    }
  }

  @Test
  void mistakesAreToldAsWithoutFusion() {
    try (var device = Device.open("reference"); var scope = device.scope()) {
      var d = Draw.small(Rng.seed(7));
      var block = new Block(d, 3, 4, 3, Convolution.Options.of(1, 1), Rng.seed(1));
      var wrong = scope.upload(d.reals(1, 2, 5, 5));
      block.to(device);
      var expected = assertThrows(ShapeException.class, () -> block.forward(wrong, null, Context.evalRecorded()));
      var e = assertThrows(ShapeException.class, () -> block.forward(wrong, null, Context.eval()));
      assertEquals(expected.getMessage(), e.getMessage());
      assertTrue(e.getMessage().endsWith("(at net.conv)"), e.getMessage());
      var x = scope.upload(d.reals(1, 3, 5, 5));
      var short1 = scope.upload(d.reals(1, 4, 5, 4));
      var norm = new BatchNorm2d(4);
      norm.to(device);
      var conv = new Conv2d(3, 4, 3, Convolution.Options.of(1, 1), Rng.seed(1));
      conv.to(device);
      assertThrows(ShapeException.class, () -> ConvNormAct.convNormAct(x, conv, norm, short1, true, Context.eval()));
      var narrow = new BatchNorm2d(3);
      narrow.to(device);
      assertThrows(ShapeException.class, () -> ConvNormAct.convNormAct(x, conv, narrow, null, true, Context.eval()));
    }
  }
}

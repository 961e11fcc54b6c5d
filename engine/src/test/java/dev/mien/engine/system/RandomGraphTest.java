package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mien.engine.autograd.GradCheck;
import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Joining;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random graphs full of branches, diamonds and views, where the walk hands one gradient buffer to several consumers and lets some
 * overwrite it: gradients agree with central differences, and naming every intermediate (which forbids each reuse) changes no
 * bit.
 */
class RandomGraphTest {
  private static final int GRAPHS = Boolean.getBoolean("mien.full") ? 500 : 100;
  private static final int OPERATIONS = 12;

  /** Smooth operations only, so that no draw lies at a kink; relu's reuse is covered by the fixed graphs below. */
  private static Tensor grow(Draw d, List<Tensor> values) {
    var a = values.get(d.between(0, values.size() - 1));
    var b = values.get(d.between(0, values.size() - 1));
    int[] dims = a.shape().toArray();
    return switch (d.between(0, 11)) {
      case 0 -> Elementwise.tanh(a);
      case 1 -> Elementwise.sigmoid(a);
      case 2 -> Elementwise.affine(a, -0.5, 0.25);
      case 3 -> Elementwise.square(Elementwise.tanh(a));
      case 4, 5 -> Arithmetic.add(a, b);
      case 6 -> Arithmetic.subtract(a, b);
      case 7 -> Elementwise.tanh(Arithmetic.multiply(a, b));
      case 8 -> Arithmetic.add(a, a);
      case 9 -> Layouts.reshape(Elementwise.silu(Layouts.reshape(a, -1)), dims);
      case 10 -> Layouts.permute(Layouts.permute(a, 1, 0), 1, 0);
      default -> Joining.concat(1, Joining.slice(b, 1, 1, dims[1] - 1), Joining.slice(a, 1, 0, 1));
    };
  }

  private static List<Tensor> graph(long number, Tensor... inputs) {
    var d = Draw.small(Rng.seed(SampleRunner.SEED).split("graph").at(number));
    var values = new ArrayList<Tensor>(List.of(inputs));
    for (int i = 0; i < OPERATIONS; i++) {
      values.add(grow(d, values));
    }
    return values;
  }

  /** The last values are all read, so that most of the graph matters. */
  private static Tensor output(List<Tensor> values) {
    int n = values.size();
    return Arithmetic.add(Arithmetic.add(values.get(n - 1), values.get(n - 2)), values.get(n - 3));
  }

  @Test
  void gradientsOfRandomGraphs() {
    for (int number = 0; number < GRAPHS; number++) {
      var d = Draw.small(Rng.seed(SampleRunner.SEED).split("operands").at(number));
      int graph = number;
      try {
        GradCheck.check((x, c) -> output(graph(graph, x)), d.reals(2, 3), d.reals(2, 3));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("graph " + number + " of seed " + SampleRunner.SEED + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void namingEveryValueChangesNoBit() {
    try (var device = Device.open("reference")) {
      for (int number = 0; number < GRAPHS; number++) {
        assertArrayEquals(gradient(device, number, false), gradient(device, number, true), "graph " + number);
      }
      assertEquals(0, device.memory().lentBytes());
    }
  }

  private static double[] gradient(Device device, int number, boolean nameAll) {
    try (var scope = device.scope()) {
      var context = Context.train(Rng.seed(1));
      var x = context.watch(scope.upload(Draw.small(Rng.seed(number)).reals(2, 3)));
      var values = graph(number, x);
      var loss = SampleRunner.weighted(output(values));
      var named = nameAll ? values.stream().distinct().toArray(Tensor[]::new) : new Tensor[] {x};
      return loss.backward(named).of(x).download().doubles();
    }
  }

  @Test
  void oneGradientReadByTwoInPlaceRules() {
    // add passes one buffer to both relus; the first may not overwrite what the second still reads.
    GradCheck.check((x, c) -> Arithmetic.add(Elementwise.relu(x[0]), Elementwise.relu(Elementwise.affine(x[0], -1, 0.5))),
        values());
    GradCheck.check((x, c) -> {
      var y = Elementwise.exp(x[0]);
      return Arithmetic.add(Elementwise.relu(y), Arithmetic.add(Elementwise.sigmoid(y), y));
    }, values());
  }

  @Test
  void oneValueReadThreeTimes() {
    GradCheck.check((x, c) -> Arithmetic.add(Arithmetic.multiply(x[0], x[0]), Elementwise.relu(x[0])), values());
    GradCheck.check((x, c) -> Arithmetic.divide(Arithmetic.add(x[0], x[0]),
        Elementwise.affine(Arithmetic.multiply(x[0], x[0]), 1, 1)),
        values());
  }

  @Test
  void oneViewWithManyConsumers() {
    GradCheck.check((x, c) -> {
      var flat = Layouts.reshape(x[0], 6);
      var back = Layouts.reshape(flat, 3, 2);
      var square = Layouts.reshape(Elementwise.square(flat), 3, 2);
      return Arithmetic.multiply(Arithmetic.add(back, square), Layouts.reshape(Elementwise.relu(flat), 3, 2));
    }, values());
    GradCheck.check((x, c) -> Arithmetic.multiply(x[0], Layouts.reshape(Reductions.sum(x[0], 0), 3)), values());
  }

  private static HostTensor values() {
    return HostTensor.of(new double[] {0.3, -0.7, 1.1, -1.6, 0.9, 0.05}, 2, 3);
  }
}

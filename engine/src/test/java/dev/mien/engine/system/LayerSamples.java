package dev.mien.engine.system;

import dev.mien.engine.nn.Activation;
import dev.mien.engine.nn.AdaptiveAveragePool2d;
import dev.mien.engine.nn.AveragePool2d;
import dev.mien.engine.nn.BatchNorm1d;
import dev.mien.engine.nn.BatchNorm2d;
import dev.mien.engine.nn.Conv2d;
import dev.mien.engine.nn.Dropout;
import dev.mien.engine.nn.Flatten;
import dev.mien.engine.nn.LayerNorm;
import dev.mien.engine.nn.Linear;
import dev.mien.engine.nn.MaxPool2d;
import dev.mien.engine.nn.Module;
import dev.mien.engine.nn.MultiHeadAttention;
import dev.mien.engine.nn.PRelu;
import dev.mien.engine.nn.Sequential;
import dev.mien.engine.ops.Convolution;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The table of layers: one row for each public module of package nn, and a residual network of them. */
final class LayerSamples {
  /**
   * A layer with an input.
   *
   * @param again builds the layer anew, with other initial values for another key
   */
  record Drawn(Function<Rng, Module> again, HostTensor input) {}

  /**
   * One layer.
   *
   * @param type simple class name
   * @param samples draws a configuration
   * @param example a fixed configuration
   * @param in the example's input shape
   * @param out the example's result shape
   * @param variables the example's state dict: names with shapes, in order
   */
  record Row(String type, Function<Draw, Drawn> samples, Function<Rng, Module> example, int[] in, int[] out,
             Map<String, String> variables) {
    @Override
    public String toString() {
      return type;
    }
  }

  static final List<Row> ROWS = List.of(
      new Row("Conv2d", LayerSamples::conv, r -> new Conv2d(4, 6, 3, Convolution.Options.of(2, 1).groups(2), true, r),
          new int[] {2, 4, 7, 9}, new int[] {2, 6, 4, 5}, Map.of("weight", "[6, 2, 3, 3]", "bias", "[6]")),
      new Row("Linear", d -> {
        int in = d.between(1, 5);
        int out = d.between(1, 4);
        return new Drawn(r -> new Linear(in, out, r), d.reals(d.between(1, 3), in));
      }, r -> new Linear(5, 3, r), new int[] {2, 5}, new int[] {2, 3}, Map.of("weight", "[3, 5]", "bias", "[3]")),
      new Row("BatchNorm2d", d -> {
        int c = d.between(1, 3);
        boolean affine = d.flip();
        return new Drawn(r -> new BatchNorm2d(c, affine), d.reals(d.between(2, 3), c, d.between(2, 3), d.between(2, 3)));
      }, r -> new BatchNorm2d(4), new int[] {2, 4, 3, 3}, new int[] {2, 4, 3, 3},
          Map.of("weight", "[4]", "bias", "[4]", "running_mean", "[4]", "running_var", "[4]")),
      new Row("BatchNorm1d", d -> {
        int c = d.between(1, 4);
        boolean affine = d.flip();
        return new Drawn(r -> new BatchNorm1d(c, affine), d.reals(d.between(5, 8), c));
      }, r -> new BatchNorm1d(4, false), new int[] {6, 4}, new int[] {6, 4}, Map.of("running_mean", "[4]", "running_var", "[4]")),
      new Row("LayerNorm", d -> {
        int c = d.between(4, 9);
        return new Drawn(r -> new LayerNorm(c), d.reals(d.between(1, 3), d.between(1, 3), c));
      }, r -> new LayerNorm(4), new int[] {2, 3, 4}, new int[] {2, 3, 4}, Map.of("weight", "[4]", "bias", "[4]")),
      new Row("MultiHeadAttention", d -> {
        int heads = d.between(1, 3);
        int c = heads * d.between(1, 3);
        return new Drawn(r -> new MultiHeadAttention(c, heads, r), d.reals(d.between(1, 2), d.between(1, 4), c));
      }, r -> new MultiHeadAttention(4, 2, r), new int[] {2, 3, 4}, new int[] {2, 3, 4}, Map.of("query.weight", "[4, 4]", "query.bias", "[4]",
          "key.weight", "[4, 4]", "key.bias", "[4]", "value.weight", "[4, 4]", "value.bias", "[4]", "output.weight", "[4, 4]", "output.bias", "[4]")),
      new Row("PRelu", d -> {
        int c = d.between(1, 3);
        boolean shared = d.flip();
        return new Drawn(r -> new PRelu(shared ? 1 : c), d.away(new double[] {0}, d.between(1, 3), c, 2, 3));
      }, r -> new PRelu(4), new int[] {2, 4, 3, 3}, new int[] {2, 4, 3, 3}, Map.of("weight", "[4]")),
      new Row("Activation", d -> {
        var all = List.<Function<Double, Activation>>of(s -> Activation.relu(), Activation::leakyRelu, s -> Activation.sigmoid(),
            s -> Activation.tanh(), s -> Activation.gelu(), s -> Activation.silu());
        var chosen = all.get(d.between(0, all.size() - 1));
        double slope = d.real(0, 0.5);
        return new Drawn(r -> chosen.apply(slope), d.away(new double[] {0}, d.between(1, 4), d.between(1, 5)));
      }, r -> Activation.relu(), new int[] {2, 3}, new int[] {2, 3}, Map.of()),
      new Row("Dropout", d -> {
        double p = d.real(0, 0.8);
        return new Drawn(r -> new Dropout(p), d.reals(d.between(1, 4), d.between(1, 5)));
      }, r -> new Dropout(0.5), new int[] {2, 3}, new int[] {2, 3}, Map.of()),
      new Row("Flatten", d -> new Drawn(r -> new Flatten(), d.reals(d.image(3, 3))), r -> new Flatten(), new int[] {2, 4, 3, 5},
          new int[] {2, 60}, Map.of()),
      new Row("MaxPool2d", d -> window(d, true), r -> new MaxPool2d(3, 2, 1), new int[] {2, 4, 7, 8}, new int[] {2, 4, 4, 4},
          Map.of()),
      new Row("AveragePool2d", d -> window(d, false), r -> new AveragePool2d(2, 2, 0), new int[] {2, 4, 7, 8},
          new int[] {2, 4, 3, 4},
          Map.of()),
      new Row("AdaptiveAveragePool2d", d -> {
        int h = d.between(1, 3);
        int w = d.between(1, 3);
        return new Drawn(r -> new AdaptiveAveragePool2d(h, w), d.reals(d.image(5, 5)));
      }, r -> new AdaptiveAveragePool2d(2, 3), new int[] {2, 4, 7, 8}, new int[] {2, 4, 2, 3}, Map.of()),
      new Row("Sequential", d -> {
        int in = d.between(2, 4);
        return new Drawn(r -> new Sequential(new Linear(in, 3, r.split("0")), Activation.tanh(), new Linear(3, 2, r.split("2"))),
            d.reals(d.between(1, 3), in));
      }, r -> new Sequential(new Linear(4, 3, r.split("0")), Activation.tanh(), new Linear(3, 2, r.split("2"))), new int[] {5, 4},
          new int[] {5, 2}, Map.of("0.weight", "[3, 4]", "0.bias", "[3]", "2.weight", "[2, 3]", "2.bias", "[2]")));

  private LayerSamples() {}

  private static Drawn conv(Draw d) {
    int groups = d.between(1, 2);
    int in = groups * d.between(1, 2);
    int out = groups * d.between(1, 2);
    int kernel = d.between(1, 3);
    boolean bias = d.flip();
    var options = Convolution.Options.of(d.between(1, 2), d.between(0, 1)).groups(groups);
    return new Drawn(r -> new Conv2d(in, out, kernel, options, bias, r),
        d.reals(d.between(1, 2), in, d.between(3, 5), d.between(3, 5)));
  }

  private static Drawn window(Draw d, boolean maximum) {
    int kernel = d.between(1, 3);
    int stride = d.between(1, 2);
    int padding = d.between(0, kernel / 2);
    int[] dims = {d.between(1, 2), d.between(1, 2), d.between(3, 5), d.between(3, 5)};
    return new Drawn(r -> maximum ? new MaxPool2d(kernel, stride, padding) : new AveragePool2d(kernel, stride, padding),
        d.distinct(dims));
  }
}

package dev.mien.engine.system;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.ops.Dropout;
import dev.mien.engine.ops.Elementwise;
import dev.mien.engine.ops.Prelu;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rows of functions of one argument, of broadcasting arithmetic, PReLU and dropout. */
final class ElementwiseSamples {
  private static final double[] NO_KINK = {};
  private static final double[] ZERO = {0};

  private ElementwiseSamples() {}

  static List<OpRow> rows() {
    var rows = new ArrayList<OpRow>();
    rows.add(unary("relu", ZERO, Elementwise::relu));
    rows.add(unary("sigmoid", NO_KINK, Elementwise::sigmoid));
    rows.add(unary("tanh", NO_KINK, Elementwise::tanh));
    rows.add(unary("gelu", NO_KINK, Elementwise::gelu));
    rows.add(unary("silu", NO_KINK, Elementwise::silu));
    rows.add(unary("exp", NO_KINK, Elementwise::exp));
    rows.add(unary("square", NO_KINK, Elementwise::square));
    rows.add(unary("abs", ZERO, Elementwise::abs));
    rows.add(refusesIntegers(new OpRow("Elementwise.log(Tensor)",
        d -> new Sample((x, c) -> Elementwise.log(x[0]), d.in(0.2, 3, d.shape()))), "log", Elementwise::log));
    rows.add(refusesIntegers(new OpRow("Elementwise.sqrt(Tensor)",
        d -> new Sample((x, c) -> Elementwise.sqrt(x[0]), d.in(0.2, 3, d.shape()))), "sqrt", Elementwise::sqrt));
    rows.addAll(withAttributes());
    rows.addAll(arithmetic());
    rows.add(prelu());
    rows.add(dropout());
    return rows;
  }

  private static OpRow unary(String name, double[] kinks, UnaryOperator<Tensor> f) {
    var row = new OpRow("Elementwise." + name + "(Tensor)", d -> new Sample((x, c) -> f.apply(x[0]), d.away(kinks, d.shape())));
    return refusesIntegers(row, name, f);
  }

  private static OpRow refusesIntegers(OpRow row, String name, UnaryOperator<Tensor> f) {
    return row.fails(ShapeException.class, "[" + name + "] operand [3] holds INT32, expected real numbers",
        s -> f.apply(s.upload(HostTensor.of(new int[3], 3))));
  }

  private static List<OpRow> withAttributes() {
    return List.of(
        refusesIntegers(new OpRow("Elementwise.leakyRelu(Tensor,double)", d -> {
          double slope = d.real(-0.5, 0.9);
          return new Sample((x, c) -> Elementwise.leakyRelu(x[0], slope), d.away(ZERO, d.shape()));
        }), "leakyRelu", x -> Elementwise.leakyRelu(x, 0.1)),
        refusesIntegers(new OpRow("Elementwise.scale(Tensor,double)", d -> {
          double factor = d.real(-3, 3);
          return new Sample((x, c) -> Elementwise.scale(x[0], factor), d.reals(d.shape()));
        }), "affine", x -> Elementwise.scale(x, 2)),
        refusesIntegers(new OpRow("Elementwise.affine(Tensor,double,double)", d -> {
          double factor = d.real(-3, 3);
          double shift = d.real(-3, 3);
          return new Sample((x, c) -> Elementwise.affine(x[0], factor, shift), d.reals(d.shape()));
        }), "affine", x -> Elementwise.affine(x, 2, 1)),
        new OpRow("Elementwise.clamp(Tensor,double,double)", d -> {
          double low = d.real(-1.5, 0);
          double high = d.real(0.1, 1.5);
          return new Sample((x, c) -> Elementwise.clamp(x[0], low, high), d.away(new double[] {low, high}, d.shape()));
        }).fails(ShapeException.class, "[clamp] low 1.0 is above high -1.0", s -> Elementwise.clamp(s.scalar(0), 1, -1))
            .fails(ShapeException.class, "[clamp] low NaN is above high 1.0", s ->
                Elementwise.clamp(s.scalar(0), Double.NaN, 1)));
  }

  private static List<OpRow> arithmetic() {
    return List.of(binary("add", d -> d::reals, Arithmetic::add), binary("subtract", d -> d::reals, Arithmetic::subtract),
        binary("multiply", d -> d::reals, Arithmetic::multiply), binary("divide", d -> d::divisors, Arithmetic::divide));
  }

  private interface Maker {
    HostTensor make(int... dims);
  }

  private static OpRow binary(String name, Function<Draw, Maker> right, BinaryOperator<Tensor> f) {
    return new OpRow("Arithmetic." + name + "(Tensor,Tensor)", d -> {
      int[] full = d.shape();
      int[] a = partOf(d, full);
      int[] b = partOf(d, full);
      return new Sample((x, c) -> f.apply(x[0], x[1]), d.reals(a), right.apply(d).make(b));
    }).fails(ShapeException.class, "[" + name + "] shapes [2, 3] and [4] do not broadcast: axis 1 from the end has 3 and 4",
        s -> f.apply(zeros(s, 2, 3), zeros(s, 4)))
        .fails(ShapeException.class, "[" + name + "] shapes [2, 1, 3] and [3, 1, 1] do not broadcast: axis 3 from the end has 2 "
            + "and 3",
            s -> f.apply(zeros(s, 2, 1, 3), zeros(s, 3, 1, 1)));
  }

  /** A shape that broadcasts to {@code full} together with another such: extents become 1, leading axes vanish. */
  private static int[] partOf(Draw d, int[] full) {
    int kind = d.between(0, 3);
    if (kind <= 1) {
      return full.clone();
    }
    int missing = d.flip() ? d.between(0, full.length) : 0;
    int[] dims = new int[full.length - missing];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = d.flip() ? 1 : full[missing + i];
    }
    return dims;
  }

  private static OpRow prelu() {
    return new OpRow("Prelu.prelu(Tensor,Tensor)", d -> {
      int[] dims = d.shape();
      int channels = dims.length < 2 ? 1 : dims[1];
      return new Sample((x, c) -> Prelu.prelu(x[0], x[1]), d.away(ZERO, dims), d.reals(d.flip() ? 1 : channels));
    }).fails(ShapeException.class, "[prelu] input [2, 3] has 3 channels, slope [2]", s ->
        Prelu.prelu(zeros(s, 2, 3), zeros(s, 2)))
        .fails(ShapeException.class, "[prelu] slope must have rank 1 [C] or [1], got shape []",
            s -> Prelu.prelu(zeros(s, 2, 3), s.scalar(1)));
  }

  private static OpRow dropout() {
    return new OpRow("Dropout.dropout(Tensor,double,Rng)", d -> {
      double p = d.real(0, 0.9);
      var key = d.key();
      return new Sample((x, c) -> Dropout.dropout(x[0], p, key), d.reals(d.shape()));
    }).fails(ShapeException.class, "[dropout] p must lie in [0, 1), got 1.0", s -> Dropout.dropout(s.scalar(1), 1, Rng.seed(1)))
        .fails(ShapeException.class, "[dropout] p must lie in [0, 1), got -0.1", s ->
            Dropout.dropout(s.scalar(1), -0.1, Rng.seed(1)));
  }

  static Tensor zeros(Scope scope, int... dims) {
    return scope.upload(HostTensor.of(new float[Draw.count(dims)], dims));
  }
}

package dev.mien.engine.system;

import dev.mien.engine.ops.Convolution;
import dev.mien.engine.ops.DistributionLosses;
import dev.mien.engine.ops.MarginLogits;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Normalization;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.State;
import dev.mien.engine.tensor.Tensor;
import java.util.List;

/** Random arguments of every type that operations take, mostly wrong. */
final class GarbageArguments {
  private static final int[] INTS = {Integer.MIN_VALUE, -7, -1, 0, 0, 1, 1, 2, 3, 4, 5, 300, Integer.MAX_VALUE};
  private static final double[] DOUBLES = {0, -0.0, 0.5, 1, -1, 1e-300, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE};
  private static final int[] EXTENTS = {0, 1, 1, 2, 2, 3, 3, 4, 5, 17};

  private final Draw draw;
  private final Scope scope;
  private final Context context;
  private final List<State> states;
  private int[] last = {};

  /** @param states states of shapes [0], [1], [2], [3], made once, since they live as long as the device */
  GarbageArguments(Draw draw, Scope scope, Context context, List<State> states) {
    this.draw = draw;
    this.scope = scope;
    this.context = context;
    this.states = states;
  }

  Object[] of(Class<?>[] types) {
    var arguments = new Object[types.length];
    if (types[types.length - 1] == MarginLogits.Rule.class && draw.flip()) { // shapes that fit by chance would be too rare
      int n = draw.between(1, 3);
      return new Object[] {scope.upload(draw.reals(n, 4)), scope.upload(draw.reals(n, 2)), draw.flip() ? null : scope.upload(draw.reals(1)),
          scope.upload(draw.labels(n, 5)), of(MarginLogits.Rule.class)};
    }
    for (int i = 0; i < types.length; i++) {
      arguments[i] = i == 2 && types[i] == Tensor.class ? orNull() : of(types[i]); // the third is a bias or a residual
    }
    return arguments;
  }

  private Object of(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "Tensor" -> tensor();
      case "Tensor[]" -> tensors();
      case "int" -> integer();
      case "int[]" -> integers();
      case "double" -> DOUBLES[draw.between(0, DOUBLES.length - 1)];
      case "boolean" -> draw.flip();
      case "Rng" -> Rng.seed(draw.between(0, 9));
      case "Context" -> draw.flip() ? context : Context.eval();
      case "Options" -> draw.flip() ? Convolution.Options.of(draw.between(1, 3), draw.between(0, 2))
          : new Convolution.Options(integer(), integer(), integer(), integer(), integer(), integer(), integer());
      case "Layer" -> new Normalization.Layer(orNull(), orNull(), state(), state(), 1e-5, 0.1);
      case "Weights" -> new DistributionLosses.Weights(1, 1, 1, 1, 1,
          DistributionLosses.ResidueRule.values()[draw.between(0, 2)], integer(), draw.flip(), draw.between(0, 2), draw.flip());
      case "Rule" -> new MarginLogits.Rule(draw.between(0, 64), draw.real(0.1, 1.02), MarginLogits.Beyond.values()[draw.between(0, 2)],
          draw.real(-0.02, 0.9), draw.flip());
      default -> throw new AssertionError("GarbageArguments cannot make a " + type + ": teach it");
    };
  }

  private int integer() {
    return INTS[draw.between(0, INTS.length - 1)];
  }

  private int[] integers() {
    int[] values = new int[draw.between(0, 5)];
    for (int i = 0; i < values.length; i++) {
      values[i] = draw.flip() ? draw.between(-1, 4) : integer();
    }
    return values;
  }

  private State state() {
    return states.get(draw.between(0, states.size() - 1));
  }

  private Tensor[] tensors() {
    var all = new Tensor[draw.between(0, 3)];
    for (int i = 0; i < all.length; i++) {
      all[i] = i > 0 && draw.flip() ? all[0] : tensor();
    }
    return all;
  }

  private Tensor orNull() {
    return draw.flip() ? null : tensor();
  }

  private Tensor tensor() {
    int[] dims = draw.between(0, 5) == 0 ? last.clone() : dims();
    last = dims;
    int n = Draw.count(dims);
    int kind = draw.between(0, 19);
    if (kind == 0) {
      return scope.upload(HostTensor.of(new byte[n], dims));
    }
    if (kind <= 4) {
      var data = new int[n];
      for (int i = 0; i < n; i++) {
        data[i] = draw.between(-1, 4);
      }
      return scope.upload(HostTensor.of(data, dims));
    }
    var real = scope.upload(draw.reals(dims));
    real = draw.between(0, 3) == 0 ? Layouts.plain(real) : real;
    return draw.flip() ? context.watch(real) : real;
  }

  /** Often extents of the operand before, so that some operands fit each other. */
  private int[] dims() {
    int[] dims = new int[draw.between(0, 9) == 0 ? draw.between(5, 7) : draw.between(0, 4)];
    boolean like = last.length > 0 && draw.flip();
    if (like && draw.between(0, 3) == 0) {
      return new int[] {last[0]};
    }
    for (int i = 0; i < dims.length; i++) {
      dims[i] = like && i < last.length && draw.between(0, 3) > 0 ? last[i] : EXTENTS[draw.between(0, dims.length > 4 ? 5 : 9)];
    }
    return dims;
  }
}

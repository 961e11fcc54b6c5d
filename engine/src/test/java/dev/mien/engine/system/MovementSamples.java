package dev.mien.engine.system;

import static dev.mien.engine.system.ElementwiseSamples.zeros;

import dev.mien.engine.ops.Joining;
import dev.mien.engine.ops.Layouts;
import dev.mien.engine.ops.Reductions;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.ShapeException;
import dev.mien.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Rows of reductions, of operations that move numbers without arithmetic, and of concatenation. */
final class MovementSamples {
  private MovementSamples() {}

  private interface Reduction {
    Tensor apply(Tensor x, int... axes);
  }

  static List<OpRow> rows() {
    return List.of(
        reduction("sum", Reductions::sum),
        reduction("mean", Reductions::mean).fails(ShapeException.class, "[mean] of no elements: input [0, 3]",
            s -> Reductions.mean(zeros(s, 0, 3))),
        reshape(),
        new OpRow("Layouts.flatten(Tensor)", d -> {
          int[] dims = d.shape();
          return new Sample((x, c) -> Layouts.flatten(x[0]), d.reals(dims.length == 0 ? new int[] {3} : dims));
        }).fails(ShapeException.class, "[flatten] needs at least rank 1, got []", s -> Layouts.flatten(s.scalar(1)))
            .fails(ShapeException.class, "[flatten] [0, 65536, 65536] has more than 2^31 - 1 elements in a row",
                s -> Layouts.flatten(s.upload(HostTensor.of(new float[0], 0, 65536, 65536)))),
        permute(),
        new OpRow("Layouts.plain(Tensor)", d -> new Sample((x, c) -> Layouts.plain(x[0]), d.reals(d.image(3, 9))))
            .fails(ShapeException.class, "[plain] operand [1, 2, 1, 1] holds UINT8, expected real numbers",
                s -> Layouts.plain(s.upload(HostTensor.of(new byte[2], 1, 2, 1, 1)))),
        new OpRow("Layouts.image(Tensor)", d -> {
          int[] dims = d.image(3, 9);
          return new Sample((x, c) -> Layouts.image(Layouts.reshape(x[0], dims)), d.reals(Draw.count(dims)));
        }).fails(ShapeException.class, "[image] input must have rank 4 [N, C, H, W], got shape [2, 3]", s ->
            Layouts.image(zeros(s, 2, 3))),
        concat(), slice(), rowsOf());
  }

  private static OpRow reduction(String name, Reduction f) {
    return new OpRow("Reductions." + name + "(Tensor,int[])", d -> {
      int[] dims = d.shape();
      int[] axes = new int[dims.length == 0 ? 0 : d.between(0, dims.length)];
      for (int i = 0; i < axes.length; i++) {
        axes[i] = d.between(-dims.length, dims.length - 1);
      }
      return new Sample((x, c) -> f.apply(x[0], axes), d.reals(dims));
    }).fails(ShapeException.class, "[" + name + "] axis 2 is out of range for rank 2", s -> f.apply(zeros(s, 2, 3), 2))
        .fails(ShapeException.class, "[" + name + "] axis -3 is out of range for rank 2", s -> f.apply(zeros(s, 2, 3), -3));
  }

  private static OpRow reshape() {
    return new OpRow("Layouts.reshape(Tensor,int[])", d -> {
      int[] dims = d.shape();
      int n = Draw.count(dims);
      int[][] targets = {{n}, {-1}, {1, n, 1}, {dims.length > 0 ? dims[0] : 1, -1},
          {-1, 1, dims.length > 0 ? dims[dims.length - 1] : 1}};
      int[] target = targets[d.between(0, targets.length - 1)];
      return new Sample((x, c) -> Layouts.reshape(x[0], target), d.reals(dims));
    }).fails(ShapeException.class, "[reshape] 6 elements of [2, 3] do not fill [4, 2]", s ->
        Layouts.reshape(zeros(s, 2, 3), 4, 2))
        .fails(ShapeException.class, "[reshape] 6 elements of [2, 3] do not fill [4, -1]", s ->
            Layouts.reshape(zeros(s, 2, 3), 4, -1))
        .fails(ShapeException.class, "[reshape] 6 elements of [2, 3] do not fill [-1, -1]", s ->
            Layouts.reshape(zeros(s, 2, 3), -1, -1))
        .fails(ShapeException.class, "[shape] negative extent in [-2, -3]", s -> Layouts.reshape(zeros(s, 2, 3), -2, -3));
  }

  private static OpRow permute() {
    return new OpRow("Layouts.permute(Tensor,int[])", d -> {
      int[] dims = d.shape();
      int[] order = d.key().permutation(dims.length);
      for (int i = 0; i < order.length; i++) {
        order[i] -= d.flip() ? dims.length : 0;
      }
      return new Sample((x, c) -> Layouts.permute(x[0], order), d.reals(dims));
    }).fails(ShapeException.class, "[permute] order [0] does not name the 2 axes of [2, 3]", s ->
        Layouts.permute(zeros(s, 2, 3), 0))
        .fails(ShapeException.class, "[permute] order [1, -1] names axis 1 twice", s -> Layouts.permute(zeros(s, 2, 3), 1, -1));
  }

  private static OpRow concat() {
    return new OpRow("Joining.concat(int,Tensor[])", d -> {
      int[] dims = nonScalar(d.shape());
      int axis = d.between(0, dims.length - 1);
      var parts = new HostTensor[d.between(1, 3)];
      for (int i = 0; i < parts.length; i++) {
        int[] part = dims.clone();
        part[axis] = d.extent(3, 20);
        parts[i] = d.reals(part);
      }
      int named = d.flip() ? axis : axis - dims.length;
      return new Sample((x, c) -> Joining.concat(named, x), parts);
    }).fails(ShapeException.class, "[concat] needs at least one tensor", s -> Joining.concat(0))
        .fails(ShapeException.class, "[concat] axis 1 is out of range for rank 1", s ->
            Joining.concat(1, zeros(s, 2), zeros(s, 2)))
        .fails(ShapeException.class, "[concat] shapes [2, 3] and [2] have different ranks",
            s -> Joining.concat(0, zeros(s, 2, 3), zeros(s, 2)))
        .fails(ShapeException.class, "[concat] shapes [2, 3] and [2, 4] differ beside axis 0",
            s -> Joining.concat(0, zeros(s, 2, 3), zeros(s, 2, 4)))
        .fails(ShapeException.class, "[concat] of [1, 1, 1, 1] and [1, 1, 1, 1] one is an image, the other row-major: turn one "
            + "with "
            + "Layouts.image or Layouts.plain", s -> Joining.concat(0, zeros(s, 1, 1, 1, 1),
                Layouts.plain(zeros(s, 1, 1, 1, 1))));
  }

  private static OpRow slice() {
    return new OpRow("Joining.slice(Tensor,int,int,int)", d -> {
      int[] dims = nonScalar(d.shape());
      int axis = d.between(0, dims.length - 1);
      int start = d.between(0, dims[axis] - 1);
      int length = d.between(1, dims[axis] - start);
      return new Sample((x, c) -> Joining.slice(x[0], axis, start, length), d.reals(dims));
    }).fails(ShapeException.class, "[slice] 2..4 is outside axis 1 of [2, 3]", s -> Joining.slice(zeros(s, 2, 3), 1, 2, 2))
        .fails(ShapeException.class, "[slice] -1..1 is outside axis 0 of [2, 3]", s -> Joining.slice(zeros(s, 2, 3), 0, -1, 2))
        .fails(ShapeException.class, "[slice] 1..2147483648 is outside axis 0 of [2, 3]",
            s -> Joining.slice(zeros(s, 2, 3), 0, 1, Integer.MAX_VALUE))
        .fails(ShapeException.class, "[slice] axis 2 is out of range for rank 2", s -> Joining.slice(zeros(s, 2, 3), 2, 0, 1));
  }

  private static OpRow rowsOf() {
    return new OpRow("Joining.rows(Tensor,int[])", d -> {
      int n = d.extent(5, 40);
      int[] chosen = Arrays.copyOf(d.key().permutation(n), d.between(1, n));
      return new Sample((x, c) -> Joining.rows(x[0], chosen), d.reals(n, d.extent(4, 40)));
    }).fails(ShapeException.class, "[rows] input must have rank 2 [R, D], got shape [3]", s -> Joining.rows(zeros(s, 3), 0))
        .fails(ShapeException.class, "[rows] row 2 is outside [0, 2) of [2, 3]", s -> Joining.rows(zeros(s, 2, 3), 0, 2))
        .fails(ShapeException.class, "[rows] row -1 is outside [0, 2) of [2, 3]", s -> Joining.rows(zeros(s, 2, 3), -1))
        .fails(ShapeException.class, "[rows] row 1 of [2, 3] is named twice", s -> Joining.rows(zeros(s, 2, 3), 1, 0, 1));
  }

  private static int[] nonScalar(int[] dims) {
    return dims.length == 0 ? new int[] {2} : dims;
  }
}

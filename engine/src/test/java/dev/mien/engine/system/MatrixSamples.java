package dev.mien.engine.system;

import static dev.mien.engine.system.ElementwiseSamples.zeros;

import dev.mien.engine.ops.MatMul;
import dev.mien.engine.ops.Moments;
import dev.mien.engine.ops.Norms;
import dev.mien.engine.ops.Softmax;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.ShapeException;
import java.util.List;

/** Rows of matrix products and of work along the last axis. */
final class MatrixSamples {
  private MatrixSamples() {}

  static List<OpRow> rows() {
    return List.of(
        new OpRow("MatMul.matmul(Tensor,Tensor)", d -> product(d, false)).fails(ShapeException.class,
            "[matmul] inner extents differ: [2, 3] has 3, [4, 5] has 4", s -> MatMul.matmul(zeros(s, 2, 3), zeros(s, 4, 5)))
            .fails(ShapeException.class, "[matmul] operands must both have rank 2 or both rank 3, got [2, 3] and [3]",
                s -> MatMul.matmul(zeros(s, 2, 3), zeros(s, 3)))
            .fails(ShapeException.class, "[matmul] batches differ: [2, 1, 1] and [3, 1, 1]",
                s -> MatMul.matmul(zeros(s, 2, 1, 1), zeros(s, 3, 1, 1))),
        new OpRow("MatMul.matmul(Tensor,Tensor,boolean,boolean)", d -> product(d, true)).fails(ShapeException.class,
            "[matmul] inner extents differ: [2, 3]^T has 2, [4, 5]^T has 5",
            s -> MatMul.matmul(zeros(s, 2, 3), zeros(s, 4, 5), true, true)),
        linear(),
        new OpRow("Softmax.softmax(Tensor)", d -> new Sample((x, c) -> Softmax.softmax(x[0]), rowsOf(d)))
            .fails(ShapeException.class, "[softmax] needs row-major [.., C] with C >= 1, got []", s ->
                Softmax.softmax(s.scalar(1)))
            .fails(ShapeException.class, "[softmax] needs row-major [.., C] with C >= 1, got [2, 0]", s ->
                Softmax.softmax(zeros(s, 2, 0))),
        new OpRow("Softmax.logSoftmax(Tensor)", d -> new Sample((x, c) -> Softmax.logSoftmax(x[0]), rowsOf(d)))
            .fails(ShapeException.class, "[logSoftmax] needs row-major [.., C] with C >= 1, got [1, 1, 1, 1]",
                s -> Softmax.logSoftmax(zeros(s, 1, 1, 1, 1))),
        new OpRow("Moments.expectation(Tensor,double)", d -> {
          double start = d.between(-3, 20);
          return new Sample((x, c) -> Moments.expectation(x[0], start), distribution(d));
        }).fails(ShapeException.class, "[expectation] input must have rank 2 [N, C], got shape [3]",
            s -> Moments.expectation(zeros(s, 3), 0)),
        new OpRow("Moments.variance(Tensor,double)", d -> {
          double start = d.between(-3, 20);
          return new Sample((x, c) -> Moments.variance(x[0], start), distribution(d));
        }).fails(ShapeException.class, "[variance] input must have rank 2 [N, C], got shape [3]", s ->
            Moments.variance(zeros(s, 3), 0)),
        // Divisors, because a row that is nearly zero has no smooth norm.
        new OpRow("Norms.l2Norm(Tensor)", d -> new Sample((x, c) -> Norms.l2Norm(x[0]), d.divisors(rowsOf(d).shape().toArray())))
            .fails(ShapeException.class, "[l2Norm] needs row-major [.., D], got []", s -> Norms.l2Norm(s.scalar(1))));
  }

  private static Sample product(Draw d, boolean transposes) {
    int m = d.extent(4, 50);
    int k = d.extent(4, 90);
    int n = d.extent(4, 50);
    int batch = d.between(1, 3);
    boolean rank3 = d.flip();
    boolean ta = transposes && d.flip();
    boolean tb = transposes && d.flip();
    int[] a = ta ? new int[] {k, m} : new int[] {m, k};
    int[] b = tb ? new int[] {n, k} : new int[] {k, n};
    if (rank3) {
      a = new int[] {batch, a[0], a[1]};
      b = new int[] {batch, b[0], b[1]};
    }
    return new Sample((x, c) -> transposes ? MatMul.matmul(x[0], x[1], ta, tb) : MatMul.matmul(x[0], x[1]), d.reals(a),
        d.reals(b));
  }

  private static OpRow linear() {
    return new OpRow("MatMul.linear(Tensor,Tensor,Tensor)", d -> {
      int in = d.extent(5, 90);
      int out = d.extent(4, 50);
      var x = d.reals(d.extent(3, 20), in);
      var weight = d.reals(out, in);
      if (d.flip()) {
        return new Sample((t, c) -> MatMul.linear(t[0], t[1], t[2]), x, weight, d.reals(out));
      }
      return new Sample((t, c) -> MatMul.linear(t[0], t[1], null), x, weight);
    }).fails(ShapeException.class, "[linear] input has 3 features, weight expects 4: input [2, 3], weight [5, 4]. Did the layer "
        + "get the "
        + "right inFeatures?", s -> MatMul.linear(zeros(s, 2, 3), zeros(s, 5, 4), null))
        .fails(ShapeException.class, "[linear] input must have rank 2 [N, in], got shape [3]",
            s -> MatMul.linear(zeros(s, 3), zeros(s, 5, 3), null))
        .fails(ShapeException.class, "[linear] weight must have rank 2 [out, in], got shape [3]",
            s -> MatMul.linear(zeros(s, 2, 3), zeros(s, 3), null))
        .fails(ShapeException.class, "[linear] bias must have shape [5], got [4]",
            s -> MatMul.linear(zeros(s, 2, 3), zeros(s, 5, 3), zeros(s, 4)));
  }

  private static HostTensor rowsOf(Draw d) {
    int c = d.extent(6, 120);
    return switch (d.between(0, 2)) {
      case 0 -> d.reals(c);
      case 1 -> d.reals(d.extent(4, 20), c);
      default -> d.reals(d.extent(2, 4), d.extent(2, 5), c);
    };
  }

  /** Non-negative rows; not normalised, because the gradient must hold for any p. */
  private static HostTensor distribution(Draw d) {
    int c = d.extent(6, 101);
    return d.in(0, 2.0 / c, d.extent(4, 20), c);
  }
}

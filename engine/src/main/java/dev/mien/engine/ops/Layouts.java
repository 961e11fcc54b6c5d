package dev.mien.engine.ops;

import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Kind;
import java.util.Arrays;

/** Shapes and kinds without arithmetic: reshape, flatten, permute, and the two ways a rank-4 tensor may lie in memory. */
public final class Layouts {
  private Layouts() {}

  /**
   * The same numbers in row-major order under another shape.
   *
   * @param dims extents; one may be -1 and is worked out
   */
  public static Tensor reshape(Tensor x, int... dims) {
    int[] target = dims.clone();
    int open = -1;
    long known = 1;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= target[i];
      }
    }
    if (open >= 0 && known > 0) {
      target[open] = (int) (x.shape().count() / known);
    }
    var shape = open >= 0 && target[open] < 0 ? null : Shape.of(target);
    Check.that(shape != null && shape.count() == x.shape().count(), "[reshape] %s elements of %s do not fill %s",
        x.shape().count(), x.shape(), Arrays.toString(dims));
    var plain = plain(x);
    var call = OpCall.of("reshape", plain);
    var y = call.alias(shape);
    if (plain != x && !call.recording()) {
      plain.release(); // the result holds the memory now
    }
    int[] back = x.shape().toArray();
    return call.record(y, g -> {
      var gx = g.gradientOf(0);
      g.kernels().copy(g.kernels().view(g.gradient(), back), gx);
    });
  }

  /** {@code [N, ...]} to {@code [N, product]}, channel-major as PyTorch's flatten(1). */
  public static Tensor flatten(Tensor x) {
    Check.that(x.shape().rank() >= 1, "[flatten] needs at least rank 1, got %s", x.shape());
    int n = x.shape().dim(0);
    long rest = 1;
    for (int i = 1; i < x.shape().rank(); i++) {
      rest = Math.min(rest, Integer.MAX_VALUE) * x.shape().dim(i);
    }
    Check.that(rest <= Integer.MAX_VALUE, "[flatten] %s has more than 2^31 - 1 elements in a row", x.shape());
    return reshape(x, n, (int) rest);
  }

  /** Axis i of the result is axis {@code order[i]} of x. */
  public static Tensor permute(Tensor x, int... order) {
    int rank = x.shape().rank();
    var seen = new boolean[rank];
    Check.that(order.length == rank, "[permute] order %s does not name the %d axes of %s", Arrays.toString(order), rank, x.shape());
    int[] dims = new int[rank];
    int[] axes = new int[rank];
    int[] inverse = new int[rank];
    for (int i = 0; i < rank; i++) {
      int a = Check.axis("permute", order[i], rank);
      Check.that(!seen[a], "[permute] order %s names axis %d twice", Arrays.toString(order), a);
      seen[a] = true;
      axes[i] = a;
      dims[i] = x.shape().dim(a);
      inverse[a] = i;
    }
    var in = plain(x);
    var call = OpCall.of("permute", in);
    var y = call.result(Shape.of(dims), Kind.PLAIN);
    call.kernels().permute(axes, in.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().permute(inverse, g.gradient(), g.gradientOf(0)));
  }

  /** Row-major memory; the identity when it is so already. */
  public static Tensor plain(Tensor x) {
    return x.isImage() ? convert("plain", x, Kind.PLAIN) : x;
  }

  /** Image memory of a rank-4 tensor; the identity when it is so already. */
  public static Tensor image(Tensor x) {
    Check.rank("image", "input", x, 4, "[N, C, H, W]");
    return x.isImage() ? x : convert("image", x, Kind.IMAGE);
  }

  private static Tensor convert(String name, Tensor x, Kind kind) {
    var call = OpCall.of(name, x);
    var y = call.result(x.shape(), kind);
    call.kernels().copy(x.buffer(), y.buffer());
    return call.record(y, g -> g.kernels().copy(g.gradient(), g.gradientOf(0)));
  }
}

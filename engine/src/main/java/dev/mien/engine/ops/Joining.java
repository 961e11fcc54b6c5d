package dev.mien.engine.ops;

import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.OpCall;
import dev.mien.engine.tensor.Shape;
import dev.mien.engine.tensor.Tensor;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Kind;
import java.util.Arrays;
import java.util.BitSet;

/** Concatenation along an axis, and its opposites: a part, and chosen rows. */
public final class Joining {
  private Joining() {}

  /** Joins tensors whose other extents agree. */
  public static Tensor concat(int axis, Tensor... parts) {
    Check.that(parts.length > 0, "[concat] needs at least one tensor");
    var first = parts[0].shape();
    int a = Check.axis("concat", axis, first.rank());
    int[] dims = first.toArray();
    dims[a] = 0;
    for (var p : parts) {
      Check.that(p.shape().rank() == first.rank(), "[concat] shapes %s and %s have different ranks", first, p.shape());
      Check.that(p.isImage() == parts[0].isImage(), "[concat] of %s and %s one is an image, the other row-major: turn one with "
          + "Layouts.image or Layouts.plain", first, p.shape());
      for (int i = 0; i < first.rank(); i++) {
        Check.that(i == a || p.shape().dim(i) == first.dim(i), "[concat] shapes %s and %s differ beside axis %d", first, p.shape(), a);
      }
      dims[a] += p.shape().dim(a);
    }
    var call = OpCall.of("concat", parts);
    var y = call.result(Shape.of(dims));
    var buffers = new Buffer[parts.length];
    for (int i = 0; i < parts.length; i++) {
      buffers[i] = parts[i].buffer();
    }
    call.kernels().concat(a, buffers, y.buffer());
    int[] extents = Arrays.stream(parts).mapToInt(p -> p.shape().dim(a)).toArray();
    return call.record(y, g -> {
      int start = 0;
      for (int i = 0; i < extents.length; i++) {
        if (g.wants(i)) {
          g.kernels().slice(a, start, g.gradient(), g.gradientOf(i));
        }
        start += extents[i];
      }
    });
  }

  /** Elements {@code start .. start + length} along an axis. */
  public static Tensor slice(Tensor x, int axis, int start, int length) {
    int a = Check.axis("slice", axis, x.shape().rank());
    int extent = x.shape().dim(a);
    Check.that(start >= 0 && length >= 0 && (long) start + length <= extent, "[slice] %d..%d is outside axis %d of %s", start,
        (long) start + length, a, x.shape());
    int[] dims = x.shape().toArray();
    dims[a] = length;
    var call = OpCall.of("slice", x);
    var y = call.result(Shape.of(dims));
    call.kernels().slice(a, start, x.buffer(), y.buffer());
    return call.record(y, g -> {
      var gx = g.gradientOf(0);
      int[] before = gx.dims();
      before[a] = start;
      int[] after = gx.dims();
      after[a] = extent - start - length;
      var zeroBefore = g.zeros(gx.kind(), before);
      var zeroAfter = g.zeros(gx.kind(), after);
      g.kernels().concat(a, new Buffer[] {zeroBefore, g.gradient(), zeroAfter}, gx);
    });
  }

  /** {@code y_s = x_rows[s]}: {@code [R, D] -> [S, D]}; no row twice. */
  public static Tensor rows(Tensor x, int... rows) {
    Check.rank("rows", "input", x, 2, "[R, D]");
    int count = x.shape().dim(0);
    int columns = x.shape().dim(1);
    var seen = new BitSet();
    for (int row : rows) {
      Check.that(row >= 0 && row < count, "[rows] row %d is outside [0, %d) of %s", row, count, x.shape());
      Check.that(!seen.get(row), "[rows] row %d of %s is named twice", row, x.shape());
      seen.set(row);
    }
    var call = OpCall.of("rows", x);
    var at = x.constant(HostTensor.of(rows.clone(), rows.length));
    var y = call.result(Shape.of(rows.length, columns), Kind.PLAIN);
    boolean empty = y.shape().count() == 0;
    if (!empty) {
      call.kernels().gatherRows(x.buffer(), at.buffer(), y.buffer());
    }
    return call.record(y, g -> {
      var gx = g.gradientOf(0);
      g.kernels().fill(gx, 0);
      if (!empty) {
        g.kernels().scatterRows(g.gradient(), g.saved(0), gx);
      }
    }, at);
  }
}

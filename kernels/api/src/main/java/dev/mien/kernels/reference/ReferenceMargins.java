package dev.mien.kernels.reference;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.CosineMargin;
import dev.mien.kernels.Kind;

/** {@link CosineMargin} as it is written there, and rows taken by index. */
final class ReferenceMargins {
  private final ReferenceMemory memory;

  ReferenceMargins(ReferenceMemory memory) {
    this.memory = memory;
  }

  /** Operands of a margin kernel, checked. */
  private final class Operands {
    final double[] cosines;
    final int[] labels;
    final double[] margins;
    final double[] hardness;
    final int rows;
    final int classes;

    Operands(String kernel, Buffer c, Buffer l, Buffer m, Buffer t) {
      cosines = memory.reals(kernel, "cosines", c);
      labels = memory.ints(kernel, "labels", l);
      margins = memory.reals(kernel, "margins", m);
      hardness = memory.realsOrNull(kernel, "hardness", t);
      Check.that(c.kind() == Kind.PLAIN && c.rank() == 2, kernel, "cosines are " + c + ", expected PLAIN [N, C]");
      rows = c.dim(0);
      classes = c.dim(1);
      Check.plain(kernel, "labels", l, rows);
      Check.plain(kernel, "margins", m, rows, 2);
      if (t != null) {
        Check.that(t.count() == 1, kernel, "hardness is " + t + ", expected one element");
      }
      for (int i = 0; i < rows; i++) {
        Check.that(labels[i] >= 0 && labels[i] < classes, kernel, "label " + labels[i] + " of row " + i + " is outside [0, " + classes
            + "); labels [" + rows + "], cosines [" + rows + ", " + classes + "]");
      }
    }
  }

  void forward(CosineMargin spec, Buffer c, Buffer l, Buffer m, Buffer t, Buffer y) {
    var o = new Operands("cosineMargin", c, l, m, t);
    double[] logits = memory.reals("cosineMargin", "logits", y);
    Check.same("cosineMargin", "logits", y, "cosines", c);
    for (int i = 0; i < o.rows; i++) {
      int at = i * o.classes;
      var target = spec.target(o.cosines[at + o.labels[i]], o.margins[2 * i]);
      for (int j = 0; j < o.classes; j++) {
        double v = Math.clamp(o.cosines[at + j], -spec.limit(), spec.limit());
        boolean hard = o.hardness != null && v > target.threshold();
        logits[at + j] = spec.scale() * (j == o.labels[i] ? target.f() - o.margins[2 * i + 1] : hard ? v * (o.hardness[0] + v) : v);
      }
    }
  }

  void backward(CosineMargin spec, Buffer c, Buffer l, Buffer m, Buffer t, Buffer gLogits, Buffer gCosines, Buffer gMargins) {
    String kernel = "cosineMarginBackward";
    var o = new Operands(kernel, c, l, m, t);
    double[] gy = memory.reals(kernel, "gLogits", gLogits);
    double[] gx = memory.reals(kernel, "gCosines", gCosines);
    double[] gm = memory.realsOrNull(kernel, "gMargins", gMargins);
    Check.same(kernel, "gLogits", gLogits, "cosines", c);
    Check.same(kernel, "gCosines", gCosines, "cosines", c);
    if (gMargins != null) {
      Check.plain(kernel, "gMargins", gMargins, o.rows, 2);
    }
    for (int i = 0; i < o.rows; i++) {
      int at = i * o.classes;
      var target = spec.target(o.cosines[at + o.labels[i]], o.margins[2 * i]);
      double g = spec.scale() * gy[at + o.labels[i]];
      if (gm != null) {
        gm[2 * i] = g * target.angleSlope();
        gm[2 * i + 1] = -g;
      }
      for (int j = 0; j < o.classes; j++) {
        double v = o.cosines[at + j];
        boolean hard = o.hardness != null && v > target.threshold();
        double slope = j == o.labels[i] ? target.slope() : !(Math.abs(v) <= spec.limit()) ? 0 : hard ? o.hardness[0] + 2 * v : 1;
        gx[at + j] = spec.scale() * slope * gy[at + j];
      }
    }
  }

  /** Copies rows of {@code all} to or from {@code some}. */
  void rows(String kernel, Buffer all, Buffer indices, Buffer some, boolean gather) {
    double[] table = memory.reals(kernel, "x", all);
    double[] picked = memory.reals(kernel, "y", some);
    int[] index = memory.ints(kernel, "indices", indices);
    Check.that(all.kind() == Kind.PLAIN && all.rank() == 2, kernel, "x is " + all + ", expected PLAIN [R, D]");
    int columns = all.dim(1);
    Check.plain(kernel, "y", some, index.length, columns);
    for (int s = 0; s < index.length; s++) {
      Check.that(index[s] >= 0 && index[s] < all.dim(0), kernel, "index " + index[s] + " at " + s + " is outside [0, " + all.dim(0) + ")");
      if (gather) {
        System.arraycopy(table, index[s] * columns, picked, s * columns, columns);
      } else {
        System.arraycopy(picked, s * columns, table, index[s] * columns, columns);
      }
    }
  }
}

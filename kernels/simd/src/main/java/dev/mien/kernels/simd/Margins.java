package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.CosineMargin;
import jdk.incubator.vector.FloatVector;

/** {@link CosineMargin} row by row: the label's class in double, the others in vectors; and rows taken by index. */
final class Margins {
  private Margins() {}

  private static void checkLabels(String kernel, SimdBuffer labels, int rows, int classes) {
    for (int i = 0; i < rows; i++) {
      int label = labels.ints[labels.offset + i];
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException("[" + kernel + "] label " + label + " of row " + i + " is outside [0, " + classes + "); labels [" + rows
            + "], cosines [" + rows + ", " + classes + "]");
      }
    }
  }

  static void forward(SimdBackend backend, CosineMargin spec, Buffer cosines, Buffer classes, Buffer margins, Buffer hardness, Buffer logits) {
    var x = SimdBuffer.of(cosines);
    var labels = SimdBuffer.of(classes);
    var m = SimdBuffer.of(margins);
    var t = SimdBuffer.orNull(hardness);
    var y = SimdBuffer.of(logits);
    int columns = x.dim(1);
    checkLabels("cosineMargin", labels, x.dim(0), columns);
    float scale = (float) spec.scale();
    float limit = (float) spec.limit();
    backend.workers.ranges(x.dim(0), RowTools.grain(columns), (from, to) -> {
      for (int row = from; row < to; row++) {
        int xo = x.offset + row * columns;
        int yo = y.offset + row * columns;
        int label = labels.ints[labels.offset + row];
        var target = spec.target(x.reals[xo + label], m.reals[m.offset + 2 * row]);
        if (t == null) {
          clamped(x.reals, xo, y.reals, yo, columns, limit, scale);
        } else {
          hard(x.reals, xo, y.reals, yo, columns, new Hard(limit, scale, (float) target.threshold(), t.reals[t.offset]));
        }
        y.reals[yo + label] = (float) (spec.scale() * (target.f() - m.reals[m.offset + 2 * row + 1]));
      }
    });
  }

  private static void clamped(float[] x, int xo, float[] y, int yo, int n, float limit, float scale) {
    int i = 0;
    for (int end = n & -Lanes.COUNT; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, xo + i).min(limit).max(-limit).mul(scale).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = Math.max(Math.min(x[xo + i], limit), -limit) * scale;
    }
  }

  private record Hard(float limit, float scale, float threshold, float hardness) {}

  private static void hard(float[] x, int xo, float[] y, int yo, int n, Hard h) {
    for (int i = 0; i < n; i++) {
      float v = Math.max(Math.min(x[xo + i], h.limit), -h.limit);
      y[yo + i] = h.scale * (v > h.threshold ? v * (h.hardness + v) : v);
    }
  }

  static void backward(SimdBackend backend, CosineMargin spec, Buffer cosines, Buffer classes, Buffer margins, Buffer hardness, Buffer gradLogits,
                       Buffer gradCosines, Buffer gradMargins) {
    var x = SimdBuffer.of(cosines);
    var labels = SimdBuffer.of(classes);
    var m = SimdBuffer.of(margins);
    var t = SimdBuffer.orNull(hardness);
    var gy = SimdBuffer.of(gradLogits);
    var gx = SimdBuffer.of(gradCosines);
    var gm = SimdBuffer.orNull(gradMargins);
    int columns = x.dim(1);
    checkLabels("cosineMarginBackward", labels, x.dim(0), columns);
    float scale = (float) spec.scale();
    float limit = (float) spec.limit();
    backend.workers.ranges(x.dim(0), RowTools.grain(columns), (from, to) -> {
      for (int row = from; row < to; row++) {
        int xo = x.offset + row * columns;
        int gyo = gy.offset + row * columns;
        int gxo = gx.offset + row * columns;
        int label = labels.ints[labels.offset + row];
        var target = spec.target(x.reals[xo + label], m.reals[m.offset + 2 * row]);
        double g = spec.scale() * gy.reals[gyo + label]; // before gradCosines, which may be the same memory
        var h = new Hard(limit, scale, t == null ? Float.POSITIVE_INFINITY : (float) target.threshold(), t == null ? 0 : t.reals[t.offset]);
        slopes(x.reals, xo, gy.reals, gyo, gx.reals, gxo, columns, h);
        gx.reals[gxo + label] = (float) (g * target.slope());
        if (gm != null) {
          gm.reals[gm.offset + 2 * row] = (float) (g * target.angleSlope());
          gm.reals[gm.offset + 2 * row + 1] = (float) -g;
        }
      }
    });
  }

  private static void slopes(float[] x, int xo, float[] gy, int gyo, float[] gx, int gxo, int n, Hard h) {
    for (int i = 0; i < n; i++) {
      float v = x[xo + i];
      float slope = Math.abs(v) <= h.limit ? v > h.threshold ? h.hardness + 2 * v : 1 : 0;
      gx[gxo + i] = h.scale * slope * gy[gyo + i];
    }
  }

  /** Copies rows of {@code all} to {@code some}, or the other way. */
  static void rows(SimdBackend backend, String kernel, Buffer all, Buffer indices, Buffer some, boolean gather) {
    var x = SimdBuffer.of(all);
    var index = SimdBuffer.of(indices);
    var y = SimdBuffer.of(some);
    int columns = x.dim(1);
    int n = (int) index.count();
    for (int s = 0; s < n; s++) {
      int row = index.ints[index.offset + s];
      if (row < 0 || row >= x.dim(0)) {
        throw new IllegalArgumentException("[" + kernel + "] index " + row + " at " + s + " is outside [0, " + x.dim(0) + ")");
      }
    }
    backend.workers.ranges(n, RowTools.grain(columns), (from, to) -> {
      for (int s = from; s < to; s++) {
        int xo = x.offset + index.ints[index.offset + s] * columns;
        int yo = y.offset + s * columns;
        if (gather) {
          System.arraycopy(x.reals, xo, y.reals, yo, columns);
        } else {
          System.arraycopy(y.reals, yo, x.reals, xo, columns);
        }
      }
    });
  }
}

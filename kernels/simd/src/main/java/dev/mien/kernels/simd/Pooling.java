package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Pool;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Pooling, channels on the lanes, one output pixel at a time. */
final class Pooling {
  private static final int B = Lanes.BLOCK;

  private Pooling() {}

  static void forward(SimdBackend backend, Pool pool, Buffer input, Buffer output, Buffer chosen) {
    var x = SimdBuffer.of(input);
    var y = SimdBuffer.of(output);
    var choice = SimdBuffer.orNull(chosen);
    var windows = Windows.of(pool, x.dim(2), x.dim(3));
    boolean maximum = Windows.maximum(pool);
    int rows = y.dim(2);
    int width = x.dim(3);
    int rowLength = y.dim(3) * B;
    int taps = x.plane() / Math.max(1, y.plane()) + 1;
    int grain = Math.max(1, UnaryForward.GRAIN / Math.max(1, rowLength * taps));
    backend.workers.ranges(y.dim(0) * y.channelBlocks() * rows, grain, (from, to) -> {
      for (int r = from; r < to; r++) {
        int plane = x.offset + r / rows * x.plane() * B;
        int p = r % rows;
        for (int q = 0; q < y.dim(3); q++) {
          int out = r * rowLength + q * B;
          var w = new Window(plane, width, windows.rowFrom()[p], windows.rowTo()[p], windows.columnFrom()[q],
              windows.columnTo()[q]);
          if (!maximum) {
            mean(x.reals, w, windows.divisor(p, q), y.reals, y.offset + out);
          } else if (choice == null) {
            largest(x.reals, w, y.reals, y.offset + out);
          } else {
            largest(x.reals, w, y.reals, y.offset + out, choice.ints, choice.offset + out);
          }
        }
      }
    });
    if (choice != null && maximum) {
      Layout.clearPadding(choice);
    }
  }

  /** Rows r0 .. r1-1 and columns c0 .. c1-1 of the plane at {@code plane}, {@code width} pixels wide. */
  record Window(int plane, int width, int r0, int r1, int c0, int c1) {}

  private static void mean(float[] x, Window w, float divisor, float[] y, int yo) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var total = FloatVector.zero(Lanes.F);
      for (int r = w.r0; r < w.r1; r++) {
        int from = w.plane + (r * w.width + w.c0) * B + g;
        int to = w.plane + (r * w.width + w.c1) * B + g;
        var row = FloatVector.zero(Lanes.F); // two levels of sums keep large windows accurate
        for (int i = from; i < to; i += B) {
          row = row.add(FloatVector.fromArray(Lanes.F, x, i));
        }
        total = total.add(row);
      }
      total.div(divisor).intoArray(y, yo + g);
    }
  }

  private static void largest(float[] x, Window w, float[] y, int yo) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var best = FloatVector.fromArray(Lanes.F, x, w.plane + (w.r0 * w.width + w.c0) * B + g);
      for (int r = w.r0; r < w.r1; r++) {
        int from = w.plane + (r * w.width + w.c0) * B + g;
        int to = w.plane + (r * w.width + w.c1) * B + g;
        for (int i = from; i < to; i += B) {
          var v = FloatVector.fromArray(Lanes.F, x, i);
          best = best.blend(v, v.compare(VectorOperators.GT, best).or(v.compare(VectorOperators.NE, v)));
        }
      }
      best.intoArray(y, yo + g);
    }
  }

  /** As above, also the first position of the largest; the first NaN counts as larger than everything. */
  private static void largest(float[] x, Window w, float[] y, int yo, int[] choice, int co) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var best = FloatVector.fromArray(Lanes.F, x, w.plane + (w.r0 * w.width + w.c0) * B + g);
      var at = IntVector.broadcast(Lanes.I, w.r0 * w.width + w.c0);
      for (int r = w.r0; r < w.r1; r++) {
        int row = w.plane + r * w.width * B + g;
        for (int c = w.c0; c < w.c1; c++) {
          var v = FloatVector.fromArray(Lanes.F, x, row + c * B);
          var nan = v.compare(VectorOperators.NE, v).and(best.compare(VectorOperators.EQ, best));
          var wins = v.compare(VectorOperators.GT, best).or(nan);
          best = best.blend(v, wins);
          at = at.blend(r * w.width + c, wins.cast(Lanes.I));
        }
      }
      best.intoArray(y, yo + g);
      at.intoArray(choice, co + g);
    }
  }
}

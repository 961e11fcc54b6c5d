package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.Pool;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Gradients of pooling. A plane belongs to one task, which adds window after window in order. */
final class PoolingBackward {
  private static final int B = Lanes.BLOCK;

  private PoolingBackward() {}

  static void run(SimdBackend backend, Pool pool, Buffer gradOutput, Buffer chosen, Buffer gradInput) {
    var gy = SimdBuffer.of(gradOutput);
    var gx = SimdBuffer.of(gradInput);
    boolean maximum = Windows.maximum(pool);
    var choice = maximum ? SimdBuffer.of(chosen) : null;
    var windows = Windows.of(pool, gx.dim(2), gx.dim(3));
    int width = gx.dim(3);
    int length = gx.plane() * B;
    backend.workers.ranges(gx.dim(0) * gx.channelBlocks(), Math.max(1, UnaryForward.GRAIN / Math.max(1, length)), (from, to) -> {
      Arrays.fill(gx.reals, gx.offset + from * length, gx.offset + to * length, 0f);
      for (int u = from; u < to; u++) {
        int out = u * gy.plane() * B;
        for (int p = 0; p < gy.dim(2); p++) {
          for (int q = 0; q < gy.dim(3); q++, out += B) {
            var w = new Pooling.Window(gx.offset + u * length, width, windows.rowFrom()[p], windows.rowTo()[p],
                windows.columnFrom()[q], windows.columnTo()[q]);
            if (maximum) {
              toChosen(gy.reals, gy.offset + out, choice.ints, choice.offset + out, w, gx.reals);
            } else {
              toAll(gy.reals, gy.offset + out, windows.divisor(p, q), w, gx.reals);
            }
          }
        }
      }
    });
  }

  private static void toAll(float[] gy, int go, float divisor, Pooling.Window w, float[] gx) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, gy, go + g).div(divisor);
      for (int r = w.r0(); r < w.r1(); r++) {
        int from = w.plane() + (r * w.width() + w.c0()) * B + g;
        int to = w.plane() + (r * w.width() + w.c1()) * B + g;
        for (int i = from; i < to; i += B) {
          FloatVector.fromArray(Lanes.F, gx, i).add(v).intoArray(gx, i);
        }
      }
    }
  }

  private static void toChosen(float[] gy, int go, int[] choice, int co, Pooling.Window w, float[] gx) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var v = FloatVector.fromArray(Lanes.F, gy, go + g);
      var at = IntVector.fromArray(Lanes.I, choice, co + g);
      for (int r = w.r0(); r < w.r1(); r++) {
        int row = w.plane() + r * w.width() * B + g;
        for (int c = w.c0(); c < w.c1(); c++) {
          var here = at.compare(VectorOperators.EQ, r * w.width() + c).cast(Lanes.F);
          var old = FloatVector.fromArray(Lanes.F, gx, row + c * B);
          old.blend(old.add(v), here).intoArray(gx, row + c * B);
        }
      }
    }
  }
}

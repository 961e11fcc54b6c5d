package dev.mien.kernels.simd;

import dev.mien.kernels.BatchNorm;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Gradient of batch normalisation: one pass masks by the ReLU and sums, one writes the gradient of x. */
final class BatchNormBackward {
  private static final int B = Lanes.BLOCK;
  private static final int PARTIAL = 2 * B;

  private BatchNormBackward() {}

  /** The operands in blocked memory; null where the call has none. */
  private record Operands(NormShape.Operand x, NormShape.Operand y, NormShape.Operand gy, NormShape.Operand gx,
                          NormShape.Operand gResidual) {}

  static void run(SimdBackend backend, BatchNorm.Backward call) {
    var x = SimdBuffer.of(call.x());
    var gx = SimdBuffer.orNull(call.gx());
    var gResidual = SimdBuffer.orNull(call.gResidual());
    var s = NormShape.of(x);
    if (x.count() == 0) {
      return;
    }
    try (var xs = s.open(backend, x, true); var ys = s.open(backend, call.relu() ? SimdBuffer.of(call.y()) : null, true);
        var gys = s.open(backend, SimdBuffer.of(call.gy()), true); var gxs = s.open(backend, gx, false);
        var rs = s.open(backend, gResidual, false); var line = backend.scratch.lease(4 * s.lanes())) {
      var all = new Operands(xs, ys, gys, gxs, rs);
      means(s, call, line);
      sums(backend, s, all, call, line);
      if (gx != null) {
        gradient(backend, s, all, line);
      }
      s.store(gxs, gx);
      s.store(rs, gResidual);
    }
  }

  private static void means(NormShape s, BatchNorm.Backward call, Scratch.Lease line) {
    var mean = SimdBuffer.of(call.mean());
    Arrays.fill(line.array, line.offset, line.offset + 4 * s.lanes(), 0f);
    System.arraycopy(mean.reals, mean.offset, line.array, line.offset, s.channels());
  }

  private static void sums(SimdBackend backend, NormShape s, Operands all, BatchNorm.Backward call, Scratch.Lease line) {
    var variance = SimdBuffer.of(call.variance());
    var gamma = SimdBuffer.orNull(call.gamma());
    var gGamma = SimdBuffer.orNull(call.gGamma());
    var gBeta = SimdBuffer.orNull(call.gBeta());
    int tasks = s.blocks() * s.groups();
    try (var parts = backend.scratch.leaseDoubles(tasks * PARTIAL)) {
      backend.workers.run(tasks, u -> group(backend, s, all, u / s.groups(), u % s.groups(), line, parts));
      for (int c = 0; c < s.channels(); c++) {
        int at = parts.offset + c / B * s.groups() * PARTIAL + c % B;
        double sum = 0;
        double product = 0;
        for (int g = 0; g < s.groups(); g++) {
          sum += parts.array[at + g * PARTIAL];
          product += parts.array[at + g * PARTIAL + B];
        }
        double inverse = 1 / Math.sqrt(variance.reals[variance.offset + c] + call.eps());
        store(gBeta, c, sum);
        store(gGamma, c, product * inverse);
        double scale = gamma == null ? inverse : gamma.reals[gamma.offset + c] * inverse;
        line.array[line.offset + s.lanes() + c] = (float) scale;
        if (call.train()) {
          line.array[line.offset + 2 * s.lanes() + c] = (float) (sum / s.count());
          line.array[line.offset + 3 * s.lanes() + c] = (float) (-product * inverse * inverse / s.count());
        }
      }
    }
  }

  private static void store(SimdBuffer target, int c, double value) {
    if (target != null) {
      target.reals[target.offset + c] = (float) value;
    }
  }

  private static void group(SimdBackend backend, NormShape s, Operands all, int block, int group, Scratch.Lease line,
      Scratch.DoubleLease parts) {
    int out = parts.offset + (block * s.groups() + group) * PARTIAL;
    Arrays.fill(parts.array, out, out + PARTIAL, 0.0);
    boolean flat = s.plane() == 1; // the pictures of a matrix are its rows
    int stride = flat ? s.blocks() * B : B;
    int pixels = flat ? s.images() : s.plane();
    try (var t = backend.scratch.lease(2 * B)) {
      for (int n = s.firstImage(group); n < s.firstImage(group + 1); n += flat ? s.images() : 1) {
        for (int p = 0; p < pixels; p += NormShape.SEGMENT) {
          int at = s.at(n, block) + p * stride;
          int length = Math.min(NormShape.SEGMENT, pixels - p) * stride;
          piece(all, at, length, stride, line.array, line.offset + block * B, t);
          for (int k = 0; k < PARTIAL; k++) {
            parts.array[out + k] += t.array[t.offset + k];
          }
        }
      }
    }
  }

  private static void piece(Operands all, int at, int n, int stride, float[] mean, int mo, Scratch.Lease t) {
    var x = all.x;
    var y = all.y;
    var gy = all.gy;
    var to = all.gResidual;
    if (to != null) {
      if (y != null) {
        mask(y.array, y.offset + at, gy.array, gy.offset + at, to.array, to.offset + at, n, stride);
      } else if (to.array != gy.array || to.offset != gy.offset) {
        copy(gy.array, gy.offset + at, to.array, to.offset + at, n, stride);
      }
      plainSums(x.array, x.offset + at, to.array, to.offset + at, n, stride, mean, mo, t);
    } else if (y != null) {
      maskedSums(x.array, x.offset + at, y.array, y.offset + at, gy.array, gy.offset + at, n, stride, mean, mo, t);
    } else {
      plainSums(x.array, x.offset + at, gy.array, gy.offset + at, n, stride, mean, mo, t);
    }
  }

  private static void mask(float[] y, int yo, float[] g, int go, float[] out, int oo, int n, int stride) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      for (int i = k; i < n; i += stride) {
        var live = FloatVector.fromArray(Lanes.F, y, yo + i).compare(VectorOperators.GT, 0f);
        FloatVector.zero(Lanes.F).blend(FloatVector.fromArray(Lanes.F, g, go + i), live).intoArray(out, oo + i);
      }
    }
  }

  private static void copy(float[] g, int go, float[] out, int oo, int n, int stride) {
    for (int i = 0; i < n; i += stride) {
      System.arraycopy(g, go + i, out, oo + i, B);
    }
  }

  private static void plainSums(float[] x, int xo, float[] g, int go, int n, int stride, float[] mean, int mo, Scratch.Lease t) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      var m = FloatVector.fromArray(Lanes.F, mean, mo + k);
      var sum = FloatVector.zero(Lanes.F);
      var product = FloatVector.zero(Lanes.F);
      for (int i = k; i < n; i += stride) {
        var v = FloatVector.fromArray(Lanes.F, g, go + i);
        sum = sum.add(v);
        product = FloatVector.fromArray(Lanes.F, x, xo + i).sub(m).fma(v, product);
      }
      sum.intoArray(t.array, t.offset + k);
      product.intoArray(t.array, t.offset + B + k);
    }
  }

  private static void maskedSums(float[] x, int xo, float[] y, int yo, float[] g, int go, int n, int stride, float[] mean, int mo,
      Scratch.Lease t) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      var m = FloatVector.fromArray(Lanes.F, mean, mo + k);
      var sum = FloatVector.zero(Lanes.F);
      var product = FloatVector.zero(Lanes.F);
      for (int i = k; i < n; i += stride) {
        var live = FloatVector.fromArray(Lanes.F, y, yo + i).compare(VectorOperators.GT, 0f);
        var v = FloatVector.zero(Lanes.F).blend(FloatVector.fromArray(Lanes.F, g, go + i), live);
        sum = sum.add(v);
        product = FloatVector.fromArray(Lanes.F, x, xo + i).sub(m).fma(v, product);
      }
      sum.intoArray(t.array, t.offset + k);
      product.intoArray(t.array, t.offset + B + k);
    }
  }

  private static void gradient(SimdBackend backend, NormShape s, Operands all, Scratch.Lease line) {
    int length = s.plane() * B;
    var g = all.gResidual != null ? all.gResidual : all.gy; // the former is masked already
    var mask = all.gResidual != null ? null : all.y;
    var x = all.x;
    var gx = all.gx;
    backend.workers.ranges(s.images() * s.blocks(), Math.max(1, UnaryForward.GRAIN / length), (from, to) -> {
      for (int u = from; u < to; u++) {
        int at = u * length;
        var l = new Line(line.array, line.offset + u % s.blocks() * B, s.lanes());
        if (mask == null) {
          plain(x.array, x.offset + at, g.array, g.offset + at, gx.array, gx.offset + at, length, l);
        } else {
          masked(x.array, x.offset + at, mask.array, mask.offset + at, g.array, g.offset + at, gx.array, gx.offset + at, length,
              l);
        }
      }
    });
  }

  /** Where a block's means stand; scale, mean gradient and slope follow at the given distance. */
  private record Line(float[] array, int at, int distance) {}

  private static void plain(float[] x, int xo, float[] g, int go, float[] gx, int to, int n, Line l) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      var mean = FloatVector.fromArray(Lanes.F, l.array, l.at + k);
      var scale = FloatVector.fromArray(Lanes.F, l.array, l.at + l.distance + k);
      var middle = FloatVector.fromArray(Lanes.F, l.array, l.at + 2 * l.distance + k);
      var slope = FloatVector.fromArray(Lanes.F, l.array, l.at + 3 * l.distance + k);
      for (int i = k; i < n; i += B) {
        var v = FloatVector.fromArray(Lanes.F, g, go + i).sub(middle);
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean).fma(slope, v).mul(scale).intoArray(gx, to + i);
      }
    }
  }

  private static void masked(float[] x, int xo, float[] y, int yo, float[] g, int go, float[] gx, int to, int n, Line l) {
    for (int k = 0; k < B; k += Lanes.COUNT) {
      var mean = FloatVector.fromArray(Lanes.F, l.array, l.at + k);
      var scale = FloatVector.fromArray(Lanes.F, l.array, l.at + l.distance + k);
      var middle = FloatVector.fromArray(Lanes.F, l.array, l.at + 2 * l.distance + k);
      var slope = FloatVector.fromArray(Lanes.F, l.array, l.at + 3 * l.distance + k);
      for (int i = k; i < n; i += B) {
        var live = FloatVector.fromArray(Lanes.F, y, yo + i).compare(VectorOperators.GT, 0f);
        var v = FloatVector.zero(Lanes.F).blend(FloatVector.fromArray(Lanes.F, g, go + i), live).sub(middle);
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean).fma(slope, v).mul(scale).intoArray(gx, to + i);
      }
    }
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.BatchNorm;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Batch normalisation: one pass for the statistics (sums of the distance from a value near the mean, float chains over 256 pixels
 * combined in double), one that normalises, adds the residual and clips.
 */
final class BatchNormForward {
  private static final int B = Lanes.BLOCK;
  private static final int PARTIAL = 3 * B;
  /** Pictures and pixels looked at for a value near the mean. */
  private static final int PROBES = 16;

  private BatchNormForward() {}

  static void run(SimdBackend backend, BatchNorm.Forward call) {
    var x = SimdBuffer.of(call.x());
    var y = SimdBuffer.of(call.y());
    var residual = SimdBuffer.orNull(call.residual());
    var s = NormShape.of(x);
    if (x.count() == 0) {
      return;
    }
    try (var xs = s.open(backend, x, true); var ys = s.open(backend, y, false); var rs = s.open(backend, residual, true);
        var line = backend.scratch.lease(3 * s.lanes())) {
      if (call.train()) {
        statistics(backend, s, xs, call);
      }
      lines(s, call, line);
      normalise(backend, s, xs, rs, ys, call.relu(), line);
      s.store(ys, y);
    }
    Layout.clearPadding(y);
  }

  private static void statistics(SimdBackend backend, NormShape s, NormShape.Operand x, BatchNorm.Forward call) {
    var mean = SimdBuffer.of(call.mean());
    var variance = SimdBuffer.of(call.variance());
    int tasks = s.blocks() * s.groups();
    try (var parts = backend.scratch.leaseDoubles(tasks * PARTIAL)) {
      backend.workers.run(tasks, u -> group(backend, s, x, u / s.groups(), u % s.groups(), parts));
      double count = s.count();
      for (int c = 0; c < s.channels(); c++) {
        int at = parts.offset + c / B * s.groups() * PARTIAL + c % B;
        double sum = 0;
        double squares = 0;
        for (int g = 0; g < s.groups(); g++) {
          sum += parts.array[at + g * PARTIAL];
          squares += parts.array[at + g * PARTIAL + B];
        }
        double distance = sum / count;
        mean.reals[mean.offset + c] = (float) (parts.array[at + 2 * B] + distance);
        double v = squares / count - distance * distance;
        variance.reals[variance.offset + c] = v < 0 ? 0f : (float) v;
      }
    }
  }

  private static void group(SimdBackend backend, NormShape s, NormShape.Operand x, int block, int group,
      Scratch.DoubleLease parts) {
    int out = parts.offset + (block * s.groups() + group) * PARTIAL;
    Arrays.fill(parts.array, out, out + PARTIAL, 0.0);
    probe(s, x, block, parts.array, out + 2 * B);
    try (var t = backend.scratch.lease(3 * B)) {
      for (int k = 0; k < B; k++) {
        t.array[t.offset + 2 * B + k] = (float) parts.array[out + 2 * B + k];
      }
      boolean flat = s.plane() == 1; // the pictures of a matrix are its rows
      int stride = flat ? s.blocks() * B : B;
      for (int n = s.firstImage(group); n < s.firstImage(group + 1); n += flat ? s.images() : 1) {
        int pixels = flat ? s.images() : s.plane();
        for (int p = 0; p < pixels; p += NormShape.SEGMENT) {
          int count = Math.min(NormShape.SEGMENT, pixels - p);
          segment(x.array, x.offset + s.at(n, block) + p * stride, count * stride, stride, t.array, t.offset);
          for (int k = 0; k < 2 * B; k++) {
            parts.array[out + k] += t.array[t.offset + k];
          }
        }
      }
    }
  }

  /** A float near each channel's mean, from a few pixels of a few pictures. */
  private static void probe(NormShape s, NormShape.Operand x, int block, double[] near, int at) {
    int imageStep = Math.max(1, s.images() / PROBES);
    int pixelStep = Math.max(1, s.plane() / PROBES);
    int count = 0;
    for (int n = 0; n < s.images(); n += imageStep) {
      int base = x.offset + s.at(n, block);
      for (int p = 0; p < s.plane(); p += pixelStep) {
        for (int k = 0; k < B; k++) {
          near[at + k] += x.array[base + p * B + k];
        }
        count++;
      }
    }
    for (int k = 0; k < B; k++) {
      near[at + k] = (float) (near[at + k] / count);
    }
  }

  /** Sums of distance and squared distance over pixels {@code stride} apart; t holds them and then the value near the mean. */
  private static void segment(float[] x, int at, int n, int stride, float[] t, int to) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var near = FloatVector.fromArray(Lanes.F, t, to + 2 * B + g);
      var sum0 = FloatVector.zero(Lanes.F);
      var sum1 = FloatVector.zero(Lanes.F);
      var square0 = FloatVector.zero(Lanes.F);
      var square1 = FloatVector.zero(Lanes.F);
      int i = g;
      for (int end = n - stride; i < end; i += 2 * stride) {
        var d0 = FloatVector.fromArray(Lanes.F, x, at + i).sub(near);
        var d1 = FloatVector.fromArray(Lanes.F, x, at + i + stride).sub(near);
        sum0 = sum0.add(d0);
        sum1 = sum1.add(d1);
        square0 = d0.fma(d0, square0);
        square1 = d1.fma(d1, square1);
      }
      if (i < n) {
        var d0 = FloatVector.fromArray(Lanes.F, x, at + i).sub(near);
        sum0 = sum0.add(d0);
        square0 = d0.fma(d0, square0);
      }
      sum0.add(sum1).intoArray(t, to + g);
      square0.add(square1).intoArray(t, to + B + g);
    }
  }

  /** Mean, scale and shift of each lane, zeros in padding lanes. */
  private static void lines(NormShape s, BatchNorm.Forward call, Scratch.Lease line) {
    var mean = SimdBuffer.of(call.mean());
    var variance = SimdBuffer.of(call.variance());
    var gamma = SimdBuffer.orNull(call.gamma());
    var beta = SimdBuffer.orNull(call.beta());
    float[] a = line.array;
    Arrays.fill(a, line.offset, line.offset + 3 * s.lanes(), 0f);
    for (int c = 0; c < s.channels(); c++) {
      int at = line.offset + c;
      double inverse = 1 / Math.sqrt(variance.reals[variance.offset + c] + call.eps());
      a[at] = mean.reals[mean.offset + c];
      a[at + s.lanes()] = (float) (gamma == null ? inverse : gamma.reals[gamma.offset + c] * inverse);
      a[at + 2 * s.lanes()] = beta == null ? 0f : beta.reals[beta.offset + c];
    }
  }

  private static void normalise(SimdBackend backend, NormShape s, NormShape.Operand x, NormShape.Operand residual,
      NormShape.Operand y, boolean relu, Scratch.Lease line) {
    int length = s.plane() * B;
    backend.workers.ranges(s.images() * s.blocks(), Math.max(1, UnaryForward.GRAIN / length), (from, to) -> {
      for (int u = from; u < to; u++) {
        int at = u * length;
        var l = new Line(line.array, line.offset + u % s.blocks() * B, s.lanes());
        if (residual == null && relu) {
          plainRelu(x.array, x.offset + at, y.array, y.offset + at, length, l);
        } else if (residual == null) {
          plain(x.array, x.offset + at, y.array, y.offset + at, length, l);
        } else if (relu) {
          residualRelu(x.array, x.offset + at, residual.array, residual.offset + at, y.array, y.offset + at, length, l);
        } else {
          residual(x.array, x.offset + at, residual.array, residual.offset + at, y.array, y.offset + at, length, l);
        }
      }
    });
  }

  /** Where the mean of a block's lanes stands; scale and shift follow at the given distance. */
  private record Line(float[] array, int at, int distance) {}

  private static void plain(float[] x, int xo, float[] y, int yo, int n, Line l) {
    float[] a = l.array;
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var mean = FloatVector.fromArray(Lanes.F, a, l.at + g);
      var scale = FloatVector.fromArray(Lanes.F, a, l.at + l.distance + g);
      var shift = FloatVector.fromArray(Lanes.F, a, l.at + 2 * l.distance + g);
      for (int i = g; i < n; i += B) {
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean).fma(scale, shift).intoArray(y, yo + i);
      }
    }
  }

  private static void plainRelu(float[] x, int xo, float[] y, int yo, int n, Line l) {
    float[] a = l.array;
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var mean = FloatVector.fromArray(Lanes.F, a, l.at + g);
      var scale = FloatVector.fromArray(Lanes.F, a, l.at + l.distance + g);
      var shift = FloatVector.fromArray(Lanes.F, a, l.at + 2 * l.distance + g);
      for (int i = g; i < n; i += B) {
        var v = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean).fma(scale, shift);
        v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
      }
    }
  }

  private static void residual(float[] x, int xo, float[] r, int ro, float[] y, int yo, int n, Line l) {
    float[] a = l.array;
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var mean = FloatVector.fromArray(Lanes.F, a, l.at + g);
      var scale = FloatVector.fromArray(Lanes.F, a, l.at + l.distance + g);
      var shift = FloatVector.fromArray(Lanes.F, a, l.at + 2 * l.distance + g);
      for (int i = g; i < n; i += B) {
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean).fma(scale, shift)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i)).intoArray(y, yo + i);
      }
    }
  }

  private static void residualRelu(float[] x, int xo, float[] r, int ro, float[] y, int yo, int n, Line l) {
    float[] a = l.array;
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var mean = FloatVector.fromArray(Lanes.F, a, l.at + g);
      var scale = FloatVector.fromArray(Lanes.F, a, l.at + l.distance + g);
      var shift = FloatVector.fromArray(Lanes.F, a, l.at + 2 * l.distance + g);
      for (int i = g; i < n; i += B) {
        var v = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean).fma(scale, shift)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i));
        v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
      }
    }
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.BatchNorm;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Batch normalisation: one pass for the statistics (sums of the distance from a value near the mean, float chains over 256 pixels
 * combined in double), one that normalises, adds the residual and clips.
 */
final class BatchNormForward implements NormShape.Pass {
  private static final int B = Lanes.BLOCK;
  /** Doubles of a block and group: sums of distances, of their squares, and the value that they are measured from. */
  private static final int PARTIAL = 3 * B;
  /** Floats of a block and group: the value near the mean, sums, squares. */
  private static final int CHAINS = 3 * B;
  /** Floats of a block that every pixel is computed with: mean, scale, shift. */
  static final int LINE = 3 * B;
  /** Most pixels looked at for a value near the mean, and one in how many at most. */
  private static final int PROBES = 32;
  private static final int SPARSE = 12;
  /** Floats of a step over whole pixels with two vectors, and the lane where the second begins. */
  static final int STEP = Math.max(B, 2 * Lanes.COUNT);
  static final int SECOND = Lanes.COUNT % B;

  private final NormShape s;
  private final BatchNorm.Forward call;
  private final NormShape.Operand x;
  private final NormShape.Operand residual;
  private final NormShape.Operand y;
  private final float[] t;
  private final int lines;
  private final int chains;
  private final double[] parts;
  private final int partsAt;

  private BatchNormForward(NormShape s, BatchNorm.Forward call, NormShape.Operand x, NormShape.Operand residual,
      NormShape.Operand y, Work work) {
    this.s = s;
    this.call = call;
    this.x = x;
    this.residual = residual;
    this.y = y;
    this.t = work.floats.array;
    this.lines = work.floats.offset;
    this.chains = lines + LINE * s.blocks();
    this.parts = work.doubles.array;
    this.partsAt = work.doubles.offset;
  }

  /** The call's working memory. */
  private record Work(Scratch.Lease floats, Scratch.DoubleLease doubles) {}

  static void run(SimdBackend backend, BatchNorm.Forward call) {
    var x = SimdBuffer.of(call.x());
    var y = SimdBuffer.of(call.y());
    var s = NormShape.of(x);
    if (x.count() == 0) {
      return;
    }
    int tasks = s.blocks() * s.groups();
    try (var xs = s.open(backend, x, true); var ys = s.open(backend, y, false);
        var rs = s.open(backend, SimdBuffer.orNull(call.residual()), true);
        var floats = backend.scratch.lease(LINE * s.blocks() + tasks * CHAINS);
        var doubles = backend.scratch.leaseDoubles(tasks * PARTIAL)) {
      var pass = new BatchNormForward(s, call, xs, rs, ys, new Work(floats, doubles));
      s.sweep(backend.workers, pass);
      s.store(ys, y);
    }
    Layout.clearPadding(y);
  }

  @Override
  public void begin(int block, int group) {
    if (call.train()) {
      int task = block * s.groups() + group;
      int out = partsAt + task * PARTIAL;
      Arrays.fill(parts, out, out + PARTIAL, 0.0);
      probe(block, group, chains + task * CHAINS);
      NormShape.add(t, chains + task * CHAINS, parts, out + 2 * B, B);
    }
  }

  @Override
  public void sums(int block, int group, int image) {
    int task = block * s.groups() + group;
    int at = x.offset + s.at(image, block);
    for (int p = 0; call.train() && p < s.plane(); p += NormShape.SEGMENT) {
      distances(x.array, at + p * B, Math.min(NormShape.SEGMENT, s.plane() - p) * B, t, chains + task * CHAINS);
      NormShape.add(t, chains + task * CHAINS + B, parts, partsAt + task * PARTIAL, 2 * B);
    }
  }

  /** A float near each channel's mean over the group's pictures, from a few pixels of each. */
  private void probe(int block, int group, int to) {
    int first = s.firstImage(group);
    int images = s.firstImage(group + 1) - first;
    int imageStep = Math.max(1, images / PROBES);
    int pixelStep = (int) Math.max(SPARSE, (long) s.plane() * images / PROBES);
    Arrays.fill(t, to, to + B, 0f);
    int count = 0;
    for (int n = 0; n < images; n += imageStep) {
      for (int p = 0; p < s.plane(); p += pixelStep) {
        int at = x.offset + s.at(first + n, block) + p * B;
        for (int g = 0; g < B; g += Lanes.COUNT) {
          FloatVector.fromArray(Lanes.F, t, to + g).add(FloatVector.fromArray(Lanes.F, x.array, at + g)).intoArray(t, to + g);
        }
        count++;
      }
    }
    for (int k = to; k < to + B; k++) {
      t[k] /= count;
    }
  }

  /** Sums of distance and squared distance from the values at t over pixels, in four chains each, into t + 16 and t + 32. */
  private static void distances(float[] x, int at, int n, float[] t, int to) {
    for (int g = 0; g < B; g += Lanes.COUNT) {
      var near = FloatVector.fromArray(Lanes.F, t, to + g);
      var sum0 = FloatVector.zero(Lanes.F);
      var sum1 = FloatVector.zero(Lanes.F);
      var sum2 = FloatVector.zero(Lanes.F);
      var sum3 = FloatVector.zero(Lanes.F);
      var square0 = FloatVector.zero(Lanes.F);
      var square1 = FloatVector.zero(Lanes.F);
      var square2 = FloatVector.zero(Lanes.F);
      var square3 = FloatVector.zero(Lanes.F);
      int i = g;
      for (int end = n - 3 * B; i < end; i += 4 * B) {
        var d0 = FloatVector.fromArray(Lanes.F, x, at + i).sub(near);
        var d1 = FloatVector.fromArray(Lanes.F, x, at + i + B).sub(near);
        var d2 = FloatVector.fromArray(Lanes.F, x, at + i + 2 * B).sub(near);
        var d3 = FloatVector.fromArray(Lanes.F, x, at + i + 3 * B).sub(near);
        sum0 = sum0.add(d0);
        sum1 = sum1.add(d1);
        sum2 = sum2.add(d2);
        sum3 = sum3.add(d3);
        square0 = d0.fma(d0, square0);
        square1 = d1.fma(d1, square1);
        square2 = d2.fma(d2, square2);
        square3 = d3.fma(d3, square3);
      }
      for (; i < n; i += B) {
        var d0 = FloatVector.fromArray(Lanes.F, x, at + i).sub(near);
        sum0 = sum0.add(d0);
        square0 = d0.fma(d0, square0);
      }
      sum0.add(sum1).add(sum2.add(sum3)).intoArray(t, to + B + g);
      square0.add(square1).add(square2.add(square3)).intoArray(t, to + 2 * B + g);
    }
  }

  /** The statistics of a block's channels, then its line; zeros in padding lanes. */
  @Override
  public void finish(int block) {
    var mean = SimdBuffer.of(call.mean());
    var variance = SimdBuffer.of(call.variance());
    var gamma = SimdBuffer.orNull(call.gamma());
    var beta = SimdBuffer.orNull(call.beta());
    int at = lines + block * LINE;
    Arrays.fill(t, at, at + LINE, 0f);
    for (int c = block * B; c < Math.min(s.channels(), (block + 1) * B); c++, at++) {
      if (call.train()) {
        statistics(c, mean, variance);
      }
      t[at] = mean.reals[mean.offset + c];
      t[at + B] = scale(variance, gamma, c, call.eps());
      t[at + 2 * B] = beta == null ? 0f : beta.reals[beta.offset + c];
    }
  }

  /** {@code gamma / sqrt(variance + eps)} of a channel. */
  static float scale(SimdBuffer variance, SimdBuffer gamma, int c, double eps) {
    double inverse = 1 / Math.sqrt(variance.reals[variance.offset + c] + eps);
    return (float) (gamma == null ? inverse : gamma.reals[gamma.offset + c] * inverse);
  }

  /** Each group has measured from a value of its own: the sums are moved to the mean. */
  private void statistics(int c, SimdBuffer mean, SimdBuffer variance) {
    int first = partsAt + c / B * s.groups() * PARTIAL + c % B;
    double sum = 0;
    for (int g = 0, at = first; g < s.groups(); g++, at += PARTIAL) {
      sum += parts[at] + pixels(g) * parts[at + 2 * B];
    }
    double m = sum / s.count();
    double squares = 0;
    for (int g = 0, at = first; g < s.groups(); g++, at += PARTIAL) {
      double shift = m - parts[at + 2 * B];
      squares += parts[at + B] - shift * (2 * parts[at] - pixels(g) * shift);
    }
    mean.reals[mean.offset + c] = (float) m;
    variance.reals[variance.offset + c] = squares < 0 ? 0f : (float) (squares / s.count());
  }

  private double pixels(int group) {
    return (double) (s.firstImage(group + 1) - s.firstImage(group)) * s.plane();
  }

  @Override
  public void write(int block, int image) {
    int l = lines + block * LINE;
    int n = s.plane() * B;
    int at = s.at(image, block);
    if (residual == null && call.relu()) {
      plainRelu(x.array, x.offset + at, y.array, y.offset + at, n, t, l);
    } else if (residual == null) {
      plain(x.array, x.offset + at, y.array, y.offset + at, n, t, l);
    } else if (call.relu()) {
      residualRelu(x.array, x.offset + at, residual.array, residual.offset + at, y.array, y.offset + at, n, t, l);
    } else {
      residual(x.array, x.offset + at, residual.array, residual.offset + at, y.array, y.offset + at, n, t, l);
    }
  }

  // Two vectors a step: at 512 bits two pixels, below the halves (or quarters) of one, so that each line of memory is touched once.

  private static void plain(float[] x, int xo, float[] y, int yo, int n, float[] t, int l) {
    for (int g = 0; g < B; g += 2 * Lanes.COUNT) {
      var mean0 = FloatVector.fromArray(Lanes.F, t, l + g);
      var scale0 = FloatVector.fromArray(Lanes.F, t, l + B + g);
      var shift0 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g);
      var mean1 = FloatVector.fromArray(Lanes.F, t, l + g + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, l + B + g + SECOND);
      var shift1 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g + SECOND);
      int i = g;
      for (int end = n - Lanes.COUNT; i < end; i += STEP) {
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0).intoArray(y, yo + i);
        FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1).fma(scale1, shift1).intoArray(y, yo + i + Lanes.COUNT);
      }
      if (i < n) {
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0).intoArray(y, yo + i);
      }
    }
  }

  private static void plainRelu(float[] x, int xo, float[] y, int yo, int n, float[] t, int l) {
    for (int g = 0; g < B; g += 2 * Lanes.COUNT) {
      var mean0 = FloatVector.fromArray(Lanes.F, t, l + g);
      var scale0 = FloatVector.fromArray(Lanes.F, t, l + B + g);
      var shift0 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g);
      var mean1 = FloatVector.fromArray(Lanes.F, t, l + g + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, l + B + g + SECOND);
      var shift1 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g + SECOND);
      int i = g;
      for (int end = n - Lanes.COUNT; i < end; i += STEP) {
        var v0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0);
        v0.blend(0f, v0.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
        var v1 = FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1).fma(scale1, shift1);
        v1.blend(0f, v1.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i + Lanes.COUNT);
      }
      if (i < n) {
        var v0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0);
        v0.blend(0f, v0.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
      }
    }
  }

  private static void residual(float[] x, int xo, float[] r, int ro, float[] y, int yo, int n, float[] t, int l) {
    for (int g = 0; g < B; g += 2 * Lanes.COUNT) {
      var mean0 = FloatVector.fromArray(Lanes.F, t, l + g);
      var scale0 = FloatVector.fromArray(Lanes.F, t, l + B + g);
      var shift0 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g);
      var mean1 = FloatVector.fromArray(Lanes.F, t, l + g + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, l + B + g + SECOND);
      var shift1 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g + SECOND);
      int i = g;
      for (int end = n - Lanes.COUNT; i < end; i += STEP) {
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i)).intoArray(y, yo + i);
        FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1).fma(scale1, shift1)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i + Lanes.COUNT)).intoArray(y, yo + i + Lanes.COUNT);
      }
      if (i < n) {
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i)).intoArray(y, yo + i);
      }
    }
  }

  private static void residualRelu(float[] x, int xo, float[] r, int ro, float[] y, int yo, int n, float[] t, int l) {
    for (int g = 0; g < B; g += 2 * Lanes.COUNT) {
      var mean0 = FloatVector.fromArray(Lanes.F, t, l + g);
      var scale0 = FloatVector.fromArray(Lanes.F, t, l + B + g);
      var shift0 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g);
      var mean1 = FloatVector.fromArray(Lanes.F, t, l + g + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, l + B + g + SECOND);
      var shift1 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + g + SECOND);
      int i = g;
      for (int end = n - Lanes.COUNT; i < end; i += STEP) {
        var v0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i));
        v0.blend(0f, v0.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
        var v1 = FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1).fma(scale1, shift1)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i + Lanes.COUNT));
        v1.blend(0f, v1.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i + Lanes.COUNT);
      }
      if (i < n) {
        var v0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(scale0, shift0)
            .add(FloatVector.fromArray(Lanes.F, r, ro + i));
        v0.blend(0f, v0.compare(VectorOperators.LE, 0f)).intoArray(y, yo + i);
      }
    }
  }
}

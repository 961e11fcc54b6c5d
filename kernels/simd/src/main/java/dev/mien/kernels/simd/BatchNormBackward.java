package dev.mien.kernels.simd;

import dev.mien.kernels.BatchNorm;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Gradient of batch normalisation: one pass masks by the ReLU and sums, one writes the gradient of x. */
final class BatchNormBackward implements NormShape.Pass {
  private static final int B = Lanes.BLOCK;
  /** Doubles of a block and group: sums of gy, and of gy times the distance from the mean. */
  private static final int PARTIAL = 2 * B;
  /** Floats of a block and group: the same, of the even and of the odd pixels of a piece. */
  private static final int CHAINS = 4 * B;
  /** Floats of a piece. */
  private static final int PIECE = NormShape.PIECE * B;
  private static final int STEP = BatchNormForward.STEP;
  private static final int SECOND = BatchNormForward.SECOND;
  /** Floats of a block that every pixel is computed with: mean, scale, shift, mean gradient, slope. */
  private static final int LINE = 5 * B;

  /** The operands in blocked memory; null where the call has none. */
  private record Operands(NormShape.Operand x, NormShape.Operand y, NormShape.Operand gy, NormShape.Operand gx,
                          NormShape.Operand gResidual) {}

  private final NormShape s;
  private final BatchNorm.Backward call;
  private final Operands all;
  private final float[] t;
  private final int lines;
  private final int chains;
  /** Where the first task's masked gradients stand when there is no other place for them; the others follow. */
  private final int masked;
  private final double[] parts;
  private final int partsAt;

  private BatchNormBackward(NormShape s, BatchNorm.Backward call, Operands all, Scratch.Lease floats, Scratch.DoubleLease doubles) {
    this.s = s;
    this.call = call;
    this.all = all;
    this.t = floats.array;
    this.lines = floats.offset;
    this.chains = lines + LINE * s.blocks();
    this.masked = chains + CHAINS * s.blocks() * s.groups();
    this.parts = doubles.array;
    this.partsAt = doubles.offset;
  }

  static void run(SimdBackend backend, BatchNorm.Backward call) {
    var x = SimdBuffer.of(call.x());
    var gx = SimdBuffer.orNull(call.gx());
    var gResidual = SimdBuffer.orNull(call.gResidual());
    var s = NormShape.of(x);
    if (x.count() == 0) {
      return;
    }
    int tasks = s.blocks() * s.groups();
    try (var xs = s.open(backend, x, true); var ys = s.open(backend, call.relu() ? SimdBuffer.orNull(call.y()) : null, true);
        var gys = s.open(backend, SimdBuffer.of(call.gy()), true); var gxs = s.open(backend, gx, false);
        var rs = s.open(backend, gResidual, false);
        var floats = backend.scratch.lease(LINE * s.blocks() + tasks * (CHAINS + (ys != null && rs == null ? PIECE : 0)));
        var doubles = backend.scratch.leaseDoubles(tasks * PARTIAL)) {
      var pass = new BatchNormBackward(s, call, new Operands(xs, ys, gys, gxs, rs), floats, doubles);
      for (int block = 0; block < s.blocks(); block++) {
        pass.line(block);
      }
      s.sweep(backend.workers, pass);
      s.store(gxs, gx);
      s.store(rs, gResidual);
    }
  }

  /** What is known of a block before the sums; zeros in padding lanes. */
  private void line(int block) {
    var mean = SimdBuffer.of(call.mean());
    var variance = SimdBuffer.of(call.variance());
    var gamma = SimdBuffer.orNull(call.gamma());
    var beta = SimdBuffer.orNull(call.beta());
    int at = lines + block * LINE;
    Arrays.fill(t, at, at + LINE, 0f);
    for (int c = block * B; c < Math.min(s.channels(), (block + 1) * B); c++, at++) {
      t[at] = mean.reals[mean.offset + c];
      t[at + B] = BatchNormForward.scale(variance, gamma, c, call.eps());
      t[at + 2 * B] = beta == null ? 0f : beta.reals[beta.offset + c];
    }
  }

  @Override
  public void begin(int block, int group) {
    int out = partsAt + (block * s.groups() + group) * PARTIAL;
    Arrays.fill(parts, out, out + PARTIAL, 0.0);
  }

  @Override
  public void sums(int block, int group, int image) {
    int task = block * s.groups() + group;
    int out = partsAt + task * PARTIAL;
    int to = chains + task * CHAINS;
    int at = s.at(image, block);
    for (int p = 0, n = s.plane() * B; p < n; p += PIECE) {
      sums(at + p, Math.min(PIECE, n - p), lines + block * LINE, task);
      NormShape.add(t, to, parts, out, B);
      NormShape.add(t, to + B, parts, out, B);
      NormShape.add(t, to + 2 * B, parts, out + B, B);
      NormShape.add(t, to + 3 * B, parts, out + B, B);
    }
  }

  private void sums(int at, int n, int l, int task) {
    int to = chains + task * CHAINS;
    var x = all.x;
    var g = all.gy;
    var y = all.y;
    var r = all.gResidual;
    if (!call.relu()) {
      plainSums(x.array, x.offset + at, g.array, g.offset + at, n, t, l, to);
      if (r != null && (r.array != g.array || r.offset != g.offset)) {
        System.arraycopy(g.array, g.offset + at, r.array, r.offset + at, n);
      }
    } else if (y == null) {
      reluSums(x.array, x.offset + at, g.array, g.offset + at, n, t, l, to);
    } else {
      float[] live = r == null ? t : r.array;
      int where = r == null ? masked + task * PIECE : r.offset + at;
      mask(y.array, y.offset + at, g.array, g.offset + at, live, where, n);
      plainSums(x.array, x.offset + at, live, where, n, t, l, to);
    }
  }

  private static void mask(float[] y, int yo, float[] g, int go, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var live = FloatVector.fromArray(Lanes.F, y, yo + i).compare(VectorOperators.GT, 0f);
      FloatVector.zero(Lanes.F).blend(FloatVector.fromArray(Lanes.F, g, go + i), live).intoArray(out, oo + i);
    }
  }

  // Sums go over even and odd pixels apart. A step takes two vectors: at 512 bits an even and an odd pixel, below the halves (or
  // quarters) of a pixel, so that each line of memory is touched once.

  /** Sums of the gradients, then of their products with the distance from the mean. */
  private static void plainSums(float[] x, int xo, float[] g, int go, int n, float[] t, int l, int to) {
    for (int o = 0; o < 2 * B; o += 2 * Lanes.COUNT) {
      int k = l + o % B;
      var mean0 = FloatVector.fromArray(Lanes.F, t, k);
      var mean1 = FloatVector.fromArray(Lanes.F, t, k + SECOND);
      var zero = FloatVector.zero(Lanes.F);
      var sum0 = zero;
      var sum1 = zero;
      var product0 = zero;
      var product1 = zero;
      int i = o;
      for (int end = n - Lanes.COUNT; i < end; i += 2 * B) {
        var d0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0);
        var d1 = FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1);
        var v0 = FloatVector.fromArray(Lanes.F, g, go + i);
        var v1 = FloatVector.fromArray(Lanes.F, g, go + i + Lanes.COUNT);
        sum0 = sum0.add(v0);
        sum1 = sum1.add(v1);
        product0 = d0.fma(v0, product0);
        product1 = d1.fma(v1, product1);
      }
      if (i < n) {
        var d0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0);
        var v0 = FloatVector.fromArray(Lanes.F, g, go + i);
        sum0 = sum0.add(v0);
        product0 = d0.fma(v0, product0);
      }
      sum0.intoArray(t, to + o);
      sum1.intoArray(t, to + o + Lanes.COUNT);
      product0.intoArray(t, to + 2 * B + o);
      product1.intoArray(t, to + 2 * B + o + Lanes.COUNT);
    }
  }

  /** As above where the forward pass had something positive before the ReLU: the same expression, so the same bits. */
  private static void reluSums(float[] x, int xo, float[] g, int go, int n, float[] t, int l, int to) {
    for (int o = 0; o < 2 * B; o += 2 * Lanes.COUNT) {
      int k = l + o % B;
      var mean0 = FloatVector.fromArray(Lanes.F, t, k);
      var scale0 = FloatVector.fromArray(Lanes.F, t, k + B);
      var shift0 = FloatVector.fromArray(Lanes.F, t, k + 2 * B);
      var mean1 = FloatVector.fromArray(Lanes.F, t, k + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, k + B + SECOND);
      var shift1 = FloatVector.fromArray(Lanes.F, t, k + 2 * B + SECOND);
      var zero = FloatVector.zero(Lanes.F);
      var sum0 = zero;
      var sum1 = zero;
      var product0 = zero;
      var product1 = zero;
      int i = o;
      for (int end = n - Lanes.COUNT; i < end; i += 2 * B) {
        var d0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0);
        var d1 = FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1);
        var live0 = d0.fma(scale0, shift0).compare(VectorOperators.GT, 0f);
        var v0 = zero.blend(FloatVector.fromArray(Lanes.F, g, go + i), live0);
        var live1 = d1.fma(scale1, shift1).compare(VectorOperators.GT, 0f);
        var v1 = zero.blend(FloatVector.fromArray(Lanes.F, g, go + i + Lanes.COUNT), live1);
        sum0 = sum0.add(v0);
        sum1 = sum1.add(v1);
        product0 = d0.fma(v0, product0);
        product1 = d1.fma(v1, product1);
      }
      if (i < n) {
        var d0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0);
        var live0 = d0.fma(scale0, shift0).compare(VectorOperators.GT, 0f);
        var v0 = zero.blend(FloatVector.fromArray(Lanes.F, g, go + i), live0);
        sum0 = sum0.add(v0);
        product0 = d0.fma(v0, product0);
      }
      sum0.intoArray(t, to + o);
      sum1.intoArray(t, to + o + Lanes.COUNT);
      product0.intoArray(t, to + 2 * B + o);
      product1.intoArray(t, to + 2 * B + o + Lanes.COUNT);
    }
  }

  @Override
  public void finish(int block) {
    var variance = SimdBuffer.of(call.variance());
    var gGamma = SimdBuffer.orNull(call.gGamma());
    var gBeta = SimdBuffer.orNull(call.gBeta());
    int at = lines + block * LINE;
    for (int c = block * B; c < Math.min(s.channels(), (block + 1) * B); c++, at++) {
      double sum = 0;
      double product = 0;
      for (int g = 0; g < s.groups(); g++) {
        int from = partsAt + (block * s.groups() + g) * PARTIAL + c % B;
        sum += parts[from];
        product += parts[from + B];
      }
      double inverse = 1 / Math.sqrt(variance.reals[variance.offset + c] + call.eps());
      store(gBeta, c, sum);
      store(gGamma, c, product * inverse);
      if (call.train()) {
        t[at + 3 * B] = (float) (sum / s.count());
        t[at + 4 * B] = (float) (-product * inverse * inverse / s.count());
      }
    }
  }

  private static void store(SimdBuffer target, int c, double value) {
    if (target != null) {
      target.reals[target.offset + c] = (float) value;
    }
  }

  @Override
  public void write(int block, int image) {
    var gx = all.gx;
    if (gx == null) {
      return;
    }
    var x = all.x;
    var y = all.y;
    var g = all.gResidual != null ? all.gResidual : all.gy; // the former is masked already
    int l = lines + block * LINE;
    int n = s.plane() * B;
    int at = s.at(image, block);
    if (all.gResidual != null || !call.relu()) {
      plain(x.array, x.offset + at, g.array, g.offset + at, gx.array, gx.offset + at, n, t, l);
    } else if (y == null) {
      relu(x.array, x.offset + at, g.array, g.offset + at, gx.array, gx.offset + at, n, t, l);
    } else {
      mask(y.array, y.offset + at, g.array, g.offset + at, gx.array, gx.offset + at, n);
      plain(x.array, x.offset + at, gx.array, gx.offset + at, gx.array, gx.offset + at, n, t, l);
    }
  }

  private static void plain(float[] x, int xo, float[] g, int go, float[] gx, int to, int n, float[] t, int l) {
    for (int k = 0; k < B; k += 2 * Lanes.COUNT) {
      var mean0 = FloatVector.fromArray(Lanes.F, t, l + k);
      var scale0 = FloatVector.fromArray(Lanes.F, t, l + B + k);
      var middle0 = FloatVector.fromArray(Lanes.F, t, l + 3 * B + k);
      var slope0 = FloatVector.fromArray(Lanes.F, t, l + 4 * B + k);
      var mean1 = FloatVector.fromArray(Lanes.F, t, l + k + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, l + B + k + SECOND);
      var middle1 = FloatVector.fromArray(Lanes.F, t, l + 3 * B + k + SECOND);
      var slope1 = FloatVector.fromArray(Lanes.F, t, l + 4 * B + k + SECOND);
      int i = k;
      for (int end = n - Lanes.COUNT; i < end; i += STEP) {
        var v0 = FloatVector.fromArray(Lanes.F, g, go + i).sub(middle0);
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(slope0, v0).mul(scale0)
            .intoArray(gx, to + i);
        var v1 = FloatVector.fromArray(Lanes.F, g, go + i + Lanes.COUNT).sub(middle1);
        FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1).fma(slope1, v1).mul(scale1)
            .intoArray(gx, to + i + Lanes.COUNT);
      }
      if (i < n) {
        var v0 = FloatVector.fromArray(Lanes.F, g, go + i).sub(middle0);
        FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0).fma(slope0, v0).mul(scale0)
            .intoArray(gx, to + i);
      }
    }
  }

  private static void relu(float[] x, int xo, float[] g, int go, float[] gx, int to, int n, float[] t, int l) {
    for (int k = 0; k < B; k += 2 * Lanes.COUNT) {
      var mean0 = FloatVector.fromArray(Lanes.F, t, l + k);
      var scale0 = FloatVector.fromArray(Lanes.F, t, l + B + k);
      var shift0 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + k);
      var middle0 = FloatVector.fromArray(Lanes.F, t, l + 3 * B + k);
      var slope0 = FloatVector.fromArray(Lanes.F, t, l + 4 * B + k);
      var mean1 = FloatVector.fromArray(Lanes.F, t, l + k + SECOND);
      var scale1 = FloatVector.fromArray(Lanes.F, t, l + B + k + SECOND);
      var shift1 = FloatVector.fromArray(Lanes.F, t, l + 2 * B + k + SECOND);
      var middle1 = FloatVector.fromArray(Lanes.F, t, l + 3 * B + k + SECOND);
      var slope1 = FloatVector.fromArray(Lanes.F, t, l + 4 * B + k + SECOND);
      var zero = FloatVector.zero(Lanes.F);
      int i = k;
      for (int end = n - Lanes.COUNT; i < end; i += STEP) {
        var d0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0);
        var live0 = d0.fma(scale0, shift0).compare(VectorOperators.GT, 0f);
        var v0 = zero.blend(FloatVector.fromArray(Lanes.F, g, go + i), live0).sub(middle0);
        d0.fma(slope0, v0).mul(scale0).intoArray(gx, to + i);
        var d1 = FloatVector.fromArray(Lanes.F, x, xo + i + Lanes.COUNT).sub(mean1);
        var live1 = d1.fma(scale1, shift1).compare(VectorOperators.GT, 0f);
        var v1 = zero.blend(FloatVector.fromArray(Lanes.F, g, go + i + Lanes.COUNT), live1).sub(middle1);
        d1.fma(slope1, v1).mul(scale1).intoArray(gx, to + i + Lanes.COUNT);
      }
      if (i < n) {
        var d0 = FloatVector.fromArray(Lanes.F, x, xo + i).sub(mean0);
        var live0 = d0.fma(scale0, shift0).compare(VectorOperators.GT, 0f);
        var v0 = zero.blend(FloatVector.fromArray(Lanes.F, g, go + i), live0).sub(middle0);
        d0.fma(slope0, v0).mul(scale0).intoArray(gx, to + i);
      }
    }
  }
}

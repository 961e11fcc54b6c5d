package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.OptimizerStep;
import jdk.incubator.vector.FloatVector;

/** The optimisers' steps over all parameters at once, cut into pieces of fixed size. */
final class Optimisers {
  private static final int PIECE = 1 << 14;

  private Optimisers() {}

  private static SimdBuffer[] open(Buffer[] buffers) {
    var opened = new SimdBuffer[buffers.length];
    for (int i = 0; i < opened.length; i++) {
      opened[i] = SimdBuffer.of(buffers[i]);
    }
    return opened;
  }

  /** A piece of parameter {@code i}: n elements from element {@code at}. */
  private interface Step {
    void accept(int i, int at, int n);
  }

  private static void each(SimdBackend backend, SimdBuffer[] parameters, Step step) {
    int[] owner = new int[parameters.length + 1];
    for (int i = 0; i < parameters.length; i++) {
      owner[i + 1] = owner[i] + (int) (((long) parameters[i].padded() + PIECE - 1) / PIECE);
    }
    backend.workers.run(owner[parameters.length], u -> {
      int low = 0;
      int high = parameters.length;
      while (high - low > 1) {
        int mid = (low + high) >>> 1;
        if (owner[mid] <= u) {
          low = mid;
        } else {
          high = mid;
        }
      }
      int at = (u - owner[low]) * PIECE;
      step.accept(low, at, Math.min(PIECE, parameters[low].padded() - at));
    });
  }

  static void sgd(SimdBackend backend, OptimizerStep.Sgd step, Buffer[] parameters, Buffer[] gradients, Buffer[] velocities) {
    var p = open(parameters);
    var g = open(gradients);
    var v = velocities == null ? null : open(velocities);
    each(backend, p, (i, at, n) -> {
      if (v == null) {
        plain(step, p[i].reals, p[i].offset + at, g[i].reals, g[i].offset + at, n);
      } else {
        momentum(step, p[i].reals, p[i].offset + at, g[i].reals, g[i].offset + at, v[i].reals, v[i].offset + at, n);
      }
    });
  }

  private static void plain(OptimizerStep.Sgd step, float[] p, int po, float[] g, int go, int n) {
    float rate = (float) -step.learningRate();
    float decay = (float) step.weightDecay();
    float scale = (float) step.gradientScale();
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var w = FloatVector.fromArray(Lanes.F, p, po + i);
      var d = FloatVector.fromArray(Lanes.F, g, go + i).mul(scale);
      d = w.fma(FloatVector.broadcast(Lanes.F, decay), d);
      d.fma(FloatVector.broadcast(Lanes.F, rate), w).intoArray(p, po + i);
    }
  }

  private static void momentum(OptimizerStep.Sgd step, float[] p, int po, float[] g, int go, float[] v, int vo, int n) {
    float rate = (float) -step.learningRate();
    float decay = (float) step.weightDecay();
    float scale = (float) step.gradientScale();
    float momentum = (float) step.momentum();
    boolean nesterov = step.nesterov();
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var w = FloatVector.fromArray(Lanes.F, p, po + i);
      var d = FloatVector.fromArray(Lanes.F, g, go + i).mul(scale);
      d = w.fma(FloatVector.broadcast(Lanes.F, decay), d);
      var m = FloatVector.fromArray(Lanes.F, v, vo + i).fma(FloatVector.broadcast(Lanes.F, momentum), d);
      m.intoArray(v, vo + i);
      if (nesterov) {
        m = m.fma(FloatVector.broadcast(Lanes.F, momentum), d);
      }
      m.fma(FloatVector.broadcast(Lanes.F, rate), w).intoArray(p, po + i);
    }
  }

  static void adamW(SimdBackend backend, OptimizerStep.AdamW step, Buffer[] parameters, Buffer[] gradients, Buffer[] firstMoments,
      Buffer[] secondMoments) {
    var p = open(parameters);
    var g = open(gradients);
    var m = open(firstMoments);
    var s = open(secondMoments);
    var k = Factors.of(step);
    each(backend, p, (i, at, n) -> {
      moments(k, g[i].reals, g[i].offset + at, m[i].reals, m[i].offset + at, s[i].reals, s[i].offset + at, n);
      update(k, p[i].reals, p[i].offset + at, m[i].reals, m[i].offset + at, s[i].reals, s[i].offset + at, n);
    });
  }

  /** The step's constants in float. */
  private record Factors(float scale, float beta1, float rest1, float beta2, float rest2, float keep, float rate, float root,
                         float eps) {
    static Factors of(OptimizerStep.AdamW step) {
      double correction1 = 1 - StrictMath.pow(step.beta1(), step.t());
      double correction2 = 1 - StrictMath.pow(step.beta2(), step.t());
      return new Factors((float) step.gradientScale(), (float) step.beta1(), (float) (1 - step.beta1()), (float) step.beta2(),
          (float) (1 - step.beta2()), (float) (-step.learningRate() * step.weightDecay()),
          (float) (-step.learningRate() / correction1), (float) (1 / correction2), (float) step.eps());
    }
  }

  private static void moments(Factors k, float[] g, int go, float[] m, int mo, float[] s, int so, int n) {
    float scale = k.scale;
    float beta1 = k.beta1;
    float rest1 = k.rest1;
    float beta2 = k.beta2;
    float rest2 = k.rest2;
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var d = FloatVector.fromArray(Lanes.F, g, go + i).mul(scale);
      FloatVector.fromArray(Lanes.F, m, mo + i).fma(FloatVector.broadcast(Lanes.F, beta1), d.mul(rest1)).intoArray(m, mo + i);
      FloatVector.fromArray(Lanes.F, s, so + i).fma(FloatVector.broadcast(Lanes.F, beta2), d.mul(d).mul(rest2))
          .intoArray(s, so + i);
    }
  }

  private static void update(Factors k, float[] p, int po, float[] m, int mo, float[] s, int so, int n) {
    float keep = k.keep;
    float rate = k.rate;
    float root = k.root;
    float eps = k.eps;
    for (int i = 0; i < n; i += Lanes.COUNT) {
      var w = FloatVector.fromArray(Lanes.F, p, po + i);
      w = w.fma(FloatVector.broadcast(Lanes.F, keep), w);
      var below = FloatVector.fromArray(Lanes.F, s, so + i).mul(root).sqrt().add(eps);
      FloatVector.fromArray(Lanes.F, m, mo + i).mul(rate).div(below).add(w).intoArray(p, po + i);
    }
  }
}

package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import dev.mien.kernels.cases.PointwiseCases;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Zeros, subnormal numbers, infinities, NaN, the largest numbers; and the accuracy of the polynomials over their whole range. */
class SpecialValuesTest {
  private static final float[] SPECIALS = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-39f, -1e-39f, Float.MIN_NORMAL,
      Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.MAX_VALUE, -Float.MAX_VALUE, 1f, -1f, 89f, -104f, 1e30f};

  private enum Class {
    NAN, PLUS_INFINITY, MINUS_INFINITY, ZERO, PLUS, MINUS;

    static Class of(double value) {
      float v = (float) value;
      if (Float.isNaN(v)) {
        return NAN;
      }
      if (Float.isInfinite(v)) {
        return v > 0 ? PLUS_INFINITY : MINUS_INFINITY;
      }
      return Math.abs(v) < 1e-37f ? ZERO : v > 0 ? PLUS : MINUS;
    }
  }

  private interface Call {
    void run(Backend b, Buffer x, Buffer y);
  }

  private static double[] results(Backend b, float[] x, Call call) {
    var in = b.allocate(ElementType.REAL, Kind.PLAIN, x.length);
    var out = b.allocate(ElementType.REAL, Kind.PLAIN, x.length);
    b.upload(x, in);
    call.run(b, in, out);
    double[] y = new double[x.length];
    b.download(out, y);
    return y;
  }

  private static void sameClasses(String name, float[] x, Call call) {
    try (var reference = Backends.open("reference", 1, true); var cpu = Backends.open("cpu", 1, true)) {
      double[] expected = results(reference, x, call);
      double[] actual = results(cpu, x, call);
      for (int i = 0; i < x.length; i++) {
        assertEquals(Class.of(expected[i]), Class.of(actual[i]), name + "(" + x[i] + "): expected " + expected[i]);
      }
    }
  }

  @Test
  void unaryFunctions() {
    PointwiseCases.UNARIES.forEach((name, f) -> sameClasses(name, SPECIALS, (b, x, y) -> b.unary(f, x, y)));
  }

  @Test
  void unaryGradients() {
    PointwiseCases.UNARIES.forEach((name, f) -> {
      if (!(f instanceof Unary.Gelu) && !(f instanceof Unary.Silu)) { // infinity times zero, a matter of the order of factors
        sameClasses(name + "Backward", SPECIALS, (b, x, y) -> {
          b.unary(f, x, y);
          b.unaryBackward(f, x, y, x, y);
        });
      }
    });
  }

  @Test
  void binaryFunctions() {
    for (var f : Binary.values()) {
      for (float shift : SPECIALS) {
        sameClasses(f + " " + shift, SPECIALS, (b, x, y) -> {
          b.fill(y, shift);
          b.binary(f, x, y, y);
        });
      }
    }
  }

  @Test
  void sumsTellOfInfinitiesAndNaN() {
    try (var cpu = Backends.open("cpu", 1, true)) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        for (int at = 0; at < 37; at++) {
          var x = cpu.allocate(ElementType.REAL, Kind.PLAIN, 37);
          float[] values = new float[37];
          values[at] = bad;
          cpu.upload(values, x);
          assertTrue(!Double.isFinite(cpu.sumOfSquares(x)), "a " + bad + " at " + at + " is lost");
        }
      }
    }
  }

  @Test
  void accuracy() {
    accuracy(Unary.EXP, Math::exp, -86, 88.7);
    accuracy(Unary.LOG, Math::log, 1e-6, 4);
    accuracy(Unary.LOG, Math::log, 1, 3e38);
    accuracy(Unary.TANH, Math::tanh, -10, 10);
    accuracy(Unary.TANH, Math::tanh, -1e-3, 1e-3);
    accuracy(Unary.SIGMOID, v -> v < 0 ? Math.exp(v) / (1 + Math.exp(v)) : 1 / (1 + Math.exp(-v)), -80, 80);
    try (var reference = Backends.open("reference", 1, true)) {
      accuracy(Unary.GELU, v -> results(reference, new float[] {(float) v}, (b, x, y) -> b.unary(Unary.GELU, x, y))[0], -12, 12);
    }
  }

  private static void accuracy(Unary f, DoubleUnaryOperator exact, double low, double high) {
    int n = 20_000;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (low + (high - low) * (i + 0.5) / n);
    }
    try (var cpu = Backends.open("cpu", 1, true)) {
      double[] y = results(cpu, x, (b, in, out) -> b.unary(f, in, out));
      double worst = 0;
      for (int i = 0; i < n; i++) {
        double e = exact.applyAsDouble(x[i]);
        worst = Math.max(worst, Math.abs(y[i] - e) / Math.abs(e));
      }
      assertTrue(worst <= 2e-6, f + " on [" + low + ", " + high + "]: relative error " + worst);
    }
  }
}

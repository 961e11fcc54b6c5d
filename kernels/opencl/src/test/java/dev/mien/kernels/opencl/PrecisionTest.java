package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The precision modes and the tiles. Bounds, as shares of the sum of the sizes of the products: operands rounded with unit roundoff u
 * err by 2u + u^2 (TF32 u = 2^-11, BF16 u = 2^-9); two TF32 numbers leave about 2^-22 of an operand and drop as much of the product; the
 * float32 chain adds (K + 1) 2^-24.
 */
class PrecisionTest {
  private static final int M = 150;
  private static final int N = 140;
  private static final int K = 77;

  @BeforeEach
  void device() {
    OpenClTests.assume();
  }

  @AfterEach
  void clear() {
    System.clearProperty(Precision.PROPERTY);
    System.clearProperty("mien.opencl.tile");
  }

  private static double bound(Precision precision, int terms) {
    return (terms + 1) * 0x1p-24 + switch (precision) {
      case FP32 -> 0;
      case FP32_SPLIT -> 0x1p-20 + 2 * terms * 0x1p-24;
      case TF32 -> 0x1p-10 + 0x1p-22;
      case BF16 -> 0x1p-8 + 0x1p-18;
    };
  }

  @Test
  void everyModeKeepsItsBoundWithEveryTile() {
    float[] a = random(1, M * K);
    float[] b = random(2, K * N);
    double[] exact;
    double[] size;
    double[][] convExact;
    double[][] convSize;
    try (var reference = Backends.open("reference", 1, true)) {
      exact = product(reference, a, b);
      size = product(reference, absolute(a), absolute(b));
      convExact = convolution(reference, false);
      convSize = convolution(reference, true);
    }
    for (var precision : Precision.values()) {
      double[][] first = null;
      for (int tile : new int[] {2, 4, 8}) {
        System.setProperty(Precision.PROPERTY, precision.name().toLowerCase(Locale.ROOT));
        System.setProperty("mien.opencl.tile", "" + tile);
        try (var device = OpenClTests.plain()) {
          String what = precision + ", tile " + tile;
          double[] actual = product(device, a, b);
          within(what + " product", exact, actual, size, bound(precision, K));
          double[][] conv = convolution(device, false);
          int[] terms = {9 * 5, 9 * 7, 2 * 81};
          for (int d = 0; d < conv.length; d++) {
            within(what + " direction " + d, convExact[d], conv[d], convSize[d], bound(precision, terms[d]));
          }
          if (first == null) {
            first = new double[][] {actual, conv[0]};
          }
          assertArrayEquals(first[0], actual, what); // the tile does not show in the bits
          assertArrayEquals(first[1], conv[0], what);
          assertArrayEquals(actual, product(device, a, b), what);
        }
      }
      double worst = worst(exact, first[0], size);
      boolean rounded = precision == Precision.TF32 || precision == Precision.BF16;
      assertEquals(rounded, worst > 2 * bound(Precision.FP32, K), precision + " errs by " + worst + " of the sizes");
    }
  }

  @Test
  void anUnknownModeIsAnErrorThatNamesThem() {
    System.setProperty(Precision.PROPERTY, "fp16");
    var e = assertThrows(IllegalStateException.class, OpenClTests::plain);
    assertTrue(e.getMessage().contains("fp32, fp32_split, tf32, bf16"), e.getMessage());
    assertFalse(e.getMessage().isBlank());
  }

  /** Forward, data gradient and weight gradient of a 3x3 convolution. */
  private static double[][] convolution(Backend b, boolean sizes) {
    float[][] v = {random(3, 2 * 5 * 81), random(4, 7 * 5 * 9), random(5, 2 * 7 * 81)};
    for (int i = 0; sizes && i < v.length; i++) {
      v[i] = absolute(v[i]);
    }
    var g = Conv2d.of(1, 1);
    Buffer x = upload(b, Kind.IMAGE, v[0], 2, 5, 9, 9);
    Buffer w = upload(b, Kind.PLAIN, v[1], 7, 5, 3, 3);
    Buffer gy = upload(b, Kind.IMAGE, v[2], 2, 7, 9, 9);
    Buffer[] results = {b.allocate(ElementType.REAL, Kind.IMAGE, 2, 7, 9, 9), b.allocate(ElementType.REAL, Kind.IMAGE, 2, 5, 9, 9),
        b.allocate(ElementType.REAL, Kind.PLAIN, 7, 5, 3, 3)};
    b.conv2d(g, x, w, null, results[0]);
    b.conv2dGradInput(g, gy, w, results[1]);
    b.conv2dGradWeight(g, x, gy, results[2], null);
    return Arrays.stream(results).map(r -> download(b, r)).toArray(double[][]::new);
  }

  private static double[] product(Backend backend, float[] a, float[] b) {
    Buffer c = backend.allocate(ElementType.REAL, Kind.PLAIN, M, N);
    backend.gemm(Gemm.of(M, N, K, false, false, 0), upload(backend, Kind.PLAIN, a, M, K), upload(backend, Kind.PLAIN, b, K, N), c);
    return download(backend, c);
  }

  private static Buffer upload(Backend b, Kind kind, float[] values, int... dims) {
    Buffer buffer = b.allocate(ElementType.REAL, kind, dims);
    b.upload(values, buffer);
    return buffer;
  }

  private static double[] download(Backend b, Buffer buffer) {
    double[] values = new double[(int) buffer.count()];
    b.download(buffer, values);
    return values;
  }

  private static float[] random(long key, int n) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = CounterRandom.uniform(key, i) * 2 - 1;
    }
    return v;
  }

  private static float[] absolute(float[] v) {
    float[] w = v.clone();
    for (int i = 0; i < w.length; i++) {
      w[i] = Math.abs(w[i]);
    }
    return w;
  }

  private static double worst(double[] exact, double[] actual, double[] size) {
    double worst = 0;
    for (int i = 0; i < exact.length; i++) {
      worst = Math.max(worst, Math.abs(exact[i] - actual[i]) / size[i]);
    }
    return worst;
  }

  private static void within(String what, double[] exact, double[] actual, double[] size, double bound) {
    for (int i = 0; i < exact.length; i++) {
      double allowed = bound * size[i];
      double error = Math.abs(exact[i] - actual[i]);
      int at = i;
      assertTrue(error <= allowed, () -> what + ": element " + at + " errs by " + error + ", allowed " + allowed);
    }
  }
}

package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Winograd's convolutions are within 1e-4 of the range of a result, and are not taken where they must not. */
class OpenClWinogradTest {
  private static final String PROPERTY = "mien.opencl.winograd";
  private static final double BOUND = 1e-4;

  @BeforeEach
  void device() {
    OpenClTests.assume();
    System.setProperty(PROPERTY, "always");
  }

  @AfterEach
  void clear() {
    System.clearProperty(PROPERTY);
    Faults.disarm();
  }

  private static OpenClBackend open(boolean exact) {
    return OpenClProvider.open(new BackendOptions(0, 0, exact), 0);
  }

  @Test
  void forwardAndDataGradientKeepTheBound() {
    int[][] shapes = {{1, 1, 1, 1, 1, 1, 1}, {2, 3, 5, 4, 4, 1, 1}, {2, 5, 7, 9, 11, 1, 1}, {3, 16, 16, 7, 7, 1, 1}, {1, 64, 33, 14, 14, 0, 0},
        {2, 8, 12, 13, 6, 2, 2}, {2, 8, 12, 6, 13, 2, 0}, {1, 4, 4, 3, 3, 0, 1}, {2, 70, 66, 12, 12, 1, 1}};
    try (var device = open(false); var reference = Backends.open("reference", 1, true)) {
      for (int[] s : shapes) {
        Faults.record();
        double[][] actual = convolution(device, s);
        Faults.disarm();
        double[][] expected = convolution(reference, s);
        for (int d = 0; d < expected.length; d++) {
          double range = Arrays.stream(expected[d]).map(Math::abs).max().orElse(0);
          for (int i = 0; i < expected[d].length; i++) {
            assertEquals(expected[d][i], actual[d][i], BOUND * range, Arrays.toString(s) + " direction " + d + " element " + i);
          }
        }
      }
    }
  }

  /** Forward, forward with all that can follow, data gradient. Shape: batch, in, out, height, width, padding of both axes. */
  private static double[][] convolution(Backend b, int[] s) {
    var g = new Conv2d(1, 1, s[5], s[6], 1, 1, 1);
    int p = g.outHeight(s[3], 3);
    int q = g.outWidth(s[4], 3);
    Buffer x = upload(b, 1, Kind.IMAGE, s[0], s[1], s[3], s[4]);
    Buffer w = upload(b, 2, Kind.PLAIN, s[2], s[1], 3, 3);
    Buffer bias = upload(b, 3, Kind.PLAIN, s[2]);
    Buffer slope = upload(b, 4, Kind.PLAIN, s[2]);
    Buffer residual = upload(b, 5, Kind.IMAGE, s[0], s[2], p, q);
    Buffer gy = upload(b, 6, Kind.IMAGE, s[0], s[2], p, q);
    Buffer y = b.allocate(ElementType.REAL, Kind.IMAGE, s[0], s[2], p, q);
    Buffer z = b.allocate(ElementType.REAL, Kind.IMAGE, s[0], s[2], p, q);
    Buffer gx = b.allocate(ElementType.REAL, Kind.IMAGE, s[0], s[1], s[3], s[4]);
    b.conv2d(g, x, w, bias, y);
    b.conv2dFused(g, x, w, new Epilogue(bias, residual, Epilogue.Activation.PRELU, slope), z);
    b.conv2dGradInput(g, gy, w, gx);
    double[][] results = {download(b, y), download(b, z), download(b, gx)};
    for (var buffer : new Buffer[] {x, w, bias, slope, residual, gy, y, z, gx}) {
      b.release(buffer);
    }
    return results;
  }

  private static Buffer upload(Backend b, long key, Kind kind, int... dims) {
    Buffer buffer = b.allocate(ElementType.REAL, kind, dims);
    float[] values = new float[(int) buffer.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = CounterRandom.uniform(key, i) * 2 - 1;
    }
    b.upload(values, buffer);
    return buffer;
  }

  private static double[] download(Backend b, Buffer buffer) {
    double[] values = new double[(int) buffer.count()];
    b.download(buffer, values);
    return values;
  }

  /** Another method gives other bits: that tells which one ran. */
  @Test
  void anExactDeviceComputesDirectly() {
    int[] shape = {2, 16, 16, 9, 9, 1, 1};
    double[] direct;
    double[] winograd;
    try (var exact = open(true); var fast = open(false)) {
      direct = convolution(exact, shape)[0];
      winograd = convolution(fast, shape)[0];
    }
    assertFalse(Arrays.equals(direct, winograd));
    System.setProperty(PROPERTY, "never");
    try (var fast = open(false)) {
      assertTrue(Arrays.equals(direct, convolution(fast, shape)[0]));
    }
    System.setProperty(PROPERTY, "auto");
    try (var fast = open(false)) {
      assertTrue(Arrays.equals(direct, convolution(fast, shape)[0]), "few channels");
    }
    System.setProperty(PROPERTY, "sometimes");
    assertTrue(assertThrows(IllegalStateException.class, () -> open(false)).getMessage().contains("auto, always, never"));
  }
}

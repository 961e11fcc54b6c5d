package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The fast 3x3 convolution against float64: within 1e-4 of the range of the result in all three directions, and equal bits for any team. */
class WinogradTest {
  private static final Backend REFERENCE = Backends.open("reference", 1, true);
  private static final Backend[] CPU = {new SimdBackend(1, false), new SimdBackend(2, false), new SimdBackend(4, false)};
  private static final String[] DIRECTION = {"forward", "data gradient", "weight gradient", "bias gradient"};

  @AfterAll
  static void close() {
    REFERENCE.close();
    for (var b : CPU) {
      b.close();
    }
  }

  private record Case(int n, int inC, int outC, int height, int width, int padH, int padW) {
    Conv2d geometry() {
      return new Conv2d(1, 1, padH, padW, 1, 1, 1);
    }

    boolean isWinograd() {
      var x = CPU[0].allocate(ElementType.REAL, Kind.IMAGE, n, inC, height, width);
      var w = CPU[0].allocate(ElementType.REAL, Kind.PLAIN, outC, inC, 3, 3);
      boolean answer = ConvolutionMethod.choose(geometry(), x, w, false) == ConvolutionMethod.WINOGRAD;
      CPU[0].release(x);
      CPU[0].release(w);
      return answer;
    }
  }

  @Test
  void networkShapes() {
    check(new Case(1, 64, 64, 28, 28, 1, 1));
    check(new Case(2, 16, 128, 14, 14, 1, 1));
    check(new Case(3, 160, 96, 7, 7, 1, 1));
    check(new Case(9, 32, 48, 4, 4, 1, 1));
    check(new Case(2, 512, 16, 7, 7, 1, 1));
  }

  /** Ragged channels, borders wider and narrower than a tile, rows and columns that end within one. */
  @Test
  void oddShapes() {
    long key = 77;
    int winograd = 0;
    for (int i = 0; i < 60; i++) {
      int[] d = new int[6];
      int[] most = {3, 60, 60, 18, 18, 9};
      for (int j = 0; j < 6; j++) {
        d[j] = (int) Long.remainderUnsigned(CounterRandom.bits(key++, 3), most[j]);
      }
      int padH = d[5] / 3;
      int padW = d[5] % 3;
      var c = new Case(1 + d[0], 16 + d[1], 16 + d[2], Math.max(1 + d[3], 3 - 2 * padH), Math.max(1 + d[4], 3 - 2 * padW), padH, padW);
      winograd += c.isWinograd() ? 1 : 0;
      check(c);
    }
    assertTrue(winograd >= 30, "only " + winograd + " of 60 shapes are computed by Winograd's method");
  }

  /** The epilogue has the bits of the kernels it stands for, and transformed weights that are kept have those of fresh ones. */
  @Test
  void fusedAndFrozen() {
    for (var size : new int[] {5, 13, 28}) {
      for (var activation : Epilogue.Activation.values()) {
        for (boolean withResidual : new boolean[] {false, true}) {
          for (var cpu : CPU) {
            fused(cpu, size, activation, withResidual);
          }
        }
      }
    }
  }

  private static void fused(Backend b, int size, Epilogue.Activation activation, boolean withResidual) {
    var g = Conv2d.of(1, 1);
    var x = upload(b, Kind.IMAGE, 11, 2, 20, size, size);
    var w = upload(b, Kind.PLAIN, 12, 36, 20, 3, 3);
    var bias = upload(b, Kind.PLAIN, 13, 36);
    var slope = activation == Epilogue.Activation.PRELU ? upload(b, Kind.PLAIN, 14, 36) : null;
    var residual = withResidual ? upload(b, Kind.IMAGE, 15, 2, 36, size, size) : null;
    var parts = b.allocate(ElementType.REAL, Kind.IMAGE, 2, 36, size, size);
    var y = b.allocate(ElementType.REAL, Kind.IMAGE, 2, 36, size, size);
    b.conv2d(g, x, w, bias, parts);
    if (withResidual) {
      b.binary(Binary.ADD, parts, residual, parts);
    }
    switch (activation) {
      case NONE -> {
      }
      case RELU -> b.unary(Unary.RELU, parts, parts);
      case PRELU -> b.prelu(parts, slope, parts);
    }
    var epilogue = new Epilogue(bias, residual, activation, slope);
    b.freeze(w);
    for (int i = 0; i < 2; i++) {
      b.fill(y, 7);
      b.conv2dFused(g, x, w, epilogue, y);
      assertArrayEquals(floats(b, parts), floats(b, y), size + " " + activation + (withResidual ? " with residual" : "") + ", call " + i);
      paddingIsZero((SimdBuffer) y);
    }
    for (var buffer : new Buffer[] {x, w, bias, slope, residual, parts, y}) {
      if (buffer != null) {
        b.release(buffer);
      }
    }
  }

  private static Buffer upload(Backend b, Kind kind, int stream, int... dims) {
    var buffer = b.allocate(ElementType.REAL, kind, dims);
    b.upload(random(stream, (int) buffer.count()), buffer);
    return buffer;
  }

  private static float[] floats(Backend b, Buffer buffer) {
    float[] values = new float[(int) buffer.count()];
    b.download(buffer, values);
    return values;
  }

  private static void check(Case c) {
    var g = c.geometry();
    int outH = g.outHeight(c.height, 3);
    int outW = g.outWidth(c.width, 3);
    float[] x = random(1, c.n * c.inC * c.height * c.width);
    float[] w = random(2, c.outC * c.inC * 9);
    float[] bias = random(3, c.outC);
    float[] gy = random(4, c.n * c.outC * outH * outW);
    double[][] exact = directions(REFERENCE, c, x, w, bias, gy);
    double[][] first = null;
    for (var cpu : CPU) {
      double[][] result = directions(cpu, c, x, w, bias, gy);
      for (int i = 0; i < result.length; i++) {
        double range = 0;
        for (double e : exact[i]) {
          range = Math.max(range, Math.abs(e));
        }
        double worst = 0;
        for (int j = 0; j < exact[i].length; j++) {
          worst = Math.max(worst, Math.abs(result[i][j] - exact[i][j]));
        }
        assertTrue(worst <= 1e-4 * range, c + ", " + DIRECTION[i] + ": off by " + worst + " in a range of " + range);
        if (first != null) {
          assertArrayEquals(first[i], result[i], c + ", " + DIRECTION[i] + ": other bits with " + cpu.threads() + " threads");
        }
      }
      first = result;
    }
  }

  private static double[][] directions(Backend b, Case c, float[] x, float[] w, float[] bias, float[] gy) {
    var g = c.geometry();
    int outH = g.outHeight(c.height, 3);
    int outW = g.outWidth(c.width, 3);
    var xs = b.allocate(ElementType.REAL, Kind.IMAGE, c.n, c.inC, c.height, c.width);
    var ws = b.allocate(ElementType.REAL, Kind.PLAIN, c.outC, c.inC, 3, 3);
    var bs = b.allocate(ElementType.REAL, Kind.PLAIN, c.outC);
    var gys = b.allocate(ElementType.REAL, Kind.IMAGE, c.n, c.outC, outH, outW);
    b.upload(x, xs);
    b.upload(w, ws);
    b.upload(bias, bs);
    b.upload(gy, gys);
    var y = b.allocate(ElementType.REAL, Kind.IMAGE, c.n, c.outC, outH, outW);
    var gx = b.allocate(ElementType.REAL, Kind.IMAGE, c.n, c.inC, c.height, c.width);
    var gw = b.allocate(ElementType.REAL, Kind.PLAIN, c.outC, c.inC, 3, 3);
    var gb = b.allocate(ElementType.REAL, Kind.PLAIN, c.outC);
    b.conv2d(g, xs, ws, bs, y);
    b.conv2dGradInput(g, gys, ws, gx);
    b.conv2dGradWeight(g, xs, gys, gw, gb);
    if (y instanceof SimdBuffer s) {
      paddingIsZero(s);
      paddingIsZero((SimdBuffer) gx);
    }
    double[][] result = new double[4][];
    Buffer[] out = {y, gx, gw, gb};
    for (int i = 0; i < out.length; i++) {
      result[i] = new double[(int) out[i].count()];
      b.download(out[i], result[i]);
    }
    for (var buffer : new Buffer[] {xs, ws, bs, gys, y, gx, gw, gb}) {
      b.release(buffer);
    }
    return result;
  }

  private static void paddingIsZero(SimdBuffer image) {
    int used = image.dim(1) % 16;
    for (int i = 0; used > 0 && i < image.physical; i++) {
      boolean last = i / 16 / image.plane() % image.channelBlocks() == image.channelBlocks() - 1;
      if (last && i % 16 >= used) {
        assertEquals(0f, image.reals[image.offset + i]);
      }
    }
  }

  private static float[] random(int stream, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (CounterRandom.uniform(stream, i) * 2 - 1);
    }
    return values;
  }
}

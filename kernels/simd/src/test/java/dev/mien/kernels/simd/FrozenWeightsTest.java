package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Binary;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Epilogue;
import dev.mien.kernels.Epilogue.Activation;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is derived from frozen weights, and the epilogue of a convolution: the bits are those of the plain kernels. */
class FrozenWeightsTest {
  private final SimdBackend cpu = new SimdBackend(2, true);
  private long key = 5;

  @AfterEach
  void close() {
    cpu.close();
  }

  private Buffer random(Kind kind, int... dims) {
    Buffer b = cpu.allocate(ElementType.REAL, kind, dims);
    refill(b);
    return b;
  }

  private void refill(Buffer b) {
    float[] values = new float[(int) b.count()];
    long k = key++;
    for (int i = 0; i < values.length; i++) {
      values[i] = CounterRandom.uniform(k, i) * 2 - 1;
    }
    cpu.upload(values, b);
  }

  private float[] read(Buffer b) {
    float[] values = new float[(int) b.count()];
    cpu.download(b, values);
    cpu.fill(b, Float.NaN);
    return values;
  }

  /** A kernel that reads {@code w} and returns its result. */
  private void sameWhileFrozen(Buffer w, Function<Buffer, float[]> kernel) {
    long before = cpu.usage().lentBytes();
    float[] plain = kernel.apply(w);
    cpu.freeze(w);
    cpu.freeze(w);
    assertArrayEquals(plain, kernel.apply(w));
    long kept = cpu.usage().lentBytes();
    assertTrue(kept > before, "nothing was kept");
    assertArrayEquals(plain, kernel.apply(w));
    assertEquals(kept, cpu.usage().lentBytes(), "kept twice");
    cpu.trim();
    assertEquals(before, cpu.usage().lentBytes(), "trim kept it");
    assertArrayEquals(plain, kernel.apply(w));
    cpu.thaw(w);
    assertEquals(before, cpu.usage().lentBytes(), "thaw kept it");
    refill(w);
    cpu.freeze(w);
    float[] changed = kernel.apply(w);
    cpu.thaw(w);
    assertArrayEquals(kernel.apply(w), changed);
    assertTrue(!java.util.Arrays.equals(plain, changed));
  }

  @Test
  void products() {
    var x = random(Kind.PLAIN, 37, 901);
    var y = cpu.allocate(ElementType.REAL, Kind.PLAIN, 37, 83);
    var bias = random(Kind.PLAIN, 83);
    sameWhileFrozen(random(Kind.PLAIN, 83, 901), w -> {
      cpu.linear(x, w, bias, y);
      return read(y);
    });
    sameWhileFrozen(random(Kind.PLAIN, 901, 83), w -> {
      cpu.gemm(Gemm.of(37, 83, 901, false, false, 0), x, w, y);
      return read(y);
    });
    sameWhileFrozen(random(Kind.PLAIN, 4200, 5), w -> {
      var wide = cpu.allocate(ElementType.REAL, Kind.PLAIN, 3, 4200);
      var in = random(Kind.PLAIN, 3, 5);
      cpu.upload(new float[15], in);
      cpu.fill(in, 0.25);
      cpu.gemm(Gemm.of(3, 4200, 5, false, true, 0), in, w, wide);
      float[] result = read(wide);
      cpu.release(wide);
      cpu.release(in);
      return result;
    });
  }

  @Test
  void convolutions() {
    for (int stride = 1; stride <= 2; stride++) {
      var g = Conv2d.of(stride, 1);
      var x = random(Kind.IMAGE, 2, 20, 11, 9);
      var y = random(Kind.IMAGE, 2, 40, g.outHeight(11, 3), g.outWidth(9, 3));
      sameWhileFrozen(random(Kind.PLAIN, 40, 20, 3, 3), w -> {
        cpu.conv2d(g, x, w, null, y);
        return read(y);
      });
      sameWhileFrozen(random(Kind.PLAIN, 40, 20, 3, 3), w -> {
        cpu.conv2dGradInput(g, steady(y), w, x);
        return read(x);
      });
    }
  }

  private Buffer steady(Buffer y) {
    float[] values = new float[(int) y.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 13 - 6;
    }
    cpu.upload(values, y);
    return y;
  }

  @Test
  void releaseGivesBackWhatWasKeptAndOneFormDoesNotServeAnother() {
    long before = cpu.usage().lentBytes();
    var w = random(Kind.PLAIN, 32, 32, 3, 3);
    var x = random(Kind.IMAGE, 1, 32, 6, 6);
    var y = random(Kind.IMAGE, 1, 32, 6, 6);
    var g = Conv2d.of(1, 1);
    cpu.conv2d(g, x, w, null, y);
    float[] forward = read(y);
    cpu.conv2dGradInput(g, x, w, y);
    float[] backward = read(y);
    cpu.freeze(w);
    for (int i = 0; i < 2; i++) {
      cpu.conv2d(g, x, w, null, y);
      assertArrayEquals(forward, read(y));
      cpu.conv2dGradInput(g, x, w, y);
      assertArrayEquals(backward, read(y));
    }
    for (var b : List.of(w, x, y)) {
      cpu.release(b);
    }
    assertEquals(before, cpu.usage().lentBytes());
    var image = random(Kind.IMAGE, 1, 1, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> cpu.freeze(image));
    assertThrows(IllegalStateException.class, () -> cpu.freeze(w));
  }

  @Test
  void fusedIsTheSumOfItsParts() {
    int[][] shapes = {{3, 20, 1, 3, 1, 11}, {40, 72, 1, 1, 1, 7}, {16, 32, 2, 3, 2, 9}, {24, 15, 3, 3, 1, 8}, {9, 9, 9, 3, 1, 8},
        {8, 5, 1, 5, 1, 70}};
    for (int[] s : shapes) {
      var g = new Conv2d(s[4], s[4], s[3] / 2, s[3] / 2, 1, 1, s[2]);
      int out = g.outHeight(s[5], s[3]);
      var x = random(Kind.IMAGE, 2, s[0], s[5], s[5]);
      var w = random(Kind.PLAIN, s[1], s[0] / s[2], s[3], s[3]);
      var bias = random(Kind.PLAIN, s[1]);
      var residual = random(Kind.IMAGE, 2, s[1], out, out);
      var y = cpu.allocate(ElementType.REAL, Kind.IMAGE, 2, s[1], out, out);
      for (var epilogue : epilogues(bias, residual, random(Kind.PLAIN, s[1]))) {
        cpu.conv2d(g, x, w, epilogue.bias(), y);
        if (epilogue.residual() != null) {
          cpu.binary(Binary.ADD, y, residual, y);
        }
        if (epilogue.activation() == Activation.RELU) {
          cpu.unary(Unary.RELU, y, y);
        } else if (epilogue.activation() == Activation.PRELU) {
          cpu.prelu(y, epilogue.slope(), y);
        }
        float[] parts = read(y);
        cpu.conv2dFused(g, x, w, epilogue, y);
        assertPaddingIsZero((SimdBuffer) y);
        assertArrayEquals(parts, read(y), java.util.Arrays.toString(s) + " " + epilogue);
      }
    }
  }

  private List<Epilogue> epilogues(Buffer bias, Buffer residual, Buffer slope) {
    var all = new ArrayList<Epilogue>();
    for (var activation : Activation.values()) {
      for (int i = 0; i < 4; i++) {
        Buffer s = activation == Activation.PRELU ? i < 2 ? slope : random(Kind.PLAIN, 1) : null;
        all.add(new Epilogue(i % 2 == 0 ? bias : null, i < 2 ? residual : null, activation, s));
      }
    }
    return all;
  }

  private static void assertPaddingIsZero(SimdBuffer b) {
    for (int i = 0; i < b.physical; i++) {
      int channel = i / (b.plane() * 16) % b.channelBlocks() * 16 + i % 16;
      assertTrue(channel < b.dim(1) || b.reals[b.offset + i] == 0f, "padding lane holds a value");
    }
  }
}

package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** Runs a {@link KernelCase} on a back-end and judges the results. */
final class CaseRunner {
  private static final float CANARY = 12345.678f;
  /** Smaller results count as zero: kernels may flush what a float hardly holds. */
  private static final double TINY = 1e-36;

  private CaseRunner() {}

  /** All operands after the call, as float[], int[] or byte[] (double[] of the reference). */
  static Object[] run(KernelCase c, Backend backend) {
    var buffers = new Buffer[c.operands().length];
    for (int i = 0; i < buffers.length; i++) {
      var o = c.operands()[i];
      buffers[i] = backend.allocate(o.type(), o.kind(), o.dims());
      prepare(o, buffers[i], backend);
    }
    c.call().run(backend, buffers);
    var results = new Object[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      results[i] = download(buffers[i], backend);
      if (buffers[i] instanceof SimdBuffer s) {
        checkMemory(c.name() + " operand " + i, s);
      }
      backend.release(buffers[i]);
    }
    return results;
  }

  private static void prepare(KernelCase.Operand o, Buffer b, Backend backend) {
    if (b instanceof SimdBuffer s) {
      poison(s);
    }
    switch (o.values()) {
      case float[] v -> backend.upload(v, b);
      case int[] v -> backend.upload(v, b);
      case byte[] v -> backend.upload(v, b);
      case null, default -> { }
    }
  }

  /** NaN everywhere, padding lanes too, and canaries behind. */
  private static void poison(SimdBuffer s) {
    if (s.reals != null) {
      Arrays.fill(s.reals, s.offset, s.offset + s.padded(), Float.NaN);
      Arrays.fill(s.reals, s.offset + s.padded(), s.offset + s.block.size(), CANARY);
    } else if (s.ints != null) {
      Arrays.fill(s.ints, s.offset, s.offset + s.padded(), 0x7fffff00);
      Arrays.fill(s.ints, s.offset + s.padded(), s.offset + s.block.size(), 4711);
    }
  }

  private static void checkMemory(String what, SimdBuffer s) {
    for (int i = s.offset + s.padded(); i < s.offset + s.block.size(); i++) {
      if (s.reals != null) {
        assertEquals(CANARY, s.reals[i], () -> what + ": memory behind the buffer was written");
      } else if (s.ints != null) {
        assertEquals(4711, s.ints[i], () -> what + ": memory behind the buffer was written");
      }
    }
    if (!s.blocked() || s.dim(1) % 16 == 0) {
      return;
    }
    int plane = s.plane();
    for (int n = 0; n < s.dim(0); n++) {
      int at = s.offset + ((n + 1) * s.channelBlocks() - 1) * plane * 16;
      for (int i = 0; i < plane * 16; i++) {
        if (i % 16 >= s.dim(1) % 16) {
          boolean zero = s.reals != null ? s.reals[at + i] == 0 : s.ints[at + i] == 0;
          assertTrue(zero, () -> what + " " + s + ": a padding lane is not zero");
        }
      }
    }
  }

  private static Object download(Buffer b, Backend backend) {
    int n = (int) b.count();
    if (b.type() == ElementType.INT32) {
      int[] v = new int[n];
      backend.download(b, v);
      return v;
    }
    if (b.type() == ElementType.REAL && backend.realBits() == 64) {
      double[] v = new double[n];
      backend.download(b, v);
      return v;
    }
    if (b.type() == ElementType.REAL) {
      float[] v = new float[n];
      backend.download(b, v);
      return v;
    }
    byte[] v = new byte[n];
    backend.download(b, v);
    return v;
  }

  /** Compares results of the CPU with those of the reference. */
  static void compare(KernelCase c, Object[] expected, Object[] actual) {
    for (int i = 0; i < expected.length; i++) {
      String what = c.name() + " operand " + i;
      switch (expected[i]) {
        case double[] e -> compare(c, what, e, (float[]) actual[i]);
        case int[] e -> assertEquals(Arrays.toString(e), Arrays.toString((int[]) actual[i]), what);
        case byte[] e -> assertEquals(Arrays.toString(e), Arrays.toString((byte[]) actual[i]), what);
        default -> fail("unknown result");
      }
    }
  }

  private static void compare(KernelCase c, String what, double[] expected, float[] actual) {
    double range = 0;
    for (double e : expected) {
      range = Double.isFinite(e) ? Math.max(range, Math.abs(e)) : range;
    }
    for (int i = 0; i < expected.length; i++) {
      double e = expected[i];
      double a = actual[i];
      double allowed = c.tolerance() * (c.scale() == 0 ? Math.abs(e) : Math.max(c.scale(), range)) + TINY;
      boolean same = Double.isInfinite((float) e) ? a == (float) e : Math.abs(e - a) <= allowed;
      boolean fine = Double.isNaN(e) ? Double.isNaN(a) : same;
      if (!fine) {
        fail(what + " element " + i + ": expected " + e + ", got " + a + ", allowed difference " + allowed);
      }
    }
  }

  /** Adds the bits of all results to a hash; every NaN counts as the same. */
  static void digest(MessageDigest hash, Object[] results) {
    for (var r : results) {
      switch (r) {
        case float[] v -> {
          var bytes = ByteBuffer.allocate(4 * v.length);
          for (float f : v) {
            bytes.putInt(Float.floatToIntBits(f));
          }
          hash.update(bytes.array());
        }
        case int[] v -> {
          var bytes = ByteBuffer.allocate(4 * v.length);
          for (int f : v) {
            bytes.putInt(f);
          }
          hash.update(bytes.array());
        }
        default -> hash.update((byte[]) r);
      }
    }
  }
}

package dev.mien.kernels.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** Runs a {@link KernelCase} on a back-end and judges the results. */
public final class CaseRunner {
  /** Smaller results count as zero: kernels may flush what a float hardly holds. */
  private static final double TINY = 1e-36;

  private CaseRunner() {}

  /** What a back-end's tests do to the memory of a buffer besides using it. */
  public interface Probe {
    /** Poisons what a kernel must write, or must not. */
    void before(Buffer buffer);

    /** Fails when padding or memory around the buffer was written. */
    void after(String what, Buffer buffer);
  }

  /** All operands after the call, as float[], int[] or byte[] (double[] of the reference); {@code probe} may be null. */
  public static Object[] run(KernelCase c, Backend backend, Probe probe) {
    var buffers = new Buffer[c.operands().length];
    for (int i = 0; i < buffers.length; i++) {
      var o = c.operands()[i];
      buffers[i] = backend.allocate(o.type(), o.kind(), o.dims());
      if (probe != null) {
        probe.before(buffers[i]);
      }
      prepare(o, buffers[i], backend);
    }
    c.call().run(backend, buffers);
    var results = new Object[buffers.length];
    for (int i = 0; i < buffers.length; i++) {
      results[i] = download(buffers[i], backend);
      if (probe != null) {
        probe.after(c.name() + " operand " + i, buffers[i]);
      }
      backend.release(buffers[i]);
    }
    return results;
  }

  private static void prepare(KernelCase.Operand o, Buffer b, Backend backend) {
    switch (o.values()) {
      case float[] v -> backend.upload(v, b);
      case int[] v -> backend.upload(v, b);
      case byte[] v -> backend.upload(v, b);
      case null, default -> { }
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

  /** Compares results with those of the reference. */
  public static void compare(KernelCase c, Object[] expected, Object[] actual) {
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
  public static void digest(MessageDigest hash, Object[] results) {
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

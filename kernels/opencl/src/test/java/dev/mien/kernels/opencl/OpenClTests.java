package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.cases.CaseRunner;

/** Opens the first device for a test, or skips the test with the reason. */
final class OpenClTests {
  private static final int GUARD_BYTES = 4096;

  private OpenClTests() {}

  /** A device whose buffers lie between bands of poison. */
  static OpenClBackend guarded() {
    return open(GUARD_BYTES);
  }

  static OpenClBackend plain() {
    return open(0);
  }

  private static OpenClBackend open(int guardBytes) {
    assume();
    return OpenClProvider.open(new BackendOptions(0, 0, true), guardBytes);
  }

  /** Skips the test where there is no device. */
  static void assume() {
    var first = new OpenClProvider().diagnose().getFirst();
    assumeTrue(first.usable(), () -> "opencl: " + first.reason());
  }

  /** NaN in what is to be written; afterwards the bands are as they were. */
  record GuardProbe(Backend backend) implements CaseRunner.Probe {
    @Override
    public void before(Buffer buffer) {
      if (buffer.type() == ElementType.REAL) {
        backend.fill(buffer, Double.NaN);
      } else if (buffer.type() == ElementType.INT32) {
        backend.fill(buffer, 0x7fffff00);
      }
    }

    @Override
    public void after(String what, Buffer buffer) {
      var pool = ((OpenClBackend) backend).memory.pool;
      byte[] bytes = pool.guards(((OpenClBuffer) buffer).block);
      for (int i = 0; i < GUARD_BYTES; i++) {
        int at = i;
        assertEquals(ClPool.POISON, bytes[i], () -> what + ": memory in front of the buffer was written, " + (GUARD_BYTES - at) + " bytes");
        assertEquals(ClPool.POISON, bytes[bytes.length - 1 - i], () -> what + ": memory behind the buffer was written");
      }
    }
  }
}

package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend;
import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.KernelParity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** {@link KernelParity} on the first OpenCL device, everything twice: equal bits. */
class OpenClKernelParityTest extends KernelParity {
  private static OpenClBackend device;

  OpenClKernelParityTest() {
    super(List.of(device(), device()));
  }

  private static synchronized OpenClBackend device() {
    device = device == null ? OpenClTests.guarded() : device;
    return device;
  }

  @Override
  protected int[] lengths() {
    return new int[] {0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 255, 256, 257, 511, 1023, 1025, 4097};
  }

  @Override
  protected CaseRunner.Probe probe(Backend backend) {
    return new OpenClTests.GuardProbe(backend);
  }

  @AfterAll
  static synchronized void close() {
    if (device != null) {
      device.close();
      device = null;
    }
  }
}

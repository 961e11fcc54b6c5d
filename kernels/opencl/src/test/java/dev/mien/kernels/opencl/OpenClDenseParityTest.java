package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend;
import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.DenseParity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** {@link DenseParity} on the first OpenCL device, everything twice: equal bits. */
class OpenClDenseParityTest extends DenseParity {
  private static OpenClBackend device;

  OpenClDenseParityTest() {
    super(List.of(device(), device()));
  }

  private static synchronized OpenClBackend device() {
    device = device == null ? OpenClTests.guarded() : device;
    return device;
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

package dev.mien.kernels.opencl;

import dev.mien.kernels.Backend;
import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.DenseParity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/**
 * {@link DenseParity} in the tile kernel of tensor cores with emulated instructions: split operands have nearly float32's accuracy, so float64's bounds
 * show every error of layout, borders or what follows. The same tile must give the same bits twice.
 */
class TensorParityTest extends DenseParity {
  private static OpenClBackend device;

  TensorParityTest() {
    super(List.of(device(), device()));
  }

  private static synchronized OpenClBackend device() {
    if (device == null) {
      System.setProperty(Precision.PROPERTY, Precision.FP32_SPLIT.word());
      System.setProperty(TensorCores.Use.PROPERTY, "emulated");
      try {
        device = OpenClTests.guarded();
      } finally {
        System.clearProperty(Precision.PROPERTY);
        System.clearProperty(TensorCores.Use.PROPERTY);
      }
    }
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

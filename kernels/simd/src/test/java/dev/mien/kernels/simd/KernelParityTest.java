package dev.mien.kernels.simd;

import dev.mien.kernels.Backend;
import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.KernelParity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** {@link KernelParity} on 1, 2 and 4 threads. */
class KernelParityTest extends KernelParity {
  private static final List<Backend> CPU = List.of(new SimdBackend(1, true), new SimdBackend(2, true), new SimdBackend(4, true));

  KernelParityTest() {
    super(CPU);
  }

  @Override
  protected CaseRunner.Probe probe(Backend backend) {
    return SimdProbe.PROBE;
  }

  @AfterAll
  static void close() {
    CPU.forEach(Backend::close);
  }
}

package dev.mien.kernels.opencl;

import static dev.mien.kernels.Kind.IMAGE;
import static dev.mien.kernels.Kind.PLAIN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.mien.kernels.Backend;
import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.OptimizerStep;
import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.ImageCases;
import dev.mien.kernels.cases.KernelCase;
import dev.mien.kernels.cases.PointwiseCases;
import dev.mien.kernels.cases.RowCases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every kernel once on shapes so small that a sanitizer, 1000 times slower than the device, can watch: {@code src/test/oclgrind/run}.
 * On an ordinary device it is one more parity test.
 */
class SanitizerTest {
  @Test
  void everyKernelOnTinyShapes() {
    OpenClTests.assume();
    System.setProperty("mien.opencl.winograd", "always"); // one device for all: Oclgrind aborts at the second
    try (var device = OpenClProvider.open(new BackendOptions(0, 0, false), 0); var reference = Backends.open("reference", 1, true)) {
      System.out.println(new OpenClProvider().diagnose().getFirst().description());
      guardedStep(device);
      for (var c : cases()) {
        CaseRunner.compare(c, CaseRunner.run(c, reference, null), CaseRunner.run(c, device, null));
      }
    } finally {
      System.clearProperty("mien.opencl.winograd");
    }
  }

  private static void guardedStep(Backend device) {
    var weights = device.allocate(ElementType.REAL, PLAIN, 3);
    var gradients = device.allocate(ElementType.REAL, PLAIN, 3);
    var guard = device.allocate(ElementType.REAL, PLAIN, 4);
    device.fill(weights, 1);
    device.fill(guard, 0);
    device.upload(new float[] {3, 4, 0}, gradients);
    device.guardStep(2.5, new Buffer[] {gradients}, guard);
    device.sgd(new OptimizerStep.Sgd(1, 0, 0, false, 1, guard), new Buffer[] {weights}, new Buffer[] {gradients}, null);
    float[] found = new float[3];
    device.download(weights, found);
    assertArrayEquals(new float[] {-0.5f, -1, 1}, found, 1e-5f);
    List.of(weights, gradients, guard).forEach(device::release);
  }

  private static List<KernelCase> cases() {
    var cases = new ArrayList<KernelCase>();
    cases.addAll(PointwiseCases.unary(PLAIN, 5).subList(0, 6));
    cases.addAll(PointwiseCases.elementwise(IMAGE, 1, 3, 2, 3));
    cases.addAll(PointwiseCases.prelu(IMAGE, 2, 3, 2, 2));
    cases.addAll(PointwiseCases.binary(PLAIN, new int[] {3, 4}, new int[] {1, 4}));
    cases.addAll(PointwiseCases.reduction(PLAIN, new int[] {1, 4}, new int[] {3, 4}));
    cases.addAll(PointwiseCases.reduction(PLAIN, new int[] {1}, new int[] {300}));
    cases.add(PointwiseCases.concat(PLAIN, 1, new int[] {2, 3, 1}, 2, 0));
    cases.add(PointwiseCases.permute(new int[] {1, 0}, 3, 4));
    cases.add(PointwiseCases.normalizeBytes(1, 3, 2, 2));
    cases.addAll(PointwiseCases.optimisers(3, 5));
    cases.addAll(RowCases.rows(2, 7));
    cases.addAll(RowCases.losses(2, 9, 6, 2));
    cases.addAll(RowCases.margins(3, 5));
    cases.addAll(RowCases.topK(2, 5, 17, 3));
    cases.addAll(ImageCases.batchNorm(IMAGE, 2, 2, 2, 2).subList(0, 2));
    cases.addAll(ImageCases.pools(1, 1, 4, 5));
    cases.addAll(ImageCases.resize(new int[] {1, 1, 3, 4}, 5, 2));
    cases.add(convolution(Conv2d.of(1, 1), 3, 5, 3));
    cases.add(convolution(Conv2d.of(2, 1), 3, 5, 3));
    cases.add(convolution(new Conv2d(1, 1, 1, 1, 1, 1, 3), 3, 3, 3));
    cases.add(new KernelCase.Maker("gemm").in(PLAIN, 5, 17).in(PLAIN, 17, 3).out(PLAIN, 5, 3).tolerance(3e-6)
        .call((b, o) -> b.gemm(Gemm.of(5, 3, 17, false, false, 0), o[0], o[1], o[2])));
    return cases;
  }

  private static KernelCase convolution(Conv2d g, int in, int out, int k) {
    int size = 5;
    int side = g.outHeight(size, k);
    return new KernelCase.Maker("convolution " + g).in(IMAGE, 1, in, size, size).in(PLAIN, out, in / g.groups(), k, k)
        .in(IMAGE, 1, out, side, side).out(IMAGE, 1, out, side, side).out(IMAGE, 1, in, size, size).out(PLAIN, out, in / g.groups(), k, k)
        .tolerance(3e-6).scale(100).call((b, o) -> {
          Buffer bias = b.allocate(ElementType.REAL, PLAIN, out);
          b.conv2d(g, o[0], o[1], null, o[3]);
          b.conv2dGradInput(g, o[2], o[1], o[4]);
          b.conv2dGradWeight(g, o[0], o[2], o[5], bias);
          b.release(bias);
        });
  }
}

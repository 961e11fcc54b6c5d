package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.Conv2d;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import dev.mien.kernels.cases.CaseRunner;
import dev.mien.kernels.cases.DenseParity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@link DenseParity} on 1, 2 and 4 threads, and one number for all vector widths. */
class DenseParityTest extends DenseParity {
  private static final List<Backend> CPU = List.of(new SimdBackend(1, true), new SimdBackend(2, true), new SimdBackend(4, true));

  DenseParityTest() {
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

  @Test
  void infiniteInputsLeavePaddingLanesZeroAndOtherGroupsFinite() {
    var cpu = CPU.getFirst();
    for (int groups : new int[] {1, 5}) {
      float[] x = random(10 * 36);
      java.util.Arrays.fill(x, 0, 72, Float.POSITIVE_INFINITY);
      float[] w = random(5 * (10 / groups) * 9);
      Buffer y = cpu.allocate(ElementType.REAL, Kind.IMAGE, 1, 5, 6, 6);
      SimdProbe.PROBE.before(y);
      Buffer image = upload(cpu, Kind.IMAGE, x, 1, 10, 6, 6);
      Buffer weight = upload(cpu, Kind.PLAIN, w, 5, 10 / groups, 3, 3);
      cpu.conv2d(new Conv2d(1, 1, 1, 1, 1, 1, groups), image, weight, null, y);
      SimdProbe.PROBE.after("groups " + groups, y);
      float[] result = new float[5 * 36];
      cpu.download(y, result);
      for (var buffer : new Buffer[] {y, image, weight}) {
        cpu.release(buffer);
      }
      assertTrue(!Float.isFinite(result[7]));
      for (int i = 36; i < result.length && groups > 1; i++) {
        assertTrue(Float.isFinite(result[i]), "element " + i + " took an infinity from another group");
      }
    }
  }

  /** One number over all directions and widths: the forks of the build at 128, 256 and 512 bits must agree with it. */
  @Test
  void sameBitsAtEveryWidth() {
    key = 77;
    long sum = 0;
    Case[] cases = {
        new Case(Conv2d.of(1, 1), 3, 35, 70, 13, 11, 3, 3, true),
        new Case(Conv2d.of(2, 3), 2, 3, 40, 70, 66, 7, 7, true),
        new Case(Conv2d.of(2, 1), 2, 160, 24, 9, 8, 3, 3, false),
        new Case(new Conv2d(1, 1, 1, 1, 1, 1, 20), 2, 20, 20, 9, 9, 3, 3, true),
        new Case(new Conv2d(1, 1, 1, 1, 1, 1, 3), 2, 21, 15, 9, 9, 3, 3, true)};
    for (var c : cases) {
      float[] x = random(c.n() * c.inC() * c.inH() * c.inW());
      float[] w = random(c.outC() * c.perGroup() * c.kernelH() * c.kernelW());
      double[][] r = directions(CPU.get(1), c, x, w, random(c.outC()), random(c.n() * c.outC() * c.outH() * c.outW()), null);
      for (double[] d : r) {
        sum = sum * 31 + hash(d);
      }
    }
    var g = Gemm.of(45, 83, 900, false, true, 1f);
    sum = sum * 31 + hash(multiply(CPU.get(1), g, random(45 * 900), random(83 * 900), random(45 * 83)));
    assertEquals(EXPECTED_BITS, sum, "bits changed at " + Lanes.BITS + " bits; if the order of operations was changed on purpose,"
        + " put the new number here after running all three widths");
  }

  private static final long EXPECTED_BITS = -2946015096944015665L;
}

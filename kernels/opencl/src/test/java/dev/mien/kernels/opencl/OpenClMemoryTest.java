package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Allocation, transfer, accounts, and what a wrong use is answered with. */
class OpenClMemoryTest {
  private static final String[] KINDS = {"buffer", "program", "kernel", "queue", "context", "event"};
  private OpenClBackend device;

  @BeforeEach
  void open() {
    device = OpenClTests.plain();
  }

  @AfterEach
  void close() {
    Faults.disarm();
    System.clearProperty("mien.opencl.memoryMiB");
    if (device != null) {
      device.close();
    }
    for (String kind : KINDS) {
      assertEquals(0, Cl.live(kind), kind + "s not released");
    }
  }

  private Buffer real(int... dims) {
    return device.allocate(ElementType.REAL, Kind.PLAIN, dims);
  }

  /** Sizes around the chunk of the staging ring, more than once around it. */
  @Test
  void everyTypeThereAndBack() {
    for (int n : new int[] {0, 1, 7, Staging.CHUNK / 4 - 1, Staging.CHUNK / 4, Staging.CHUNK / 4 + 1, 6 * (Staging.CHUNK / 4) + 3}) {
      float[] reals = new float[n];
      int[] ints = new int[n];
      byte[] bytes = new byte[n];
      double[] doubles = new double[n];
      for (int i = 0; i < n; i++) {
        reals[i] = i * 0.5f - 3;
        ints[i] = i * 7 - 11;
        bytes[i] = (byte) i;
        doubles[i] = i;
      }
      Buffer a = real(n);
      Buffer b = device.allocate(ElementType.INT32, Kind.PLAIN, n);
      Buffer c = device.allocate(ElementType.UINT8, Kind.PLAIN, n);
      device.upload(reals, a);
      device.upload(ints, b);
      device.upload(bytes, c);
      float[] x = new float[n];
      int[] y = new int[n];
      byte[] z = new byte[n];
      device.download(a, x);
      device.download(b, y);
      device.download(c, z);
      assertArrayEquals(reals, x);
      assertArrayEquals(ints, y);
      assertArrayEquals(bytes, z);
      double[] back = new double[n];
      device.upload(doubles, a);
      device.download(a, back);
      assertArrayEquals(doubles, back);
      device.release(a);
      device.release(b);
      device.release(c);
    }
    assertEquals(0, device.usage().lentBytes());
  }

  @Test
  void wrongUseIsAnsweredBeforeOpenClSeesIt() {
    Buffer a = real(10);
    Buffer view = device.view(a, 2, 5);
    assertThrows(IllegalArgumentException.class, () -> device.view(a, 3, 5));
    assertThrows(IllegalArgumentException.class, () -> device.upload(new float[9], a));
    assertThrows(IllegalArgumentException.class, () -> device.download(a, new int[10]));
    assertThrows(IllegalArgumentException.class, () -> device.release(view));
    try (var reference = Backends.open("reference", 1, true)) {
      Buffer foreign = reference.allocate(ElementType.REAL, Kind.PLAIN, 10);
      var e = assertThrows(IllegalArgumentException.class, () -> device.unary(Unary.RELU, foreign, a));
      assertTrue(e.getMessage().contains("does not belong"), e.getMessage());
    }
    device.release(a);
    assertThrows(IllegalStateException.class, () -> device.release(a));
    assertThrows(IllegalStateException.class, () -> device.unary(Unary.RELU, view, view));
    assertThrows(IllegalStateException.class, () -> device.fill(a, 1));
    Buffer b = real(10);
    device.close();
    assertThrows(IllegalStateException.class, () -> device.fill(b, 1));
    assertThrows(IllegalStateException.class, () -> real(3));
    device.release(b); // late, but no mistake
  }

  /** Twenty requests beyond the limit: each is refused with the figures, and the device goes on. */
  @Test
  void overAllocationIsCaught() {
    device.close();
    System.setProperty("mien.opencl.memoryMiB", "8");
    device = OpenClTests.plain();
    Buffer kept = real(1 << 20);
    for (int i = 0; i < 20; i++) {
      int elements = (1 << 20) + 1 + i * 100_000;
      var e = assertThrows(OpenClOutOfMemoryException.class, () -> real(elements));
      assertTrue(e.getMessage().contains((long) elements * 4 + " bytes") && e.getMessage().contains("in use")
          && e.getMessage().contains("limit 8388608"), e.getMessage());
    }
    device.fill(kept, 2);
    float[] values = new float[1 << 20];
    device.download(kept, values);
    assertEquals(2, values[values.length - 1]);
    assertTrue(assertThrows(OpenClOutOfMemoryException.class, () -> real(1 << 30, 1)).getMessage().contains("bytes"));
  }

  @Test
  void whenTheDeviceIsFullTheIdleMemoryIsGivenBackAndItIsTriedOnceMore() {
    Buffer idle = real(1 << 20);
    device.release(idle);
    assertTrue(device.usage().idleBytes() >= 4 << 20);
    Faults.arm("clCreateBuffer", 0, -4);
    Buffer second = real(3 << 20);
    assertEquals(0, device.usage().idleBytes());
    Faults.arm("clCreateBuffer", 0, 2, -4);
    var e = assertThrows(OpenClOutOfMemoryException.class, () -> real(5 << 20));
    assertTrue(e.getMessage().contains("at the peak"), e.getMessage());
    Faults.disarm();
    device.release(second);
    device.release(real(5 << 20));
  }

  /** Memory that is given back is used again: nothing grows over ten thousand steps. */
  @Test
  void nothingLeaksOverTenThousandSteps() {
    float[] values = new float[1000];
    int[] warm = null;
    for (int i = 0; i < 10_000; i++) {
      Buffer x = real(1000);
      Buffer y = real(1000);
      values[i % 1000] = i;
      device.upload(values, x);
      device.unary(Unary.RELU, x, y);
      device.unaryBackward(Unary.RELU, x, y, y, y);
      if (i % 100 == 0) {
        device.download(y, values);
      }
      device.release(x);
      device.release(y);
      if (i == 100) {
        warm = counters();
      }
    }
    assertArrayEquals(warm, counters());
    assertEquals(0, device.usage().lentBytes());
  }

  private static int[] counters() {
    return java.util.Arrays.stream(KINDS).mapToInt(Cl::live).toArray();
  }

  @Test
  void labelsAreCheckedWithoutTheDevice() {
    Buffer logits = real(2, 3);
    Buffer labels = device.allocate(ElementType.INT32, Kind.PLAIN, 2);
    Buffer loss = real();
    device.upload(new int[] {2, 3}, labels);
    var spec = new dev.mien.kernels.DistributionLoss(1, 0, 0, 0, 0, dev.mien.kernels.DistributionLoss.KRule.RANK, 0,
        dev.mien.kernels.DistributionLoss.ResidueForm.EXACT, 0, false);
    Faults.record();
    var e = assertThrows(IllegalArgumentException.class, () -> device.distributionLoss(spec, logits, labels, loss, null, null));
    assertTrue(Faults.disarm().isEmpty());
    assertTrue(e.getMessage().contains("label 3 of row 1"), e.getMessage());
  }
}

package dev.mien.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backends;
import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReferenceMemoryTest extends Fixture {
  @Test
  void describesItself() {
    assertEquals("reference", backend.name());
    assertEquals(1, backend.threads());
    assertEquals(64, backend.realBits());
    assertEquals(0, backend.vectorBits());
    assertTrue(Backends.diagnose().stream().anyMatch(d -> d.device().equals("reference") && d.usable()));
    assertThrows(IllegalStateException.class, () -> Backends.open("reference:1", 1, true));
  }

  @Test
  void measuresSomething() {
    var calibration = backend.calibrate(0.05);
    assertTrue(calibration.multiplyAddGflops() > 0.01 && calibration.multiplyAddGflops() < 1e4, calibration.toString());
    assertTrue(calibration.copyGigabytesPerSecond() > 0.01 && calibration.copyGigabytesPerSecond() < 1e4, calibration.toString());
  }

  @Test
  void freshMemoryIsPoisoned() {
    assertTrue(Arrays.stream(read(freshPlain(3))).allMatch(Double::isNaN));
    assertArrayEquals(new int[] {Integer.MIN_VALUE}, readInts(backend.allocate(ElementType.INT32, Kind.PLAIN, 1)));
  }

  @Test
  void releasedMemoryThrows() {
    var buffer = freshPlain(4);
    var view = backend.view(buffer, 2, 2);
    var view2 = backend.view(view, 4, 1);
    assertThrows(IllegalStateException.class, () -> backend.release(view));
    backend.release(buffer);
    assertThrows(IllegalStateException.class, () -> backend.release(buffer));
    assertThrows(IllegalStateException.class, () -> read(buffer));
    assertThrows(IllegalStateException.class, () -> read(view));
    assertThrows(IllegalStateException.class, () -> read(view2));
    assertThrows(IllegalStateException.class, () -> backend.view(buffer, 4));
    var live = freshPlain(4);
    var e = assertThrows(IllegalStateException.class, () -> backend.unary(Unary.RELU, buffer, live));
    assertTrue(e.getMessage().startsWith("[unary] x REAL PLAIN [4] was released"), e.getMessage());
  }

  @Test
  void aFrozenBufferThatChangedThrows() {
    var weights = plain(new double[] {1, 2}, 2);
    backend.freeze(weights);
    backend.freeze(weights);
    backend.thaw(weights);
    backend.fill(weights, 3);
    backend.thaw(weights);
    backend.freeze(backend.view(weights, 2, 1));
    backend.fill(weights, 4);
    var e = assertThrows(IllegalStateException.class, () -> backend.thaw(weights));
    assertEquals("[thaw] REAL PLAIN [2] was changed while it was frozen; thaw it before it changes", e.getMessage());
    backend.freeze(weights);
    backend.fill(weights, 5);
    assertThrows(IllegalStateException.class, () -> backend.release(weights));
    backend.release(weights);
    assertThrows(IllegalStateException.class, () -> backend.freeze(weights));
    assertThrows(IllegalArgumentException.class, () -> backend.freeze(freshImage(1, 1, 1, 1)));
  }

  @Test
  void closedDeviceThrows() {
    var buffer = freshPlain(1);
    backend.close();
    backend.close();
    assertThrows(IllegalStateException.class, () -> read(buffer));
    assertThrows(IllegalStateException.class, () -> freshPlain(1));
    assertThrows(IllegalStateException.class, backend::usage);
  }

  @Test
  void foreignBuffersAreRefused() {
    try (var other = Backends.open("reference", 1, true)) {
      var foreign = other.allocate(ElementType.REAL, Kind.PLAIN, 1);
      assertThrows(IllegalArgumentException.class, () -> read(foreign));
      assertThrows(IllegalArgumentException.class, () -> backend.release(foreign));
    }
  }

  @Test
  void usageCountsLentBytesAndPeak() {
    assertEquals(0, backend.usage().lentBytes());
    var reals = freshImage(1, 2, 3, 4);
    var ints = ints(1, 2, 3);
    var bytes = backend.allocate(ElementType.INT8, Kind.PLAIN, 5);
    backend.view(ints, 3, 1);
    assertEquals(24 * 8 + 3 * 4 + 5, backend.usage().lentBytes());
    backend.release(reals);
    backend.release(bytes);
    assertEquals(12, backend.usage().lentBytes());
    assertEquals(24 * 8 + 3 * 4 + 5, backend.usage().peakBytes());
    backend.resetPeak();
    assertEquals(12, backend.usage().peakBytes());
    backend.trim();
    assertEquals(0, backend.usage().idleBytes());
  }

  @Test
  void transfersEveryType() {
    var x = freshPlain(2);
    backend.upload(new float[] {1.5f, -2}, x);
    var floats = new float[2];
    backend.download(x, floats);
    assertArrayEquals(new float[] {1.5f, -2}, floats);
    var bytes = backend.allocate(ElementType.UINT8, Kind.PLAIN, 2);
    backend.upload(new byte[] {1, -1}, bytes);
    var read = new byte[2];
    backend.download(bytes, read);
    assertArrayEquals(new byte[] {1, -1}, read);
    assertThrows(IllegalArgumentException.class, () -> backend.upload(new float[3], x));
    assertThrows(IllegalArgumentException.class, () -> backend.upload(new int[2], x));
    assertThrows(IllegalArgumentException.class, () -> backend.download(bytes, new float[2]));
    assertThrows(IllegalArgumentException.class, () -> backend.view(freshImage(1, 1, 1, 2), 2));
    assertThrows(IllegalArgumentException.class, () -> backend.view(x, 3));
  }

  @Test
  void viewsShareAndCopiesDoNot() {
    var x = plain(new double[] {1, 2, 3, 4}, 1, 1, 2, 2);
    var image = freshImage(1, 1, 2, 2);
    backend.copy(x, image);
    backend.fill(backend.view(x, 4), 7);
    assertArrayEquals(new double[] {7, 7, 7, 7}, read(x));
    assertArrayEquals(new double[] {1, 2, 3, 4}, read(image));
    var labels = ints(5, 6);
    backend.fill(labels, 3);
    assertArrayEquals(new int[] {3, 3}, readInts(labels));
    assertThrows(IllegalArgumentException.class, () -> backend.fill(labels, 0.5));
    assertThrows(IllegalArgumentException.class, () -> backend.copy(x, freshPlain(4)));
  }

  @Test
  void emptyAndScalarShapesAreLegal() {
    var empty = freshPlain(0, 3);
    var y = freshPlain(0, 3);
    backend.softmax(empty, y);
    backend.unary(Unary.EXP, empty, y);
    Buffer total = freshPlain(1, 1);
    backend.sum(empty, total, 1);
    assertArrayEquals(new double[] {0}, read(total));
    var scalar = plain(new double[] {2});
    var image = freshPlain(2, 2);
    backend.expand(scalar, image);
    assertArrayEquals(new double[] {2, 2, 2, 2}, read(image));
  }
}

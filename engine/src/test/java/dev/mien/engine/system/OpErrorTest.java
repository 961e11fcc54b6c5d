package dev.mien.engine.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mien.engine.ops.Arithmetic;
import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.DeviceException;
import dev.mien.engine.tensor.HostTensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every listed wrong call gives its exact exception and text, and takes no memory. */
class OpErrorTest {
  @TestFactory
  Stream<DynamicTest> failures() {
    return OpSamples.ROWS.stream().flatMap(row -> row.failures().stream()
        .map(f -> DynamicTest.dynamicTest(f.message(), () -> check(f))));
  }

  private static void check(OpRow.Failure failure) {
    try (var device = Device.open("reference")) {
      try (var scope = device.scope()) {
        var thrown = assertThrows(RuntimeException.class, () -> failure.call().accept(scope));
        assertEquals(failure.type() + ": " + failure.message(), thrown.getClass() + ": " + thrown.getMessage());
      }
      assertEquals(0, device.openScopes());
    }
  }

  @Test
  void operandsOfTwoDevices() {
    try (var one = Device.open("reference"); var two = Device.open("reference"); var a = one.scope(); var b = two.scope()) {
      var x = a.upload(HostTensor.of(new float[2], 2));
      var y = b.upload(HostTensor.of(new float[2], 2));
      var thrown = assertThrows(DeviceException.class, () -> Arithmetic.add(x, y));
      assertEquals("[add] operands live on different devices: reference and reference", thrown.getMessage());
    }
  }
}

package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Gemm;
import dev.mien.kernels.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;

/**
 * The decision for or against tensor cores, on a device that has none: the emulated instructions stand for theirs. That the tile kernel is right with
 * them is seen by the trial itself and, on whole numbers, by {@link TensorParityTest}.
 */
class TensorCoresTest {
  private static final String PROPERTY = TensorCores.Use.PROPERTY;

  @BeforeEach
  void device() {
    OpenClTests.assume();
  }

  @AfterEach
  void clear() {
    System.clearProperty(PROPERTY);
    System.clearProperty(Precision.PROPERTY);
    Faults.disarm();
  }

  private static ClDevice first() {
    return ClDevice.all().getFirst();
  }

  /** The device with another vendor and capability. */
  private static ClDevice like(String vendor, int capability) {
    var d = first();
    return new ClDevice(d.id(), d.platform(), d.name(), vendor, d.version(), d.driver(), d.gpu(), d.units(), d.groupLimit(), d.localBytes(),
        d.memoryBytes(), d.allocationBytes(), d.alignmentBytes(), d.doubles(), capability, null);
  }

  private static float[] product(OpenClBackend backend) {
    int n = 40;
    Buffer a = backend.allocate(ElementType.REAL, Kind.PLAIN, n, n);
    Buffer c = backend.allocate(ElementType.REAL, Kind.PLAIN, n, n);
    float[] values = new float[n * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    backend.upload(values, a);
    backend.gemm(Gemm.of(n, n, n, false, false, 0), a, a, c);
    backend.download(c, values);
    return values;
  }

  @Test
  void aDeviceWithoutThemSaysWhyAndComputesPlainly() {
    assumeFalse(first().nvidia(), "the device may have tensor cores");
    System.setProperty(Precision.PROPERTY, "tf32");
    float[] plain;
    System.setProperty(PROPERTY, "never");
    try (var backend = OpenClTests.plain()) {
      plain = product(backend);
    }
    System.clearProperty(PROPERTY);
    try (var backend = OpenClTests.plain()) {
      assertFalse(backend.tensorCores.used());
      assertTrue(backend.tensorCores.reason().contains("only NVIDIA's are supported, this device's vendor is"), backend.tensorCores.reason());
      assertArrayEquals(plain, product(backend));
    }
    String shown = new OpenClProvider().diagnose().getFirst().reason();
    assertTrue(shown.contains("tensor cores are not used: only NVIDIA's"), shown);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertTrue(TensorCores.of(like("NVIDIA Corporation", 75), Precision.TF32).reason().contains("8.0 is needed, this device has 7.5"));
    assertTrue(TensorCores.of(like("NVIDIA Corporation", 0), Precision.TF32).reason().contains("does not say which"));
    assertTrue(TensorCores.of(like("NVIDIA Corporation", 90), Precision.FP32).reason().contains("no float32 operands"));
    System.setProperty(PROPERTY, "never");
    assertTrue(TensorCores.of(like("NVIDIA Corporation", 90), Precision.TF32).reason().contains("=never"));
    System.setProperty(PROPERTY, "perhaps");
    var e = assertThrows(IllegalStateException.class, () -> TensorCores.of(first(), Precision.TF32));
    assertTrue(e.getMessage().contains("there are auto, never"), e.getMessage());
    String shown = new OpenClProvider().diagnose().getFirst().reason();
    assertTrue(shown.contains("perhaps is unknown"), shown);
  }

  /** Both times that a copy may happen at. */
  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FP32", mode = EnumSource.Mode.EXCLUDE)
  void theTrialPassesWithRightInstructions(Precision precision) {
    for (String when : new String[] {"1", "2"}) {
      var options = TensorCores.EMULATION + "-DEMULATE=" + when;
      assertNull(TensorTrial.failure(first(), precision, new TensorCores(options, "")), precision + options);
    }
  }

  /** A wrong layout, a missing rounding, a pipeline that waits too little or has no barrier. */
  @Test
  void theTrialFindsWhatIsWrong() {
    System.setProperty(PROPERTY, "broken");
    for (var precision : List.of(Precision.TF32, Precision.BF16)) {
      System.setProperty(Precision.PROPERTY, precision.word());
      try (var backend = OpenClTests.plain()) {
        assertFalse(backend.tensorCores.used());
        assertTrue(backend.tensorCores.reason().contains("instructions is wrong"), backend.tensorCores.reason());
        float[] broken = product(backend);
        System.setProperty(PROPERTY, "never");
        try (var plain = OpenClTests.plain()) {
          assertArrayEquals(product(plain), broken);
        }
        System.setProperty(PROPERTY, "broken");
      }
      String shown = new OpenClProvider().diagnose().getFirst().reason();
      assertTrue(shown.contains("is wrong"), shown);
    }
    for (String fault : new String[] {"-DEMULATE=2 -DUNROUNDED", "-DEMULATE=2 -DHASTY", "-DEMULATE=1 -DLOOSE", "-DEMULATE=2 -DLOOSE"}) {
      String found = TensorTrial.failure(first(), Precision.TF32, new TensorCores(TensorCores.EMULATION + fault, ""));
      assertTrue(found != null && found.contains("operands is wrong"), fault + ": " + found);
    }
  }

  @Test
  void aTrialThatCannotRunIsAReason() {
    int contexts = Cl.live("context");
    for (String call : new String[] {"clBuildProgram", "clEnqueueNDRangeKernel", "clCreateContext"}) {
      Faults.arm(call, 0, 1000, -9999);
      var found = TensorCores.tried(first(), Precision.TF32, TensorCores.EMULATION + "-DEMULATE=2");
      Faults.disarm();
      assertFalse(found.used());
      assertTrue(found.reason().contains("their trial ended: OpenCL: " + call + " failed"), found.reason());
    }
    assertEquals(contexts, Cl.live("context"));
    assertEquals(0, Cl.live("buffer"));
  }
}

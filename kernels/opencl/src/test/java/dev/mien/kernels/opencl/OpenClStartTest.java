package dev.mien.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.Backends;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding and opening devices. */
class OpenClStartTest {
  @Test
  void aDeviceThatIsNotThereIsAnError() {
    OpenClTests.assume();
    var e = assertThrows(IllegalStateException.class, () -> new OpenClProvider().open(new BackendOptions(99, 0, true)));
    assertTrue(e.getMessage().startsWith("there is no device opencl:99; there "), e.getMessage());
  }

  @Test
  void everyDeviceIsListedWithItsLimits() {
    OpenClTests.assume();
    var first = Backends.diagnose().stream().filter(d -> d.device().equals("opencl:0")).findFirst().orElseThrow();
    assertTrue(first.description().contains("MiB") && first.description().contains("driver"), first.description());
  }

  /** JOCL would unpack its library to one file for all processes. */
  @Test
  void fourProcessesStartAtOnce(@TempDir Path temp) throws Exception {
    OpenClTests.assume();
    var processes = new ArrayList<Process>();
    for (int i = 0; i < 4; i++) {
      processes.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
          "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=" + temp, "-cp", System.getProperty("java.class.path"), Main.class.getName())
          .redirectErrorStream(true).start());
    }
    for (var p : processes) {
      String words = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, p.waitFor(), words);
    }
  }

  /** Opens the device and computes one thing. */
  static final class Main {
    private Main() {}

    public static void main(String[] args) {
      try (var device = OpenClProvider.open(new BackendOptions(0, 0, true), 0)) {
        var y = device.allocate(ElementType.REAL, Kind.PLAIN, 5);
        device.fill(y, 3);
        float[] values = new float[5];
        device.download(y, values);
        if (values[4] != 3) {
          throw new AssertionError(values[4]);
        }
      }
    }
  }

  @Test
  void theCeilingsAreMeasured() {
    try (var device = OpenClTests.plain()) {
      var ceilings = device.calibrate(0.2);
      assertTrue(ceilings.multiplyAddGflops() > 0.1 && ceilings.copyGigabytesPerSecond() > 0.1, ceilings.toString());
    }
  }
}

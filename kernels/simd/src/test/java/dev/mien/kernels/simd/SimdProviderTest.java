package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.BackendOptions;
import dev.mien.kernels.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Discovery, and the sentence for each reason why the device cannot be opened. */
class SimdProviderTest {
  /** Opens the device in a process of its own and prints what came of it. */
  static final class Main {
    public static void main(String[] args) {
      var diagnosis = new SimdProvider().diagnose().get(0);
      System.out.println("usable=" + diagnosis.usable() + " " + diagnosis.reason());
      try (var cpu = Backends.open("cpu", 1, false)) {
        System.out.println("opened " + cpu.vectorBits());
      } catch (IllegalStateException e) {
        System.out.println("refused " + e.getMessage());
      }
    }
  }

  private static String child(String... flags) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  @Test
  void aMissingModuleIsOneSentenceThatNamesTheFlag() throws Exception {
    String output = child();
    assertTrue(output.contains("usable=false"), output);
    assertTrue(output.contains("refused the device cpu needs the Vector API"), output);
    assertTrue(output.contains("--add-modules jdk.incubator.vector"), output);
  }

  @Test
  void anInterpreterIsRefusedUnlessAllowed() throws Exception {
    String module = "--add-modules=jdk.incubator.vector";
    assertTrue(child(module, "-Xint").contains("remove -Xint"));
    assertTrue(child(module, "-XX:TieredStopAtLevel=1").contains("remove -XX:TieredStopAtLevel"));
    assertTrue(child(module, "-Xint", "-Dmien.allowInterpreter=true").contains("opened"));
  }

  @Test
  void aWidthThatIsNotThereIsRefused() throws Exception {
    String module = "--add-modules=jdk.incubator.vector";
    assertTrue(child(module, "-Dmien.vectorBits=100").contains("refused -Dmien.vectorBits=100 is no vector width"));
    if (Tier.machineBits() > 128 && System.getProperty("os.arch").equals("amd64")) {
      String output = child(module, "-XX:UseAVX=1", "-Dmien.vectorBits=512");
      assertTrue(output.contains("refused -Dmien.vectorBits=512 asks for wider vectors"), output);
      output = child(module, "-XX:UseAVX=1", "-Dmien.vectorBits=512", "-Dmien.vectorBits.emulate=true");
      assertTrue(output.contains("opened 512"), output);
    }
  }

  @Test
  void opensAndSaysWhatItIs() {
    try (var cpu = Backends.open("cpu:0", 2, true)) {
      assertEquals("cpu", cpu.name());
      assertEquals(2, cpu.threads());
      assertEquals(32, cpu.realBits());
      assertEquals(Lanes.BITS, cpu.vectorBits());
    }
    var diagnosis = new SimdProvider().diagnose().get(0);
    assertTrue(diagnosis.usable());
    assertTrue(diagnosis.description().contains(Lanes.BITS + "-bit"), diagnosis.description());
    assertThrows(IllegalStateException.class, () -> new SimdProvider().open(new BackendOptions(1, 1, false)));
    assertThrows(IllegalStateException.class, () -> new SimdProvider().open(new BackendOptions(0, -1, false)));
  }

  @Test
  @VectorWidthCondition.InHardware
  void calibrationIsPlausible() {
    try (var cpu = Backends.open("cpu", 1, false)) {
      var calibration = cpu.calibrate(0.2);
      assertTrue(calibration.multiplyAddGflops() > 0.01, calibration.toString());
      assertTrue(calibration.copyGigabytesPerSecond() > 0.1, calibration.toString());
      assertEquals(0, cpu.usage().lentBytes());
    }
  }
}

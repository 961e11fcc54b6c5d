package dev.mien.training.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.training.command.Capture;
import org.junit.jupiter.api.Test;

class MainTest {
  private static Capture run(String... arguments) {
    return Capture.of(() -> Main.run(arguments));
  }

  @Test
  void helpListsEveryCommand() {
    var got = run("--help");
    assertEquals(0, got.code());
    for (var command : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(got.out().contains(command), got.out());
    }
  }

  @Test
  void anUnknownCommandIsOneLineAndTwo() {
    var got = run("bogus");
    assertEquals(2, got.code());
    assertTrue(got.err().startsWith("mien: no command 'bogus'; there are: "), got.err());
    assertEquals(1, got.err().lines().count());
  }

  @Test
  void versionNamesTheRelease() {
    assertTrue(run("--version").out().matches("(?s)mien \\d+\\.\\d+\\.\\d+.*, JDK 25.*"), run("--version").out());
  }

  @Test
  void doctorPrintsItsStableKeys() throws Exception {
    var got = run("doctor", "--json", "--seconds", "0");
    assertEquals(0, got.code(), got.err());
    var json = new ObjectMapper().readTree(got.out());
    for (var key : new String[] {"jdk", "vectorBits", "threads", "peakGflops", "devices"}) {
      assertTrue(json.has(key), key);
    }
    var names = json.get("devices").findValuesAsText("name");
    assertTrue(names.contains("cpu") && names.contains("reference") && names.contains("opencl:0"), names.toString());
    for (var device : json.get("devices")) {
      assertTrue(device.get("usable").isBoolean());
      assertTrue(!device.get("reason").asText().isBlank());
    }
  }

  @Test
  void doctorMeasuresAndTellsPeople() {
    var got = run("doctor", "--seconds", "0.1");
    assertEquals(0, got.code(), got.err());
    assertTrue(got.out().matches("(?s).*Peak +\\d+ GFLOP/s.*"), got.out());
  }

  @Test
  void tuneSaysWhereThereIsNothingToTune() throws Exception {
    var got = run("tune", "--seconds", "1");
    assertEquals(0, got.code(), got.err());
    assertEquals("The device cpu has nothing to tune.", got.out().strip());
    assertEquals(0, new ObjectMapper().readTree(run("tune", "--json").out()).get("works").size());
    assertEquals(2, run("tune", "--seconds", "0").code());
  }

  @Test
  void doctorRefusesADeviceThatIsNotThere() {
    var got = run("doctor", "--device", "tpu");
    assertEquals(2, got.code());
    assertTrue(got.err().contains("no device named 'tpu'"), got.err());
    assertEquals(1, got.err().lines().count());
  }
}

package dev.mien.training.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.tensor.Device;
import dev.mien.training.command.Capture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training on an OpenCL device: the same bits twice, and what the cpu reaches; a run goes on and is measured on either device. */
class OpenClTrainingTest {
  /** Years between two seeds of so short a training. */
  private static final double SPREAD = 3;

  @TempDir
  Path folder;

  private static Capture run(String... arguments) {
    return Capture.of(() -> Main.run(arguments));
  }

  private double train(String name, String device) throws Exception {
    var got = run("train", "age", "--data", "synthetic:300", "--preset", "smoke", "--epochs", "2", "--device", device, "--json", "--out",
        folder.resolve(name).toString());
    assertEquals(0, got.code(), got.err());
    return new ObjectMapper().readTree(got.out()).get("test").get("mae").asDouble();
  }

  private double eval(String name, String device) throws Exception {
    var got = run("eval", "age", "--run", folder.resolve(name).toString(), "--data", "synthetic:60", "--device", device, "--json");
    assertEquals(0, got.code(), got.err());
    return new ObjectMapper().readTree(got.out()).get("test").get("mae").asDouble();
  }

  @Test
  void twoRunsGiveOneHashAndTheCpusError() throws Exception {
    var first = Device.diagnose().stream().filter(d -> d.device().startsWith("opencl")).findFirst().orElseThrow();
    assumeTrue(first.usable(), () -> "opencl: " + first.reason());
    double mae = train("first", "opencl:0");
    train("second", "opencl:0");
    assertEquals(-1, Files.mismatch(folder.resolve("first/model.safetensors"), folder.resolve("second/model.safetensors")));
    assertEquals(train("third", "cpu"), mae, SPREAD);
    assertEquals(eval("first", "cpu"), eval("first", "opencl:0"), 0.01);
  }

  @Test
  void aDeviceThatIsNotThereIsOneLineAndNoRun() {
    var out = folder.resolve("none");
    var got = run("train", "age", "--data", "synthetic:50", "--preset", "smoke", "--device", "opencl:77", "--out", out.toString());
    assertEquals(2, got.code());
    assertEquals(1, got.err().lines().filter(l -> l.startsWith("mien:")).count(), got.err());
    assertTrue(got.err().contains("opencl:77") || got.err().contains("OpenCL"), got.err());
    assertTrue(Files.notExists(out.resolve("run.json")));
  }
}

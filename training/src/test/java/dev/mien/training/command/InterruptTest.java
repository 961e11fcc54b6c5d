package dev.mien.training.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;

@DisabledOnOs(OS.WINDOWS)
class InterruptTest {
  /** Works until it is asked to end, and then saves for a while. */
  @Command(name = "worker")
  static final class Worker extends MienCommand {
    public static void main(String[] arguments) {
      System.exit(CommandRunner.run(new Worker(), arguments));
    }

    @Override
    protected Object execute(Console console) throws Exception {
      try (var interrupt = Interrupt.listen()) {
        console.print("working");
        for (int i = 0; i < 3000 && !interrupt.requested(); i++) {
          Thread.sleep(10);
        }
        Thread.sleep(200);
        console.print(interrupt.requested() ? "saved; resume with --resume" : "never asked");
      }
      return null;
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void theWorkIsSavedAndTheExitCodeIsTheSignals(String signal, int code) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Worker.class.getName()).start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("working", out.readLine());
      assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());
      assertEquals("saved; resume with --resume", out.readLine());
      assertTrue(process.waitFor(20, TimeUnit.SECONDS), "does not end");
      assertEquals(code, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }
}

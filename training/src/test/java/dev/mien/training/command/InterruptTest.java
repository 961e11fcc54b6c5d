package dev.mien.training.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    var command = new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    if (interruptIsIgnored()) {
      command.addAll(0, List.of("env", "--default-signal=INT"));
    }
    var process = new ProcessBuilder(command).start();
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

  /** Whether this process was started in the background of a script: children then inherit a SIGINT that is ignored. */
  private static boolean interruptIsIgnored() throws IOException {
    var status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream().filter(l -> l.startsWith("SigIgn:"))
        .anyMatch(l -> (Long.parseUnsignedLong(l.substring(7).strip(), 16) & 2) != 0);
  }
}

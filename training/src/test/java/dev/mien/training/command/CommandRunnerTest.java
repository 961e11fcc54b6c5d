package dev.mien.training.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.NonFiniteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CommandRunnerTest {
  /** A command that does what the test says. */
  @Command(name = "probe", description = "Probe.")
  static final class Probe extends MienCommand {
    private final Callable<Object> work;

    @Option(names = "--epochs")
    private int epochs = 3;

    Probe(Callable<Object> work) {
      this.work = work;
    }

    @Override
    protected Object execute(Console console) throws Exception {
      if (epochs < 1) {
        reject("--epochs must be 1 or more, got " + epochs);
      }
      console.print("for people");
      return work.call();
    }
  }

  private static Capture run(Callable<Object> work, String... arguments) {
    return Capture.of(() -> CommandRunner.run(new Probe(work), arguments));
  }

  private static Callable<Object> thrower(Exception e) {
    return () -> {
      throw e;
    };
  }

  private static void assertOneLine(String expected, Capture got, int code) {
    assertEquals(expected + System.lineSeparator(), got.err());
    assertEquals(code, got.code());
  }

  @Test
  void aDoneCommandEndsWithZero() {
    var got = run(() -> Map.of());
    assertEquals(0, got.code());
    assertEquals("for people" + System.lineSeparator(), got.out());
    assertEquals("", got.err());
  }

  @Test
  void jsonAloneGoesToStandardOutput() throws Exception {
    var got = run(() -> Map.of("mae", 5.25), "--json");
    assertEquals(5.25, new ObjectMapper().readTree(got.out()).get("mae").doubleValue());
    assertEquals("for people" + System.lineSeparator(), got.err());
  }

  @Test
  void theUsersMistakesAreOneLineAndTwo() {
    assertOneLine("mien: no data at x: name a folder", run(thrower(new MienException("no data at x:\n  name a folder"))), 2);
    assertOneLine("mien: run.json is cut off", run(thrower(new FormatException("run.json is cut off"))), 2);
    assertOneLine("mien: --epochs must be 1 or more, got 0 (see probe --help)", run(() -> Map.of(), "--epochs", "0"), 2);
    assertOneLine("mien: --threads must be 0 or more, got -1 (see probe --help)", run(() -> Map.of(), "--threads", "-1"), 2);
    assertOneLine("mien: Unknown option: '--epoch=2'; did you mean --epochs? (see probe --help)",
        run(() -> Map.of(), "--epoch=2"), 2);
    assertOneLine("mien: Invalid value for option '--epochs': 'many' is not an int (see probe --help)",
        run(() -> Map.of(), "--epochs", "many"), 2);
    assertOneLine("mien: /nowhere/at/all: no such file or folder", run(() -> Files.readString(Path.of("/nowhere/at/all"))), 2);
  }

  @Test
  void nonFiniteValuesAreOneLineAndOne() {
    assertOneLine("mien: NaN in conv2d at layer1.0.conv1, step 12", run(thrower(
        new NonFiniteException("NaN in conv2d at layer1.0.conv1, step 12"))), 1);
  }

  @Test
  void theUnexpectedIsShortAndNamesItsLog() throws Exception {
    var got = run(thrower(new IllegalStateException("the pool is empty")));
    assertEquals(1, got.code());
    assertEquals(1, got.err().lines().count(), got.err());
    assertTrue(got.err().startsWith("mien: unexpected IllegalStateException: the pool is empty (please report it with "),
        got.err());
    var log = Path.of(got.err().strip().replaceAll(".* with (.*)\\)$", "$1"));
    assertTrue(Files.readString(log).contains("at dev.mien.training.command.CommandRunnerTest"));
    Files.delete(log);
  }

  @Test
  void outOfMemoryNamesTheRemedy() {
    var got = run(() -> {
      throw new OutOfMemoryError("Java heap space");
    });
    assertEquals(1, got.code());
    assertTrue(got.err().startsWith("mien: out of memory: the JVM may use "), got.err());
    assertEquals(1, got.err().lines().count());
  }

  @Test
  void helpNamesTheSharedOptions() {
    var got = run(() -> Map.of(), "--help");
    assertEquals(0, got.code());
    for (var option : new String[] {"--json", "--device", "--threads", "--epochs"}) {
      assertTrue(got.out().contains(option), got.out());
    }
    assertFalse(got.out().contains("for people"));
  }
}

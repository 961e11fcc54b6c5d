package dev.mien.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir
  Path temp;

  private static RunRecord record() {
    var plan = new RunRecord.Plan(7, "tiny", Map.of("epochs", 3, "loss", "amr"),
        List.of("train", "age", "--data", "folder:My Faces"));
    return RunRecord.of("age", plan, "ab12");
  }

  private static String message(Class<? extends Exception> type, org.junit.jupiter.api.function.Executable work) {
    return assertThrows(type, work).getMessage();
  }

  @Test
  void whatWasWrittenIsRead() {
    var path = temp.resolve("runs/a");
    var record = record();
    RunFolder.create(path, record).close();
    assertEquals(record, RunFolder.read(path));
    assertEquals("./mien train age --data 'folder:My Faces'", RunFolder.read(path).command());
    assertEquals(List.of("format", "task", "codeVersion", "created", "seed", "preset", "options", "arguments", "dataHash",
        "machine"),
        keys(path.resolve("run.json")));
  }

  private static List<String> keys(Path json) {
    try {
      var names = new java.util.ArrayList<String>();
      new com.fasterxml.jackson.databind.ObjectMapper().readTree(json.toFile()).fieldNames().forEachRemaining(names::add);
      return names;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aRunIsNeverOverwritten() throws IOException {
    var path = temp.resolve("a");
    RunFolder.create(path, record()).close();
    byte[] before = Files.readAllBytes(path.resolve("run.json"));
    String said = message(MienException.class, () -> RunFolder.create(path, record()));
    assertEquals("the run folder " + path
        + " exists already and is not empty; give another with --out, or go on with it: --resume " + path,
        said);
    assertEquals(new String(before), Files.readString(path.resolve("run.json")));
    var file = Files.writeString(temp.resolve("f"), "x");
    assertEquals("the run folder " + file + " is a file; give another with --out",
        message(MienException.class, () -> RunFolder.requireFree(file)));
    RunFolder.create(Files.createDirectory(temp.resolve("empty")), record()).close();
  }

  @Test
  void twoWritersAreRefused() {
    var path = temp.resolve("a");
    try (var first = RunFolder.create(path, record())) {
      assertTrue(message(MienException.class, () -> RunFolder.resume(path))
          .startsWith("another process writes the run folder " + path));
      assertEquals(record().seed(), RunFolder.read(first.path()).seed());
    }
    RunFolder.resume(path).close();
  }

  @Test
  void anotherProcessHoldsTheLock() throws Exception {
    var path = temp.resolve("a");
    RunFolder.create(path, record()).close();
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var other = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Holder.class.getName(), path.toString())
        .start();
    try {
      assertEquals('h', other.getInputStream().read());
      assertTrue(message(MienException.class, () -> RunFolder.resume(path)).startsWith("another process writes the run folder"));
    } finally {
      other.destroyForcibly().waitFor();
    }
    RunFolder.resume(path).close();
  }

  /** Holds the lock of a run until it is killed. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      try (var run = RunFolder.resume(Path.of(arguments[0]))) {
        System.out.print("h");
        System.out.flush();
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  void whatIsNoRunFolderSaysSo() throws IOException {
    assertTrue(message(FormatException.class, () -> RunFolder.read(temp.resolve("none"))).startsWith("no run folder at "));
    assertEquals(temp + " is no run folder: it has no run.json", message(FormatException.class, () -> RunFolder.read(temp)));
    var path = temp.resolve("a");
    RunFolder.create(path, record()).close();
    var file = path.resolve("run.json");
    String good = Files.readString(file);

    Files.writeString(file, good.replace("\"format\" : 1", "\"format\" : 2"));
    String said = message(FormatException.class, () -> RunFolder.resume(path));
    assertTrue(said.startsWith("the run folder " + path
        + " is of version 2, this code reads version 1; use the code that wrote it: "), said);

    Files.writeString(file, good.substring(0, good.length() / 2));
    assertTrue(message(FormatException.class, () -> RunFolder.read(path)).startsWith(file + " is damaged: "));
    for (var wrong : List.of("[]", "{}", "{\"format\": 1, \"seed\": \"many\"}", "{\"format\": 1, \"colour\": 3}", "", "null",
        "{\"format\": 1}")) {
      Files.writeString(file, wrong);
      String text = message(FormatException.class, () -> RunFolder.read(path));
      assertEquals(1, text.lines().count(), text);
    }
  }

  @Test
  void aRefusedResumeWritesNothing() throws IOException {
    assertThrows(FormatException.class, () -> RunFolder.resume(temp));
    try (var entries = Files.list(temp)) {
      assertFalse(entries.findAny().isPresent());
    }
  }
}

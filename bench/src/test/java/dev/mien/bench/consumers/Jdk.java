package dev.mien.bench.consumers;

import dev.mien.bench.architecture.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The compiler and launcher of the JDK that runs the tests, and what a stranger's project puts on its path. */
final class Jdk {
  private static final Path BIN = Path.of(System.getProperty("java.home"), "bin");
  private static final int TIMEOUT_SECONDS = 120;

  private Jdk() {}

  /** How a program ended. */
  record Ended(int code, String out, String err) {}

  /** Runs a tool of the JDK, or the program of an absolute path; both streams go through files of {@code folder}, so no pipe can fill up. */
  static Ended run(Path folder, String tool, List<String> arguments) throws Exception {
    var command = new ArrayList<String>(List.of(BIN.resolve(tool).toString()));
    command.addAll(arguments);
    var out = folder.resolve(tool + ".out");
    var err = folder.resolve(tool + ".err");
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS") || name.equals("JAVA_TOOL_OPTIONS"));
    var process = builder.start();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(command + " did not end within " + TIMEOUT_SECONDS + " s");
      }
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
  }

  static boolean has(String tool) {
    return Files.isExecutable(BIN.resolve(tool));
  }

  /** Jars or class folders of the modules, joined for a path option. */
  static String path(String... modules) {
    return List.of(modules).stream().map(m -> artifact(m).toString()).collect(Collectors.joining(System.getProperty("path.separator")));
  }

  /** A module's jar when it was packaged after its classes were compiled ({@code mvn verify}), otherwise its class folder. */
  private static Path artifact(String module) {
    var classes = Repository.classes(module);
    try (var files = Files.newDirectoryStream(Repository.root().resolve(module).resolve("target"), "mien-*.jar")) {
      for (var jar : files) {
        if (Files.getLastModifiedTime(jar).compareTo(newest(classes)) >= 0) {
          return jar;
        }
      }
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime newest(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(Jdk::modified).max(FileTime::compareTo).orElseThrow();
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

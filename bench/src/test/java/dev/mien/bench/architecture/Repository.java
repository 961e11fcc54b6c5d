package dev.mien.bench.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The working tree these tests run in: its modules, their class files and their sources. */
public final class Repository {
  /** Folders of the modules, in the order of the build. */
  public static final List<String> MODULES =
      List.of("kernels/api", "kernels/simd", "kernels/opencl", "engine", "models", "training", "bench");

  private Repository() {}

  /** The folder that holds the top {@code pom.xml}, searched for upwards from the working directory. */
  public static Path root() {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("kernels/api")) && Files.isRegularFile(folder.resolve("pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no repository above " + Path.of("").toAbsolutePath());
  }

  /** Class files of a module's main code. */
  public static Path classes(String module) {
    return root().resolve(module).resolve("target/classes");
  }

  /** All Java files below {@code src/part} of a module; {@code part} is main or test. */
  static List<Path> sources(String module, String part) {
    var folder = root().resolve(module).resolve("src").resolve(part);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

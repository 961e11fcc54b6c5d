package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.kernels.files.AtomicFiles;
import dev.mien.kernels.files.FileLayer;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Whole files that survive a kill or a power cut: a reader finds the old contents or the new ({@code AtomicFiles} for those who
 * may not see kernels). Failures are a {@code MienException} that names file and reason, with the original exception as its
 * cause.
 *
 * <pre>{@code
 * DurableFiles.writeString(run.resolve("config.json"), json);
 * DurableFiles.write(run.resolve("report.html"), out -> report.render(out));
 * }</pre>
 */
public final class DurableFiles {
  private DurableFiles() {}

  /** Produces the contents of a file; it need not close the stream. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** Replaces or creates {@code file}; its folder must exist. */
  public static void write(Path file, Writer contents) {
    write(FileLayer.SYSTEM, file, contents);
  }

  /** Replaces or creates {@code file} with {@code text} in UTF-8. */
  public static void writeString(Path file, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(file, out -> out.write(bytes));
  }

  static void write(FileLayer layer, Path file, Writer contents) {
    try {
      AtomicFiles.write(layer, file, contents::write);
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /** Removes a file that is there. */
  public static void delete(Path file) {
    try {
      FileLayer.SYSTEM.delete(file);
    } catch (IOException e) {
      throw failure("delete", file, e);
    }
  }

  /** Removes the temp files that dead runs left in {@code directory}; a directory that is not there is clean. */
  public static List<Path> cleanStale(Path directory) {
    return cleanStale(FileLayer.SYSTEM, directory);
  }

  static List<Path> cleanStale(FileLayer layer, Path directory) {
    try {
      return AtomicFiles.cleanStale(layer, directory);
    } catch (IOException e) {
      throw failure("clean", directory, e);
    }
  }

  /**
   * All bytes of a small file.
   *
   * @throws FormatException when it is larger than {@code maxBytes}
   */
  public static byte[] read(Path file, int maxBytes) {
    try (var in = open(file)) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new FormatException("[files] " + file + " is larger than the " + maxBytes + " bytes that such a file may have");
      }
      return bytes;
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  /** Opens a regular file; unlike a channel it is not closed by an interrupt. */
  static FileInputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a folder");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return new FileInputStream(file.toFile());
  }

  static MienException failure(String verb, Path file, IOException e) {
    return new MienException("[files] could not " + verb + " " + file + ": " + reason(file, e), e);
  }

  private static String reason(Path file, IOException e) {
    Path folder = file.toAbsolutePath().getParent();
    return switch (e) {
      case NoSuchFileException n -> folder != null && !Files.isDirectory(folder)
          ? "the folder " + folder + " does not exist"
          : "there is no such file";
      case AccessDeniedException a -> "permission denied";
      case FileNotFoundException f -> f.getMessage();
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}

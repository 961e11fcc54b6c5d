package dev.mien.kernels.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Writes files so that a reader sees the old contents or the new, never a mixture, whether the process is killed or the power
 * fails: temp file in the same directory, write, fsync, close, atomic rename, directory fsync. On failure the old file is
 * untouched, the temp file is removed and the original exception is thrown. When only the last step fails, the new contents stand
 * but may not outlive a power cut.
 *
 * <pre>{@code
 * AtomicFiles.write(path, out -> out.write(bytes));
 * }</pre>
 */
public final class AtomicFiles {
  private static final String SUFFIX = ".mien-tmp";
  private static final Pattern TEMP = Pattern.compile("\\..+\\.(\\d{1,18})-(\\d{1,18})-\\d{1,18}" + Pattern.quote(SUFFIX));
  private static final long START_TOLERANCE_SECONDS = 10;
  private static final AtomicLong SERIAL = new AtomicLong();
  private static final Set<Path> OPEN_TEMPS = ConcurrentHashMap.newKeySet();

  private AtomicFiles() {}

  /** Produces the contents of a file; it need not close the stream. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** Replaces or creates {@code file}; its directory must exist. */
  public static void write(Path file, Writer contents) throws IOException {
    write(FileLayer.SYSTEM, file, contents);
  }

  /** Replaces or creates {@code file} with {@code text} in UTF-8. */
  public static void writeString(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(file, out -> out.write(bytes));
  }

  /** The same through another file layer. */
  public static void write(FileLayer layer, Path file, Writer contents) throws IOException {
    Path target = file.toAbsolutePath();
    Path directory = target.getParent();
    if (directory == null || target.getFileName() == null) {
      throw new IOException(file + " is no file name");
    }
    Path temp = directory.resolve(tempName(target.getFileName().toString()));
    OPEN_TEMPS.add(temp);
    try {
      writeTemp(layer, temp, contents);
      layer.move(temp, target);
    } catch (Throwable failure) {
      try {
        layer.delete(temp);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    } finally {
      OPEN_TEMPS.remove(temp);
    }
    layer.forceDirectory(directory);
  }

  private static void writeTemp(FileLayer layer, Path temp, Writer contents) throws IOException {
    try (var output = layer.create(temp)) {
      var stream = new Buffered(output);
      contents.write(stream);
      stream.flush();
      output.force();
    }
  }

  /**
   * Removes temp files that a dead process left in {@code directory}; those of this and other living processes stay.
   *
   * @return the files removed
   */
  public static List<Path> cleanStale(Path directory) throws IOException {
    return cleanStale(FileLayer.SYSTEM, directory);
  }

  /** The same through another file layer. */
  public static List<Path> cleanStale(FileLayer layer, Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    var removed = new ArrayList<Path>();
    try (var entries = Files.newDirectoryStream(directory.toAbsolutePath(), AtomicFiles::isStale)) {
      for (Path entry : entries) {
        layer.delete(entry);
        removed.add(entry);
      }
    }
    return removed;
  }

  private static String tempName(String name) {
    var self = ProcessHandle.current();
    return "." + name + "." + self.pid() + "-" + startSeconds(self) + "-" + SERIAL.incrementAndGet() + SUFFIX;
  }

  private static boolean isStale(Path entry) {
    var match = TEMP.matcher(entry.getFileName().toString());
    if (!match.matches()) {
      return false;
    }
    long pid = Long.parseLong(match.group(1));
    if (pid == ProcessHandle.current().pid()) {
      // In containers every run may have the same process id, so ours is told from the last one's by memory alone.
      return !OPEN_TEMPS.contains(entry.toAbsolutePath());
    }
    long started = Long.parseLong(match.group(2));
    return ProcessHandle.of(pid)
        .filter(p -> p.isAlive() && Math.abs(startSeconds(p) - started) <= START_TOLERANCE_SECONDS)
        .isEmpty();
  }

  /** Tells a process from a later one with the same number; 0 where the system does not say. */
  private static long startSeconds(ProcessHandle process) {
    return process.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
  }

  private static final class Buffered extends OutputStream {
    private final FileLayer.Output output;
    private final byte[] buffer = new byte[1 << 16];
    private int size;

    Buffered(FileLayer.Output output) {
      this.output = output;
    }

    @Override
    public void write(int b) throws IOException {
      if (size == buffer.length) {
        flush();
      }
      buffer[size++] = (byte) b;
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      if (length > buffer.length - size) {
        flush();
        if (length >= buffer.length) {
          output.write(data, offset, length);
          return;
        }
      }
      System.arraycopy(data, offset, buffer, size, length);
      size += length;
    }

    @Override
    public void flush() throws IOException {
      if (size > 0) {
        int length = size;
        size = 0;
        output.write(buffer, 0, length);
      }
    }

    @Override
    public void close() throws IOException {
      flush(); // The file itself is closed by its owner, after the force.
    }
  }
}

package dev.mien.kernels.files;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The operating system's files. An interrupt never breaks a write: who stops a training by interrupt wants its last checkpoint.
 */
final class SystemFileLayer implements FileLayer {
  @Override
  public Output create(Path file) throws IOException {
    Files.createFile(file);
    // A FileChannel would be closed by Thread.interrupt; a stream is not.
    return new StreamOutput(new FileOutputStream(file.toFile()));
  }

  @Override
  public void move(Path source, Path target) throws IOException {
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return; // Windows cannot open a directory, and journals renames by itself.
    }
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  private record StreamOutput(FileOutputStream stream) implements Output {
    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      stream.write(data, offset, length);
    }

    @Override
    public void force() throws IOException {
      stream.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}

package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads at positions of one file, by many threads at once. Read, not mapped: a mapped file that is cut off meanwhile ends in an
 * Error. An interrupt closes a channel for everybody; here the interrupted thread gets the exception and the others go on.
 */
final class PositionalFile implements AutoCloseable {
  private final String tag;
  private final Path path;
  private final long size;
  private FileChannel channel;
  private boolean closed;

  private PositionalFile(String tag, Path path, FileChannel channel, long size) {
    this.tag = tag;
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /** {@code expected} completes the sentence "expected ..." where there is no such file. */
  static PositionalFile open(String tag, Path path, String expected) {
    if (!Files.isRegularFile(path)) {
      throw new MienException("[" + tag + "] " + path + (Files.exists(path) ? " is not a regular file" : " does not exist")
          + "; expected " + expected);
    }
    try {
      var channel = FileChannel.open(path, StandardOpenOption.READ);
      return new PositionalFile(tag, path, channel, channel.size());
    } catch (IOException e) {
      throw new MienException("[" + tag + "] " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  /** Size when it was opened. */
  long size() {
    return size;
  }

  /** {@code length} bytes from {@code offset}; the caller has checked that they lie inside, so nothing is allocated for a lie. */
  byte[] read(long offset, int length) {
    var bytes = new byte[length];
    read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Fills {@code into} from {@code offset}. */
  void read(long offset, ByteBuffer into) {
    int start = into.position();
    while (into.hasRemaining()) {
      var open = current();
      try {
        if (open.read(into, offset + into.position() - start) < 0) {
          throw new FormatException("[" + tag + "] " + path + " ends at byte " + open.size() + ", but had " + size
              + " bytes when it was opened: it was changed meanwhile. Open it again.");
        }
      } catch (ClosedByInterruptException e) {
        throw new MienException("[" + tag + "] reading " + path + " was interrupted", e);
      } catch (ClosedChannelException e) {
        // Another thread was interrupted in its read: current() opens the file again.
        continue;
      } catch (IOException e) {
        throw new MienException("[" + tag + "] " + path + " cannot be read at byte " + offset + ": " + e.getMessage(), e);
      }
    }
  }

  private synchronized FileChannel current() {
    if (closed) {
      throw new IllegalStateException("[" + tag + "] " + path + " was closed");
    }
    if (!channel.isOpen()) {
      try {
        channel = FileChannel.open(path, StandardOpenOption.READ);
      } catch (IOException e) {
        throw new MienException("[" + tag + "] " + path + " cannot be opened again: " + e.getMessage(), e);
      }
    }
    return channel;
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new MienException("[" + tag + "] " + path + " cannot be closed: " + e.getMessage(), e);
    }
  }
}

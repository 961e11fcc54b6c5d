package dev.mien.engine.io;

import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * An empty file by which one holder at a time, of all threads and processes, is let at what lies beside it. The lock ends with the process;
 * the file stays.
 *
 * <pre>{@code
 * try (var lock = LockFile.await(folder.resolve(".lock"))) {
 *   change(folder);
 * }
 * }</pre>
 */
public final class LockFile implements AutoCloseable {
  /** A file's lock belongs to the whole process, so its threads need one of their own. */
  private static final ConcurrentHashMap<Path, Semaphore> THREADS = new ConcurrentHashMap<>();

  private final Semaphore threads;
  private final FileChannel channel;

  private LockFile(Semaphore threads, FileChannel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Takes the lock, when it is free.
   *
   * @throws MienException when the file cannot be made
   */
  public static Optional<LockFile> take(Path file) {
    var threads = threads(file);
    return threads.tryAcquire() ? Optional.ofNullable(open(file, threads, false)) : Optional.empty();
  }

  /**
   * Takes the lock, when it becomes free.
   *
   * @throws MienException when the file cannot be made
   */
  public static LockFile await(Path file) {
    var threads = threads(file);
    threads.acquireUninterruptibly();
    return open(file, threads, true);
  }

  private static Semaphore threads(Path file) {
    return THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), p -> new Semaphore(1));
  }

  private static LockFile open(Path file, Semaphore threads, boolean wait) {
    FileChannel channel = null;
    LockFile taken = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (wait ? channel.lock() != null : channel.tryLock() != null) {
        taken = new LockFile(threads, channel);
      }
      return taken;
    } catch (IOException e) {
      throw DurableFiles.failure("lock", file, e);
    } finally {
      if (taken == null) {
        close(channel);
        threads.release();
      }
    }
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new MienException("[files] a lock could not be given back: " + e.getMessage(), e);
    }
  }

  /** Gives the lock back; once. */
  @Override
  public void close() {
    if (channel.isOpen()) {
      close(channel);
      threads.release();
    }
  }
}

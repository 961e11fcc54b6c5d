package dev.mien.models.face;

import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps others from changing a gallery's file meanwhile: threads of this process and other processes. It ends with the process. */
final class GalleryLock implements AutoCloseable {
  /** A file lock belongs to the whole process, so its threads need one of their own. */
  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock threads;
  private final FileChannel channel;

  private GalleryLock(ReentrantLock threads, FileChannel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /** Waits for the lock of this file, which lies beside it and stays there. */
  static GalleryLock of(Path path) {
    Path file = path.toAbsolutePath().normalize();
    var threads = THREADS.computeIfAbsent(file, p -> new ReentrantLock());
    threads.lock();
    try {
      var channel = FileChannel.open(file.resolveSibling("." + file.getFileName() + ".lock"), StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
      channel.lock();
      return new GalleryLock(threads, channel);
    } catch (IOException e) {
      threads.unlock();
      throw new MienException("[gallery] " + path + " cannot be changed: no lock beside it (" + e.getMessage()
          + "); does its folder exist, and may you write there?", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new MienException("[gallery] the lock of a gallery could not be given back: " + e.getMessage(), e);
    } finally {
      threads.unlock();
    }
  }
}

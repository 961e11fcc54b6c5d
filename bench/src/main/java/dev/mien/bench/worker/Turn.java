package dev.mien.bench.worker;

import java.io.IOException;
import java.util.List;

/**
 * A lock that benches on one machine take in turn, so that they do not disturb each other's samples: {@code flock(1)} on a file, held
 * by a child process for as long as its input is open. Without a file every turn is free.
 */
public final class Turn implements AutoCloseable {
  /** Others wait: a turn ends at the first pause after so long. */
  private static final long LONG_NANOS = 40_000_000_000L;

  private final String file;
  private Process holder;
  private long since;

  /** @param file what to lock, or null */
  public Turn(String file) {
    this.file = file;
  }

  /** Waits for the lock unless it is held. */
  public void take() throws IOException {
    if (file == null || holder != null) {
      return;
    }
    holder = new ProcessBuilder(List.of("flock", "-x", file, "cat")).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    holder.getOutputStream().write('\n');
    holder.getOutputStream().flush();
    if (holder.getInputStream().read() < 0) {
      holder = null;
      throw new IOException("cannot lock " + file);
    }
    since = System.nanoTime();
  }

  /** A place where nothing is being measured: the lock goes to others when it was held for long. */
  public void pause() throws IOException {
    if (holder != null && System.nanoTime() - since > LONG_NANOS) {
      close();
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() throws IOException {
    if (holder != null) {
      holder.getOutputStream().close();
      holder = null;
    }
  }
}

package dev.mien.training.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and a polite kill: long work asks {@link #requested()} between steps, saves, says how to go on, and returns. The JVM
 * waits for that, at most a minute, and then ends with 130 (SIGINT) or 143 (SIGTERM) by itself.
 *
 * <pre>{@code
 * try (var interrupt = Interrupt.listen()) {
 *   while (more && !interrupt.requested()) { step(); }
 *   if (interrupt.requested()) { save(); }
 * }
 * }</pre>
 *
 * Without a listener Ctrl-C ends the process at once.
 */
public final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final CountDownLatch FINISHED = new CountDownLatch(1);

  private final Thread hook = new Thread(this::waitForTheWork, "mien-interrupt");
  private volatile boolean requested;

  private Interrupt() {}

  /** From now on, until closed, an interrupt is a request. */
  public static Interrupt listen() {
    var interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** Whether the work was asked to end. */
  public boolean requested() {
    return requested;
  }

  /** The work is done and the process may end: called by {@link CommandRunner} after the last word was said. */
  static void finished() {
    FINISHED.countDown();
  }

  private void waitForTheWork() {
    requested = true;
    try {
      FINISHED.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops listening; after a request it does nothing, for the process is ending. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      requested = true;
    }
  }
}

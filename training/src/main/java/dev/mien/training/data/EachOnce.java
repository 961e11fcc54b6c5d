package dev.mien.training.data;

import dev.mien.engine.tensor.MienException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Slow work on every picture of a data set, once, when it is opened: in several threads, with progress, and no failure is lost. */
public final class EachOnce {
  private static final Duration PROGRESS = Duration.ofMillis(100);

  private EachOnce() {}

  /**
   * Runs {@code work} for 0..count-1, each in some thread; progress is told in the caller's.
   *
   * @param what is done, for the names of threads and for messages: {@code "drawing faces"}
   * @throws MienException when one of them failed (the first failure is its cause), or the caller was interrupted
   */
  public static void run(String what, int count, int threads, OpenOptions.Progress progress, IntConsumer work) {
    var next = new AtomicInteger();
    var done = new AtomicInteger();
    var failure = new AtomicReference<Throwable>();
    Runnable worker = () -> {
      try {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          work.accept(i);
          done.incrementAndGet();
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
        next.set(count);
      }
    };
    var running = new Thread[Math.clamp(threads, 1, Math.max(1, count))];
    for (int i = 0; i < running.length; i++) {
      running[i] = Thread.ofPlatform().daemon().name("mien-" + what.replace(' ', '-') + "-" + i).start(worker);
    }
    try {
      for (var thread : running) {
        while (!thread.join(PROGRESS)) {
          progress.update(done.get(), count);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MienException("[data] interrupted while " + what, e);
    } finally {
      next.set(count);
    }
    if (failure.get() != null) {
      throw new MienException("[data] " + what + " failed: " + failure.get().getMessage(), failure.get());
    }
    progress.update(count, count);
  }
}

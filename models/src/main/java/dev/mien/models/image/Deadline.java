package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a decoder on a thread of its own, so that a caller is never held longer than the limit even by a decoder that hangs. */
final class Deadline {
  private static final ExecutorService THREADS =
      new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
        var thread = new Thread(task, "mien-image-decoder");
        thread.setDaemon(true);
        return thread;
      });

  private Deadline() {}

  /**
   * The result of {@code work}, whose input must fail once it is cancelled: the thread of a decode that is too late is left to
   * end by that.
   *
   * @throws FormatException when the work fails in any way, runs out of memory, or is late
   */
  static <T> T call(String name, long timeoutMillis, CancellableInput input, Callable<T> work) {
    var result = THREADS.submit(work);
    try {
      return result.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      input.cancel();
      result.cancel(true);
      throw new FormatException(name + " was not decoded within " + timeoutMillis
          + " ms; the picture is too costly, or the machine too busy."
          + " Decode with a longer timeoutMillis if it is to be trusted.");
    } catch (InterruptedException e) {
      input.cancel();
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw new MienException("interrupted while decoding " + name, e);
    } catch (ExecutionException e) {
      throw failure(name, e.getCause());
    }
  }

  private static RuntimeException failure(String name, Throwable cause) {
    if (cause instanceof FormatException format) {
      return format;
    }
    if (cause instanceof OutOfMemoryError) {
      return new FormatException(
          name + " needs more memory to decode than the Java heap has left. Raise -Xmx, or scale it down.", cause);
    }
    return new FormatException(name + " is damaged: " + cause.getMessage(), cause);
  }
}

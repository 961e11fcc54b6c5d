package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Decodes every image of a data set once, on several threads, to find the broken ones and to take the signatures of the others.
 */
final class ImageScan {
  private static final long PROGRESS_MILLIS = 100;

  /** What was found for one candidate: a signature, or the reason why there is none. */
  record Result(ImageSignature signature, String error) {}

  /** Told every decoded image, on the scanning threads. */
  interface Decoded {
    void accept(int candidate, RgbImage image);
  }

  private final DataFiles files;
  private final List<Candidate> candidates;
  private final Result[] results;
  private final Decoded decoded;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private ImageScan(DataFiles files, List<Candidate> candidates, Decoded decoded) {
    this.files = files;
    this.candidates = candidates;
    this.results = new Result[candidates.size()];
    this.decoded = decoded;
  }

  /** One result per candidate; independent of the number of threads. */
  static Result[] run(DataFiles files, List<Candidate> candidates, OpenOptions options, Decoded decoded) {
    var scan = new ImageScan(files, candidates, decoded);
    var threads = new Thread[Math.max(1, Math.min(options.threads(), candidates.size()))];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = Thread.ofPlatform().daemon().name("mien-scan-" + i).start(scan::work);
    }
    try {
      for (var thread : threads) {
        while (!thread.join(Duration.ofMillis(PROGRESS_MILLIS))) {
          options.progress().update(scan.done.get(), candidates.size());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MienException("[data] interrupted while " + files.location() + " was read", e);
    } finally {
      scan.next.set(candidates.size());
    }
    switch (scan.failure.get()) {
      case null -> options.progress().update(candidates.size(), candidates.size());
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    return scan.results;
  }

  private void work() {
    try {
      for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
        results[i] = look(i);
        done.incrementAndGet();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      next.set(results.length);
    }
  }

  private Result look(int i) {
    try {
      var file = candidates.get(i).file();
      var bytes = files.read(file);
      var hash = HexFormat.of().formatHex(SplitRule.digest("SHA-256").digest(bytes));
      var image = RgbImage.read(bytes, file.name());
      decoded.accept(i, image);
      return new Result(ImageSignature.of(hash, image), null);
    } catch (FormatException e) {
      return new Result(null, e.getMessage());
    }
  }
}

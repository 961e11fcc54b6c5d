package dev.mien.training.data;

import dev.mien.engine.tensor.MienException;

/**
 * How a data set is opened.
 *
 * @param maxBroken unreadable or missing images that are tolerated; -1 for max(10, 1 % of the images)
 * @param threads threads that decode while the set is opened
 * @param shrinkToPx images whose short side is longer are scaled down to it right after decoding; 0 keeps them as they are
 * @param cacheBytes decoded pixels kept in memory, so that later epochs skip decoding; changes speed only, never a value
 * @param lastClass the model's last age class, for the count of ages above it
 * @param progress told how many images were looked at
 */
public record OpenOptions(int maxBroken, int threads, int shrinkToPx, long cacheBytes, int lastClass, Progress progress) {
  /** Hears about slow work, always on the thread that opens the source. */
  @FunctionalInterface
  public interface Progress {
    void update(int done, int total);
  }

  public OpenOptions {
    if (maxBroken < -1 || threads < 1 || shrinkToPx < 0 || cacheBytes < 0 || lastClass < 0) {
      throw new MienException("[data] bad options: maxBroken " + maxBroken + " (>= -1), threads " + threads
          + " (>= 1), shrinkToPx "
          + shrinkToPx + " (>= 0), cacheBytes " + cacheBytes + " (>= 0), lastClass " + lastClass + " (>= 0)");
    }
  }

  /**
   * Tolerates max(10, 1 %) broken images, as many threads as the machine has up to 8, full size, no cache, ages 0..100, silent.
   */
  public static OpenOptions defaults() {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
    return new OpenOptions(-1, threads, 0, 0, 100, (done, total) -> { });
  }

  public OpenOptions maxBroken(int images) {
    return new OpenOptions(images, threads, shrinkToPx, cacheBytes, lastClass, progress);
  }

  public OpenOptions threads(int count) {
    return new OpenOptions(maxBroken, count, shrinkToPx, cacheBytes, lastClass, progress);
  }

  public OpenOptions shrinkToPx(int shortSidePx) {
    return new OpenOptions(maxBroken, threads, shortSidePx, cacheBytes, lastClass, progress);
  }

  public OpenOptions cacheBytes(long bytes) {
    return new OpenOptions(maxBroken, threads, shrinkToPx, bytes, lastClass, progress);
  }

  public OpenOptions lastClass(int ageYears) {
    return new OpenOptions(maxBroken, threads, shrinkToPx, cacheBytes, ageYears, progress);
  }

  public OpenOptions progress(Progress listener) {
    return new OpenOptions(maxBroken, threads, shrinkToPx, cacheBytes, lastClass, listener);
  }

  /** How many of {@code images} may be broken or missing. */
  int brokenLimit(int images) {
    return maxBroken >= 0 ? maxBroken : Math.max(10, images / 100);
  }
}

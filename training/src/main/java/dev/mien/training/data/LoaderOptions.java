package dev.mien.training.data;

import dev.mien.engine.tensor.MienException;

/**
 * How a {@link DataLoader} walks its samples; nothing here but shuffle and dropLast changes what it gives.
 *
 * @param shuffle a new order every epoch; otherwise the order of the set
 * @param dropLast leave out the batch at the end of an epoch that would be smaller
 * @param threads background threads; 0 reads in the caller's thread
 * @param prefetchBatches batches made ahead at most, including those in the making
 */
public record LoaderOptions(boolean shuffle, boolean dropLast, int threads, int prefetchBatches) {
  public LoaderOptions {
    if (threads < 0 || prefetchBatches < 1) {
      throw new MienException("[data loader] threads " + threads + " (>= 0), prefetchBatches " + prefetchBatches + " (>= 1)");
    }
  }

  /** Shuffled, whole batches only, two threads, four batches ahead (also into the next epoch). */
  public static LoaderOptions training() {
    return new LoaderOptions(true, true, 2, 4);
  }

  /** In order, every sample once, two threads, three batches ahead (never into another pass). */
  public static LoaderOptions evaluation() {
    return new LoaderOptions(false, false, 2, 3);
  }

  public LoaderOptions threads(int count) {
    return new LoaderOptions(shuffle, dropLast, count, prefetchBatches);
  }

  public LoaderOptions prefetchBatches(int count) {
    return new LoaderOptions(shuffle, dropLast, threads, count);
  }
}

package dev.mien.training.data;

import dev.mien.engine.random.Rng;

/**
 * Batches of an age data set, made ahead by background threads: see {@link BatchLoader}.
 *
 * <pre>{@code
 * try (var loader = new DataLoader(trainSet, 64, rng.split("shuffle"))) {
 *   for (var batch : loader) { ... }
 * }
 * }</pre>
 */
public final class DataLoader extends BatchLoader<AgeBatch> {
  /** A loader with {@link LoaderOptions#training()}. */
  public DataLoader(AgeDataset set, int batchSize, Rng rng) {
    super(set, batchSize, rng);
  }

  /** @throws dev.mien.engine.tensor.MienException when the set is empty or, with dropLast, smaller than a batch */
  public DataLoader(AgeDataset set, int batchSize, Rng rng, LoaderOptions options) {
    super(set, batchSize, rng, options);
  }
}

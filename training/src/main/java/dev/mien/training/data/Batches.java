package dev.mien.training.data;

import dev.mien.engine.random.Rng;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * Samples that a {@link BatchLoader} puts together. Safe for several threads.
 *
 * @param <B> a batch
 */
public interface Batches<B> {
  /** What is loaded, for messages. */
  String name();

  /** Number of samples. */
  int size();

  /**
   * Reads and transforms samples into a batch; null when {@code stop} says so meanwhile.
   *
   * @param members positions of the samples
   * @param rngs the key of each sample
   */
  B batch(int[] members, IntFunction<Rng> rngs, BooleanSupplier stop);
}

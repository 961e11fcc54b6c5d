package dev.mien.training.data;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.engine.tensor.Stateful;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Batches of a data set, made ahead by background threads. Each pass of {@code for} is one epoch, or the rest of it after a
 * resume.
 *
 * <p>The order of an epoch is a pure function of (rng, epoch), the key of a sample's augmentation of (rng, epoch, place in the
 * epoch): the batches do not depend on the number of threads, and a loader that takes over {@link #writeState} goes on with the
 * same bits. One thread consumes; {@link #close} may come from any.
 *
 * @param <B> a batch
 */
public class BatchLoader<B> implements Iterable<B>, Stateful, AutoCloseable {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
  private static final System.Logger LOG = System.getLogger(BatchLoader.class.getName());

  private final Batches<B> set;
  private final int batchSize;
  private final LoaderOptions options;
  private final Rng rng;
  private final BatchQueue<B> queue;
  private final List<Thread> threads = new ArrayList<>();
  private final int batchesPerEpoch;
  private volatile EpochOrder order;

  /** Where the next batch stands: its epoch, its number in the epoch, and how many an epoch has. */
  public record Position(long epoch, int batch, int batches) {}

  private record EpochOrder(long epoch, int[] members) {}

  /** A loader with {@link LoaderOptions#training()}. */
  public BatchLoader(Batches<B> set, int batchSize, Rng rng) {
    this(set, batchSize, rng, LoaderOptions.training());
  }

  /**
   * @throws MienException when the set is empty or, with dropLast, smaller than a batch
   */
  public BatchLoader(Batches<B> set, int batchSize, Rng rng, LoaderOptions options) {
    if (set.size() == 0 || batchSize < 1 || options.dropLast() && batchSize > set.size()) {
      throw new MienException("[data loader] a batch of " + batchSize + " from " + set.size() + " samples of "
          + set.name() + "; choose a batch (--batch) from 1 to the number of samples");
    }
    this.set = set;
    this.batchSize = batchSize;
    this.rng = rng;
    this.options = options;
    this.batchesPerEpoch = options.dropLast() ? set.size() / batchSize : Math.ceilDiv(set.size(), batchSize);
    this.queue = new BatchQueue<>(options.prefetchBatches());
    for (int i = 0; i < options.threads(); i++) {
      threads.add(Thread.ofPlatform().daemon().name("mien-loader-" + i).start(() -> queue.work(this::make)));
    }
  }

  /** Batches of one epoch. */
  public int batchesPerEpoch() {
    return batchesPerEpoch;
  }

  /** Where the next batch stands. */
  public Position position() {
    long next = queue.position();
    return new Position(next / batchesPerEpoch, (int) (next % batchesPerEpoch), batchesPerEpoch);
  }

  /** Goes on with this batch of this epoch; what was made ahead is dropped. */
  public void seek(long epoch, int batch) {
    if (epoch < 0 || batch < 0 || batch >= batchesPerEpoch) {
      throw new MienException("[data loader] no batch " + batch + " in epoch " + epoch + ": an epoch has " + batchesPerEpoch);
    }
    queue.seek(epoch * batchesPerEpoch + batch);
  }

  /** The rest of the current epoch. A batch that could not be made throws its error once; the loader is closed then. */
  @Override
  public Iterator<B> iterator() {
    long end = (queue.position() / batchesPerEpoch + 1) * batchesPerEpoch;
    queue.produceUpTo(options.shuffle() ? Long.MAX_VALUE : end);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return queue.position() < end;
      }

      @Override
      public B next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the epoch has ended; ask the loader for a new iterator");
        }
        return take();
      }
    };
  }

  private B take() {
    try {
      return options.threads() == 0 ? queue.makeNext(this::make) : queue.take();
    } catch (BatchQueue.Failed e) {
      close();
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** The batch with this number, counted over all epochs; null when the queue no longer wants it. */
  private B make(long number, BatchQueue.Wanted wanted) {
    long epoch = number / batchesPerEpoch;
    int first = (int) (number % batchesPerEpoch) * batchSize;
    var members = Arrays.copyOfRange(order(epoch), first, Math.min(set.size(), first + batchSize));
    var keys = rng.split("augment").at(epoch);
    return set.batch(members, i -> keys.at(first + i), () -> !wanted.still());
  }

  private int[] order(long epoch) {
    var known = order;
    if (known == null || known.epoch() != epoch) {
      int n = set.size();
      var members = new int[n];
      Arrays.setAll(members, i -> i);
      known = new EpochOrder(epoch, options.shuffle() ? rng.split("order").at(epoch).permutation(n) : members);
      order = known;
    }
    return known.members();
  }

  @Override
  public void writeState(StateMap out) {
    var position = position();
    out.putLong("epoch", position.epoch());
    out.putLong("batch", position.batch());
    out.putLong("samples", set.size());
    out.putLong("batchSize", batchSize);
    out.putLong("key", rng.key());
  }

  @Override
  public List<String> checkState(StateMap in) {
    var found = new ArrayList<>(Stateful.super.checkState(in));
    if (found.isEmpty()) {
      differ(found, in, "samples", set.size());
      differ(found, in, "batchSize", batchSize);
      differ(found, in, "key", rng.key());
      long batch = in.longValue("batch");
      if (in.longValue("epoch") < 0 || batch < 0 || batch >= batchesPerEpoch) {
        found.add("the data loader was at batch " + batch + " of epoch " + in.longValue("epoch") + ", an epoch has "
            + batchesPerEpoch);
      }
    }
    return found;
  }

  private static void differ(List<String> found, StateMap in, String name, long here) {
    if (in.longValue(name) != here) {
      found.add("the data loader's " + name + " was " + in.longValue(name) + ", here it is " + here);
    }
  }

  @Override
  public void readState(StateMap in) {
    seek(in.longValue("epoch"), (int) in.longValue("batch"));
  }

  /** Stops the threads and waits for them; a second call does nothing. */
  @Override
  public final void close() {
    queue.close();
    try {
      for (var thread : threads) {
        if (thread != Thread.currentThread() && !thread.join(CLOSE_PATIENCE)) {
          LOG.log(System.Logger.Level.WARNING, "thread {0} still reads an image after {1}", thread.getName(), CLOSE_PATIENCE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

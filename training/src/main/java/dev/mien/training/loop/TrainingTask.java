package dev.mien.training.loop;

import dev.mien.engine.nn.Module;
import dev.mien.engine.optim.Optimizer;
import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Context;
import dev.mien.engine.tensor.Gradients;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Stateful;
import dev.mien.models.backbone.Recomputing;
import dev.mien.training.data.BatchLoader;
import dev.mien.training.run.RunFolder;
import java.util.List;
import java.util.Map;

/**
 * What is trained; {@link TrainingLoop} does the rest. A task is built on its device with fresh weights.
 *
 * @param <B> a batch
 * @param <N> the network whose weights are averaged, validated and kept
 */
public interface TrainingTask<B, N extends Module> extends AutoCloseable {
  /** Columns of {@code metrics.csv}: those of {@link TrainingLoop#columns} around the task's own. */
  List<String> columns();

  N net();

  /** A network like {@link #net} on the same device, to take in the average of its weights. */
  N another();

  /** The optimiser of all that learns, the same at every call. */
  Optimizer optimizer();

  /** Starts to make batches. */
  BatchLoader<B> openLoader();

  /** A batch with the shapes of every other, of deferred data: what a step needs is counted with it. */
  B blankBatch();

  /** All that learns: the network, and what is trained with it and thrown away. */
  List<Module> modules();

  /** What else a checkpoint keeps, beside optimiser, loader and average: the sums of the epoch first of all. */
  List<Stateful> parts();

  /** The forward pass of a batch. */
  StepLoss forward(Scope scope, B batch, Context context);

  /** Key of the randomness in one batch of a step. */
  default Rng key(Rng step, int batchOfStep) {
    return step.at(batchOfStep);
  }

  /** The optimiser made a step with these gradients: what is changed beside its parameters follows. */
  default void stepped(Gradients gradients) {}

  /** How the epoch stands, for the line of the progress: {@code loss 3.210}. */
  String standing();

  /**
   * Looks at what the epoch came to, keeps the network in the run if it is the best so far, and starts the sums of the next epoch.
   *
   * @param net with the weights that count: averaged, where they are
   * @param epoch number of the epoch, from 0
   */
  EpochReport endOfEpoch(N net, RunFolder run, long epoch);

  /**
   * @param words for the line of the epoch: {@code loss 3.210  validation MAE 6.40 (best)}
   * @param row the task's own columns; those without a value are left out
   */
  record EpochReport(String words, Map<String, Number> row) {}

  /**
   * Lets a network run its blocks again in backward instead of keeping them: for {@code --checkpointing}.
   *
   * @param name of the network
   * @throws MienException when it cannot
   */
  static void recompute(Module net, String name) {
    if (!(net instanceof Recomputing r)) {
      throw new MienException("--checkpointing works with residual networks, not with " + name + "; leave it out, or take another --model");
    }
    r.recomputing(true);
  }

  /** Frees what the task holds beside tensors that belong to its modules and its optimiser. */
  @Override
  default void close() {}
}

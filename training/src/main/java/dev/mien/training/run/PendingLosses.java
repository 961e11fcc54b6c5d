package dev.mien.training.run;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Losses of training steps that the device may still be working on: kept there, and read together every few steps, so that the host does
 * not wait for each. On a device that does its work at once every loss is read at once.
 *
 * @param <T> what the host knows of a step
 */
public final class PendingLosses<T> implements AutoCloseable {
  /** Steps between two reads on a device that queues its work. */
  private static final int EVERY = 16;

  private final Device device;
  private final int every;
  private final List<Kept<T>> kept = new ArrayList<>();

  private record Kept<T>(long step, Tensor loss, Tensor terms, T about) {}

  /**
   * One step's result on the host.
   *
   * @param step its number, from 1
   * @param terms all values of the tensor given beside the loss
   */
  public record Read<T>(long step, double loss, float[] terms, T about) {}

  public PendingLosses(Device device) {
    this.device = device;
    this.every = device.queuesWork() ? EVERY : 1;
  }

  /** Whether losses wait on the device at all. */
  public boolean deferred() {
    return every > 1;
  }

  /** Takes a step's loss (a scalar) and further values out of the step's scope. */
  public void add(Scope scope, long step, Tensor loss, Tensor terms, T about) {
    kept.add(new Kept<>(step, scope.keep(loss), scope.keep(terms), about));
  }

  /** Whether it is time to read. */
  public boolean full() {
    return kept.size() >= every;
  }

  /** Reads all that is kept, in the order of the steps, and keeps nothing. */
  public List<Read<T>> read() {
    var read = new ArrayList<Read<T>>();
    for (var k : kept) {
      read.add(new Read<>(k.step, k.loss.item(), k.terms.download().floats(), k.about));
    }
    close();
    return read;
  }

  /** Forgets what is kept. */
  @Override
  public void close() {
    for (var k : kept) {
      device.free(k.loss);
      device.free(k.terms);
    }
    kept.clear();
  }
}

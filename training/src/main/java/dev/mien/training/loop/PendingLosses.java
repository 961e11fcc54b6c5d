package dev.mien.training.loop;

import dev.mien.engine.tensor.Device;
import dev.mien.engine.tensor.Scope;
import dev.mien.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Losses of training steps that the device may still be working on: kept there, and read together every few batches, so that the host does
 * not wait for each. On a device that does its work at once every loss is read at once.
 */
final class PendingLosses implements AutoCloseable {
  /** Batches between two reads on a device that queues its work. */
  private static final int EVERY = 16;

  private final Device device;
  private final int every;
  private final List<Kept> kept = new ArrayList<>();

  private record Kept(long step, Tensor loss, List<Tensor> terms, StepLoss.Tally tally) {}

  /**
   * One batch's result on the host.
   *
   * @param step its number, from 1
   */
  record Read(long step, double loss, List<float[]> terms, StepLoss.Tally tally) {
    void tallied() {
      tally.add(loss, terms);
    }
  }

  PendingLosses(Device device) {
    this.device = device;
    this.every = device.queuesWork() ? EVERY : 1;
  }

  /** Whether losses wait on the device at all. */
  boolean deferred() {
    return every > 1;
  }

  /** Takes a batch's loss and further values out of the batch's scope. */
  void add(Scope scope, long step, StepLoss of) {
    kept.add(new Kept(step, scope.keep(of.loss()), of.terms().stream().map(scope::keep).toList(), of.tally()));
  }

  /** Whether it is time to read. */
  boolean full() {
    return kept.size() >= every;
  }

  /** Reads all that is kept, in the order of the steps, and keeps nothing. */
  List<Read> read() {
    var read = new ArrayList<Read>();
    for (var k : kept) {
      read.add(new Read(k.step, k.loss.item(), k.terms.stream().map(t -> t.download().floats()).toList(), k.tally));
    }
    close();
    return read;
  }

  /** Forgets what is kept. */
  @Override
  public void close() {
    for (var k : kept) {
      device.free(k.loss);
      k.terms.forEach(device::free);
    }
    kept.clear();
  }
}

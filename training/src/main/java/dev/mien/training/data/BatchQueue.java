package dev.mien.training.data;

import dev.mien.engine.tensor.MienException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands numbered batches from worker threads to one consumer, in order, at most a fixed number ahead. Workers claim the next
 * number, make the batch outside the lock and put it down under its number; a seek starts a new generation, whose workers drop
 * what was made for the old one.
 */
final class BatchQueue<B> {
  /** Makes the batch with a number, or null when it is no longer wanted. */
  interface Maker<B> {
    B make(long number, Wanted wanted);
  }

  /** Asked between samples, so that closing and seeking are prompt. */
  interface Wanted {
    boolean still();
  }

  /** A batch could not be made; the cause says why. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(Throwable cause) {
      super(cause);
    }
  }

  private record Slot<B>(B batch, Throwable failure) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final int ahead;
  private final Map<Long, Slot<B>> ready = new HashMap<>();
  private long position;
  private long claimed;
  private long end;
  private volatile long generation;
  private volatile boolean closed;
  private String closedBecause = "it was closed";

  BatchQueue(int ahead) {
    this.ahead = ahead;
  }

  /** The number of the next batch for the consumer. */
  long position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  void seek(long number) {
    lock.lock();
    try {
      generation++;
      position = number;
      claimed = number;
      end = number;
      ready.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets workers make batches below this number. */
  void produceUpTo(long number) {
    lock.lock();
    try {
      requireOpen();
      end = number;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      ready.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("[data loader] no more batches: " + closedBecause);
    }
  }

  /** The life of a worker. */
  void work(Maker<B> maker) {
    for (var claim = claim(); claim != null; claim = claim()) {
      Slot<B> slot;
      try {
        var batch = maker.make(claim.number, claim::still);
        slot = batch == null ? null : new Slot<>(batch, null);
      } catch (Throwable e) {
        slot = new Slot<>(null, e);
      }
      deliver(claim, slot);
    }
  }

  private final class Claim {
    final long number;
    final long made;

    Claim(long number, long made) {
      this.number = number;
      this.made = made;
    }

    boolean still() {
      return !closed && generation == made;
    }
  }

  private Claim claim() {
    lock.lock();
    try {
      while (!closed && (claimed >= end || claimed >= position + ahead)) {
        changed.awaitUninterruptibly();
      }
      return closed ? null : new Claim(claimed++, generation);
    } finally {
      lock.unlock();
    }
  }

  private void deliver(Claim claim, Slot<B> slot) {
    lock.lock();
    try {
      if (slot != null && claim.still()) {
        ready.put(claim.number, slot);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next batch from the workers. */
  B take() throws Failed {
    lock.lock();
    try {
      requireOpen();
      while (!ready.containsKey(position)) {
        if (end <= position) {
          end = position + 1;
          changed.signalAll();
        }
        changed.await();
        requireOpen();
      }
      return advance(ready.remove(position));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MienException("[data loader] interrupted while waiting for a batch", e);
    } finally {
      lock.unlock();
    }
  }

  /** The next batch, made in the caller's thread. */
  B makeNext(Maker<B> maker) throws Failed {
    lock.lock();
    try {
      requireOpen();
      Slot<B> slot;
      try {
        slot = new Slot<>(maker.make(position, () -> true), null);
      } catch (RuntimeException | Error e) {
        slot = new Slot<>(null, e);
      }
      return advance(slot);
    } finally {
      lock.unlock();
    }
  }

  private B advance(Slot<B> slot) throws Failed {
    if (slot.failure() != null) {
      closed = true;
      closedBecause = "it stopped after an error (" + slot.failure().getMessage() + ")";
      changed.signalAll();
      throw new Failed(slot.failure());
    }
    position++;
    changed.signalAll();
    return slot.batch();
  }
}

package dev.mien.kernels.simd;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A fixed team of daemon threads. Tasks are claimed one by one from a counter, so a core taken by a neighbour slows one task and
 * not the job; the caller works too, so several callers and nested calls never wait for a free thread.
 */
final class Workers implements AutoCloseable {
  /** About 30 microseconds: longer than the gap between two kernels of a step, shorter than a scheduler's slice. */
  private static final int SPINS = 600;
  private static final int SLOTS = 64;

  private static final class Job {
    final IntConsumer body;
    final int tasks;
    final Thread caller = Thread.currentThread();
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger done = new AtomicInteger();
    volatile Throwable error;

    Job(int tasks, IntConsumer body) {
      this.tasks = tasks;
      this.body = body;
    }

    /** Runs tasks until none is left to claim; true when at least one was. */
    boolean work() {
      int i = next.get() < tasks ? next.getAndIncrement() : tasks;
      boolean any = i < tasks;
      while (i < tasks) {
        try {
          if (error == null) {
            body.accept(i);
          }
        } catch (Throwable t) {
          fail(t);
        }
        if (done.incrementAndGet() == tasks && Thread.currentThread() != caller) {
          LockSupport.unpark(caller);
        }
        i = next.getAndIncrement();
      }
      return any;
    }

    private synchronized void fail(Throwable t) {
      if (error == null) {
        error = t;
      }
    }
  }

  private final class Worker extends Thread {
    volatile boolean parked;

    Worker(int index) {
      super("mien-cpu-" + index);
      setDaemon(true);
    }

    @Override
    public void run() {
      int idle = 0;
      while (!closed) {
        if (helped()) {
          idle = 0;
        } else if (idle++ < SPINS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (!closed && !helped()) {
            LockSupport.park(Workers.this);
          }
          parked = false;
          idle = 0;
        }
      }
    }
  }

  private final Worker[] team;
  private final AtomicReferenceArray<Job> slots = new AtomicReferenceArray<>(SLOTS);
  private final AtomicInteger published = new AtomicInteger();
  private volatile boolean closed;

  /** @param threads threads that work on a job, the caller included; at least 1 */
  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    team = new Worker[threads - 1];
    for (int i = 0; i < team.length; i++) {
      team[i] = new Worker(i + 1);
      team[i].start();
    }
  }

  int threads() {
    return team.length + 1;
  }

  /**
   * Calls {@code body} once for each of 0 .. tasks-1, in any order, on any thread, and returns when all are done.
   *
   * @throws IllegalStateException after {@link #close}
   */
  void run(int tasks, IntConsumer body) {
    if (closed) {
      throw new IllegalStateException("the cpu device was closed and cannot be used any more");
    }
    if (tasks <= 1 || team.length == 0) {
      for (int i = 0; i < tasks; i++) {
        body.accept(i);
      }
      return;
    }
    var job = new Job(tasks, body);
    int slot = publish(job);
    job.work();
    if (slot >= 0) {
      slots.set(slot, null);
      published.decrementAndGet();
    }
    await(job);
    if (job.error != null) {
      rethrow(job.error);
    }
  }

  /** As {@link #run}, over the ranges of {@code grain} units that cover {@code units}: the cut depends on the shape alone. */
  void ranges(int units, int grain, Range body) {
    run((int) (((long) units + grain - 1) / grain), i -> body.accept(i * grain, (int) Math.min(units, ((long) i + 1) * grain)));
  }

  /** Work on units from, inclusive, to, exclusive. */
  interface Range {
    void accept(int from, int to);
  }

  /** Makes a job visible; -1 when all slots are taken, and then the caller works alone. */
  private int publish(Job job) {
    for (int i = 0; i < SLOTS; i++) {
      if (slots.get(i) == null && slots.compareAndSet(i, null, job)) {
        published.incrementAndGet();
        int wanted = job.tasks - 1;
        for (var worker : team) {
          if (wanted-- <= 0) {
            break;
          }
          if (worker.parked) {
            LockSupport.unpark(worker);
          }
        }
        return i;
      }
    }
    return -1;
  }

  private boolean helped() {
    if (published.get() == 0) {
      return false;
    }
    boolean any = false;
    for (int i = 0; i < SLOTS; i++) {
      var job = slots.get(i);
      any |= job != null && job.work();
    }
    return any;
  }

  private static void await(Job job) {
    boolean interrupted = false;
    int spins = 0;
    while (job.done.get() < job.tasks) {
      if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(job);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable error) {
    switch (error) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(error);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (var worker : team) {
      LockSupport.unpark(worker);
    }
  }
}

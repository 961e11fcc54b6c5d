package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void everyTaskRunsOnce() {
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (var workers = new Workers(threads)) {
        assertEquals(threads, workers.threads());
        for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
          var runs = new AtomicIntegerArray(tasks + 1);
          workers.run(tasks, runs::incrementAndGet);
          for (int i = 0; i < tasks; i++) {
            assertEquals(1, runs.get(i), "task " + i + " of " + tasks);
          }
        }
      }
    }
  }

  @Test
  void rangesCoverTheUnits() {
    try (var workers = new Workers(3)) {
      var seen = new AtomicIntegerArray(1001);
      workers.ranges(1001, 16, (from, to) -> {
        assertTrue(from % 16 == 0 && to - from <= 16, from + " to " + to);
        for (int i = from; i < to; i++) {
          seen.incrementAndGet(i);
        }
      });
      for (int i = 0; i < 1001; i++) {
        assertEquals(1, seen.get(i));
      }
    }
  }

  @Test
  void nestedCallsAndManyCallersFinish() {
    assertTimeoutPreemptively(LIMIT, () -> {
      try (var workers = new Workers(3)) {
        var count = new AtomicInteger();
        var callers = new ArrayList<Thread>();
        for (int c = 0; c < 6; c++) {
          callers.add(Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 50; i++) {
              workers.run(5, a -> workers.run(4, b -> workers.run(3, d -> count.incrementAndGet())));
            }
          }));
        }
        for (var caller : callers) {
          caller.join();
        }
        assertEquals(6 * 50 * 60, count.get());
      }
    });
  }

  @Test
  void theFirstExceptionReachesItsCallerAndTheTeamLives() {
    assertTimeoutPreemptively(LIMIT, () -> {
      try (var workers = new Workers(4)) {
        for (int i = 0; i < 200; i++) {
          var thrown = new IllegalArgumentException("task 7");
          var caught = assertThrows(IllegalArgumentException.class, () -> workers.run(40, t -> {
            if (t == 7) {
              throw thrown;
            }
          }));
          assertSame(thrown, caught);
        }
        var count = new AtomicInteger();
        workers.run(100, t -> count.incrementAndGet());
        assertEquals(100, count.get());
      }
    });
  }

  @Test
  void parkedThreadsWakeUp() {
    assertTimeoutPreemptively(LIMIT, () -> {
      try (var workers = new Workers(2)) {
        for (int i = 0; i < 30; i++) {
          Thread.sleep(3); // longer than the spin
          var count = new AtomicInteger();
          workers.run(2, t -> count.incrementAndGet());
          assertEquals(2, count.get());
        }
      }
    });
  }

  @Test
  void aClosedTeamRefuses() {
    for (int threads : new int[] {1, 2}) {
      var workers = new Workers(threads);
      workers.close();
      assertThrows(IllegalStateException.class, () -> workers.run(1, t -> { }));
    }
  }
}

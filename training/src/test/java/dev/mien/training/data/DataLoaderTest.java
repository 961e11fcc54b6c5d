package dev.mien.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.StateMap;
import dev.mien.models.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DataLoaderTest {
  private static final Rng RNG = Rng.seed(7).split("shuffle");

  /** Writes the image's mark and one random number: enough to see which picture was taken with which key. */
  private static final SampleTransform MARK = (image, rng, target, offset) -> {
    target[offset] = image.width();
    target[offset + 1] = rng.uniform(0);
    target[offset + 2] = rng.uniform(1);
  };

  /** Image i is 1 + i pixels wide and i years old; {@code onRead} hears every read. */
  private static AgeDataset numbers(int n, IntConsumer onRead) {
    var samples = IntStream.range(0, n).mapToObj(i -> new AgeSample("s" + i, i, Double.NaN, -1, "s" + i, Split.TRAIN)).toList();
    var source = new AgeSource() {
      @Override
      public String name() {
        return "numbers";
      }

      @Override
      public String describe() {
        return n + " numbers";
      }

      @Override
      public List<AgeSample> samples() {
        return samples;
      }

      @Override
      public RgbImage read(int index) {
        onRead.accept(index);
        return RgbImage.ofPixels(1 + index, 1, new byte[3 * (1 + index)]);
      }

      @Override
      public int lastAge() {
        return n;
      }

      @Override
      public DataFindings findings() {
        return DataFindings.NONE;
      }

      @Override
      public String contentHash() {
        return "";
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
    return AgeDataset.of(source, Split.TRAIN, MARK, 1, 20);
  }

  private static AgeDataset numbers(int n) {
    return numbers(n, i -> { });
  }

  private static List<float[]> take(DataLoader loader, int batches) {
    var taken = new ArrayList<float[]>();
    while (taken.size() < batches) {
      for (var batch : loader) {
        taken.add(batch.images().floats());
        if (taken.size() == batches) {
          break;
        }
      }
    }
    return taken;
  }

  private static void assertSameBatches(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "batch " + i);
    }
  }

  @Test
  void anEpochHasEverySampleOnceWithItsLabel() {
    try (var loader = new DataLoader(numbers(30), 4, RNG, new LoaderOptions(true, false, 2, 3))) {
      assertEquals(8, loader.batchesPerEpoch());
      var seen = new ArrayList<Integer>();
      for (var batch : loader) {
        assertEquals(batch.size(), batch.images().shape().dim(0));
        for (int i = 0; i < batch.size(); i++) {
          int age = batch.indices()[i];
          assertEquals(1 + age, batch.images().floats()[3 * i]);
          assertEquals(age, batch.ageYears()[i]);
          assertEquals(Math.min(20, age), batch.labels().ints()[i]);
          seen.add(age);
        }
      }
      assertNotEquals(IntStream.range(0, 30).boxed().toList(), seen, "shuffled");
      seen.sort(null);
      assertEquals(IntStream.range(0, 30).boxed().toList(), seen);
      assertEquals(new DataLoader.Position(1, 0, 8), loader.position());
    }
  }

  @Test
  void batchesDoNotDependOnThreads() {
    List<float[]> expected;
    try (var loader = new DataLoader(numbers(23), 4, RNG, LoaderOptions.training().threads(0))) {
      expected = take(loader, 17);
    }
    for (int threads : new int[] {1, 2, 5}) {
      for (int ahead : new int[] {1, 4}) {
        try (var loader = new DataLoader(numbers(23), 4, RNG, LoaderOptions.training().threads(threads).prefetchBatches(ahead))) {
          assertSameBatches(expected, take(loader, 17));
        }
      }
    }
    assertFalse(Arrays.equals(expected.get(0), expected.get(5)), "another epoch, another order");
  }

  @Test
  void aLoaderGoesOnWhereAnotherStopped() {
    List<float[]> whole;
    try (var loader = new DataLoader(numbers(23), 4, RNG)) {
      whole = take(loader, 15);
    }
    for (int stop = 0; stop <= 15; stop++) {
      var state = new StateMap();
      var parts = new ArrayList<float[]>();
      try (var loader = new DataLoader(numbers(23), 4, RNG)) {
        parts.addAll(take(loader, stop));
        loader.writeState(state);
      }
      try (var loader = new DataLoader(numbers(23), 4, RNG)) {
        take(loader, stop % 3);
        assertEquals(List.of(), loader.checkState(state));
        loader.readState(state);
        assertEquals(new DataLoader.Position(stop / 5, stop % 5, 5), loader.position());
        parts.addAll(take(loader, 15 - stop));
      }
      assertSameBatches(whole, parts);
    }
  }

  @Test
  void theStateOfAnotherLoaderIsRefused() {
    var state = new StateMap();
    try (var loader = new DataLoader(numbers(23), 4, RNG)) {
      loader.writeState(state);
    }
    try (var size = new DataLoader(numbers(24), 4, RNG); var batch = new DataLoader(numbers(23), 5, RNG);
        var seed = new DataLoader(numbers(23), 4, Rng.seed(8))) {
      assertTrue(size.checkState(state).getFirst().contains("samples was 23, here it is 24"));
      assertTrue(batch.checkState(state).getFirst().contains("batchSize was 4, here it is 5"));
      assertTrue(seed.checkState(state).getFirst().contains("key was"));
    }
    try (var loader = new DataLoader(numbers(23), 4, RNG)) {
      assertThrows(MienException.class, () -> loader.seek(0, 5));
      assertThrows(MienException.class, () -> loader.seek(-1, 0));
    }
  }

  @Test
  void evaluationKeepsOrderAndTheSmallLastBatch() {
    try (var loader = new DataLoader(numbers(10), 4, RNG, LoaderOptions.evaluation())) {
      for (int pass = 0; pass < 3; pass++) {
        var seen = new ArrayList<Integer>();
        for (var batch : loader) {
          Arrays.stream(batch.indices()).forEach(seen::add);
        }
        assertEquals(IntStream.range(0, 10).boxed().toList(), seen);
      }
    }
  }

  @Test
  void trainingDropsTheSmallLastBatch() {
    try (var loader = new DataLoader(numbers(10), 4, RNG)) {
      int batches = 0;
      for (var batch : loader) {
        assertEquals(4, batch.size());
        batches++;
      }
      assertEquals(2, batches);
    }
  }

  @Test
  void workersDoNotRunAwayFromASlowConsumer() throws Exception {
    var reads = new AtomicInteger();
    try (var loader = new DataLoader(numbers(400, i -> reads.incrementAndGet()), 2, RNG, LoaderOptions.training()
        .prefetchBatches(3))) {
      assertEquals(0, reads.get());
      var it = loader.iterator();
      for (int taken = 1; taken <= 5; taken++) {
        it.next();
        Thread.sleep(30);
        assertTrue(reads.get() <= 2 * (taken + 3), "after " + taken + " batches " + reads.get() + " reads");
      }
      assertEquals(2 * (5 + 3), reads.get(), "three batches wait");
    }
    reads.set(0);
    try (var loader = new DataLoader(numbers(4, i -> reads.incrementAndGet()), 2, RNG, LoaderOptions.evaluation())) {
      loader.forEach(batch -> { });
      Thread.sleep(30);
      assertEquals(4, reads.get(), "an evaluation never reads into another pass");
    }
  }

  @Test
  void anErrorReachesTheConsumerOnceAfterTheBatchesBeforeIt() {
    for (int threads : new int[] {0, 1, 3}) {
      var broken = new FormatException("s13 is broken");
      var set = numbers(20, i -> {
        if (i == 13) {
          throw broken;
        }
      });
      try (var loader = new DataLoader(set, 2, RNG, LoaderOptions.evaluation().threads(threads))) {
        var it = loader.iterator();
        for (int i = 0; i < 6; i++) {
          assertEquals(2 * i, it.next().indices()[0]);
        }
        assertSame(broken, assertThrows(FormatException.class, it::next));
        var later = assertThrows(IllegalStateException.class, it::next);
        assertTrue(later.getMessage().contains("s13 is broken"), later.getMessage());
        assertEquals(0, living());
      }
    }
  }

  @Test
  void anErrorThatIsNoExceptionArrivesToo() {
    try (var loader = new DataLoader(numbers(20, i -> {
      throw new AssertionError("bug");
    }), 2, RNG)) {
      assertEquals("bug", assertThrows(AssertionError.class, () -> loader.iterator().next()).getMessage());
    }
  }

  @Test
  void batchesLargerThanTheSetAreRefused() {
    var error = assertThrows(MienException.class, () -> new DataLoader(numbers(10), 11, RNG));
    assertTrue(error.getMessage().contains("a batch of 11 from 10 samples"), error.getMessage());
    assertThrows(MienException.class, () -> new DataLoader(numbers(10), 0, RNG));
    assertThrows(MienException.class, () -> AgeDataset.of(numbers(10).source(), Split.TEST, MARK, 1, 20));
    new DataLoader(numbers(10), 11, RNG, LoaderOptions.evaluation()).close();
    assertEquals(0, living());
  }

  @Test
  void closingWakesAWaitingConsumer() throws Exception {
    var hold = new CountDownLatch(1);
    var loader = new DataLoader(numbers(20, i -> {
      try {
        hold.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }), 2, RNG);
    var closer = Thread.ofPlatform().start(() -> {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        return;
      }
      Thread.ofPlatform().start(loader::close);
    });
    assertThrows(IllegalStateException.class, () -> loader.iterator().next());
    closer.join();
    hold.countDown();
    loader.close();
    assertThrows(IllegalStateException.class, loader::iterator);
    assertEquals(0, living());
  }

  @Test
  void fiveHundredStartsAndStopsLeaveNoThread() {
    for (int cycle = 0; cycle < 500; cycle++) {
      var loader = new DataLoader(numbers(40), 4, RNG, LoaderOptions.training().threads(1 + cycle % 3)
          .prefetchBatches(1 + cycle % 4));
      if (cycle % 5 > 0) {
        var it = loader.iterator();
        for (int i = 1; i < cycle % 5; i++) {
          it.next();
        }
      }
      if (cycle % 7 == 0) {
        loader.seek(cycle, cycle % 10);
        loader.iterator().next();
      }
      loader.close();
    }
    assertEquals(0, living());
  }

  private static long living() {
    return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("mien-loader") && t.isAlive()).count();
  }
}

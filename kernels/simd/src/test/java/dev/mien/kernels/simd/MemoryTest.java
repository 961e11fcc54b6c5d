package dev.mien.kernels.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mien.kernels.Backends;
import dev.mien.kernels.CounterRandom;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Unary;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The pool and its accounts, released buffers, transfers. */
class MemoryTest {
  @Test
  void whatComesBackServesOtherSizes() {
    var accounts = new Accounts(1L << 40);
    var pool = new SlabPool(float[]::new, 4, accounts);
    long most = 0;
    for (int round = 0; round < 200; round++) {
      var blocks = new ArrayList<SlabPool.Block>();
      for (int i = 0; i < 40; i++) {
        blocks.add(pool.take(1 + (int) (CounterRandom.bits(round, i) & 0xffff), false));
        if (i % 3 == 2) {
          pool.give(blocks.remove((int) (CounterRandom.bits(round, 100 + i) & 0xff) % blocks.size()), false);
        }
      }
      blocks.forEach(b -> pool.give(b, false));
      most = Math.max(most, accounts.usage().peakBytes());
    }
    assertEquals(0, accounts.usage().lentBytes());
    assertTrue(accounts.usage().idleBytes() <= 2 * most + (4 << 20), "holds " + accounts.usage().idleBytes() + " for a peak of " + most);
    pool.trim();
    assertEquals(0, accounts.usage().idleBytes());
  }

  @Test
  void blocksOfOneSlabDoNotOverlapAndAreAligned() {
    var pool = new SlabPool(float[]::new, 4, new Accounts(1L << 40));
    var blocks = new ArrayList<SlabPool.Block>();
    for (int i = 0; i < 500; i++) {
      var block = pool.take(1 + (int) (CounterRandom.bits(3, i) & 0x3fff), false);
      assertEquals(12, block.offset() % 16);
      for (var other : blocks) {
        boolean apart = other.array() != block.array() || other.offset() + other.size() <= block.offset()
            || block.offset() + block.size() <= other.offset();
        assertTrue(apart, block + " overlaps " + other);
      }
      blocks.add(block);
    }
  }

  @Test
  void accountsReturnToZeroAndMemoryIsReused() {
    try (var cpu = new SimdBackend(1, false)) {
      var a = cpu.allocate(ElementType.REAL, Kind.PLAIN, 3_000_000);
      float[] array = SimdBuffer.of(a).reals;
      long lent = cpu.usage().lentBytes();
      assertTrue(lent >= 12_000_000 && lent <= 13_600_000, "lent " + lent);
      assertEquals(lent, cpu.usage().peakBytes());
      cpu.release(a);
      assertEquals(0, cpu.usage().lentBytes());
      assertEquals(lent, cpu.usage().idleBytes());
      var b = cpu.allocate(ElementType.REAL, Kind.PLAIN, 2_990_000);
      assertSame(array, SimdBuffer.of(b).reals);
      cpu.release(b);
      cpu.trim();
      assertEquals(0, cpu.usage().idleBytes());
      var c = cpu.allocate(ElementType.REAL, Kind.PLAIN, 3_000_000);
      assertNotSame(array, SimdBuffer.of(c).reals);
      cpu.release(c);
      assertEquals(lent, cpu.usage().peakBytes());
      cpu.resetPeak();
      assertEquals(0, cpu.usage().peakBytes());
    }
  }

  @Test
  void idleMemoryIsCapped() {
    var accounts = new Accounts(10_000_000);
    var pool = new SlabPool(float[]::new, 4, accounts);
    var blocks = new ArrayList<SlabPool.Block>();
    for (int i = 0; i < 5; i++) {
      blocks.add(pool.take((1 << 20) - 32, false));
    }
    blocks.forEach(b -> pool.give(b, false));
    assertTrue(accounts.usage().idleBytes() <= 10_000_000, "idle " + accounts.usage().idleBytes());
    assertTrue(accounts.usage().idleBytes() > 0);
  }

  @Test
  void manyThreadsNeverShareABlock() throws InterruptedException {
    try (var cpu = new SimdBackend(1, false)) {
      var failures = new AtomicInteger();
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 4; t++) {
        int mark = t + 1;
        threads.add(Thread.ofPlatform().start(() -> {
          for (int i = 0; i < 300; i++) {
            var b = cpu.allocate(ElementType.REAL, Kind.PLAIN, 1 + (int) (CounterRandom.bits(mark, i) & 1023));
            cpu.fill(b, mark);
            var s = SimdBuffer.of(b);
            for (int k = 0; k < s.physical; k++) {
              if (s.reals[s.offset + k] != mark) {
                failures.incrementAndGet();
              }
            }
            cpu.release(b);
          }
        }));
      }
      for (var t : threads) {
        t.join();
      }
      assertEquals(0, failures.get());
      assertEquals(0, cpu.usage().lentBytes());
    }
  }

  @Test
  void releasedBuffersRefuse() {
    try (var cpu = new SimdBackend(1, false)) {
      var a = cpu.allocate(ElementType.REAL, Kind.PLAIN, 6);
      var view = cpu.view(a, 2, 3);
      var b = cpu.allocate(ElementType.REAL, Kind.PLAIN, 6);
      assertThrows(IllegalArgumentException.class, () -> cpu.release(view));
      assertThrows(IllegalArgumentException.class, () -> cpu.view(a, 7));
      cpu.release(a);
      for (var dead : new dev.mien.kernels.Buffer[] {a, view}) {
        assertThrows(IllegalStateException.class, () -> cpu.unary(Unary.RELU, dead, b));
        assertThrows(IllegalStateException.class, () -> cpu.download(dead, new float[6]));
      }
      assertThrows(IllegalStateException.class, () -> cpu.release(a));
      cpu.release(b);
    }
  }

  @Test
  void aBufferOfAnotherBackEndIsRefused() {
    try (var cpu = new SimdBackend(1, false); var reference = Backends.open("reference", 1, true)) {
      var alien = reference.allocate(ElementType.REAL, Kind.PLAIN, 6);
      var own = cpu.allocate(ElementType.REAL, Kind.PLAIN, 6);
      assertThrows(IllegalArgumentException.class, () -> cpu.unary(Unary.RELU, alien, own));
      cpu.release(own);
    }
  }

  @Test
  void aClosedDeviceRefuses() {
    var cpu = new SimdBackend(2, false);
    var a = cpu.allocate(ElementType.REAL, Kind.PLAIN, 6);
    cpu.close();
    assertThrows(IllegalStateException.class, () -> cpu.allocate(ElementType.REAL, Kind.PLAIN, 6));
    assertThrows(IllegalStateException.class, () -> cpu.unary(Unary.RELU, a, a));
  }

  @Test
  void transfersAreExact() {
    try (var cpu = new SimdBackend(2, false)) {
      for (int c : new int[] {1, 3, 16, 17, 40}) {
        int n = 2 * c * 35 * 9;
        float[] reals = new float[n];
        int[] ints = new int[n];
        double[] doubles = new double[n];
        for (int i = 0; i < n; i++) {
          reals[i] = CounterRandom.uniform(8, i);
          ints[i] = (int) CounterRandom.bits(9, i);
        }
        var x = cpu.allocate(ElementType.REAL, Kind.IMAGE, 2, c, 35, 9);
        var k = cpu.allocate(ElementType.INT32, Kind.IMAGE, 2, c, 35, 9);
        var flat = cpu.allocate(ElementType.INT32, Kind.PLAIN, n);
        cpu.upload(reals, x);
        cpu.upload(ints, k);
        cpu.copy(k, flat);
        float[] back = new float[n];
        int[] intsBack = new int[n];
        cpu.download(x, back);
        cpu.download(flat, intsBack);
        cpu.download(x, doubles);
        assertArrayEquals(reals, back);
        assertArrayEquals(ints, intsBack);
        assertEquals(reals[n - 1], doubles[n - 1]);
        assertThrows(IllegalArgumentException.class, () -> cpu.upload(new float[n + 1], x));
        assertThrows(IllegalArgumentException.class, () -> cpu.upload(reals, k));
        cpu.release(x);
        cpu.release(k);
        cpu.release(flat);
      }
    }
  }
}

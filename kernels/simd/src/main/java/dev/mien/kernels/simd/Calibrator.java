package dev.mien.kernels.simd;

import dev.mien.kernels.Backend.Calibration;
import jdk.incubator.vector.FloatVector;

/** Measures what the machine can do: independent chains of fused multiply-adds, and a copy larger than the caches. */
final class Calibrator {
  private static final int CHAINS = 12;
  private static final int ROUNDS = 20_000;
  private static final int WARM_UP_ROUNDS = 100;
  private static final int FAST_PIECES = 1000;
  private static final double COMPILED_GFLOPS = 2;
  private static final long WARM_UP_NANOS = 10_000_000_000L;
  private static final int COPY_FLOATS = 1 << 24;

  private Calibrator() {}

  static Calibration run(SimdBackend backend, double seconds) {
    return new Calibration(multiplyAdd(backend.workers, seconds / 2), copy(backend, seconds / 2));
  }

  /** The peak over all workers, in 10^9 operations a second. */
  static double multiplyAdd(Workers workers, double seconds) {
    float[] seeds = new float[CHAINS * Lanes.COUNT];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = 1f + i * 0x1p-10f; // chains that start equal would be merged into one
    }
    warmUp(seeds);
    int repeats = workers.threads() * 4;
    float[] sink = new float[repeats * 16];
    double flops = 2.0 * CHAINS * Lanes.COUNT * ROUNDS * repeats;
    double best = 0;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      long start = System.nanoTime();
      workers.run(repeats, i -> sink[i * 16] = chains(seeds, ROUNDS));
      best = Math.max(best, flops / (System.nanoTime() - start));
    } while (System.nanoTime() < end);
    return best;
  }

  /**
   * Runs short pieces until the compiler has taken over, told by the speed and not by the time: the interpreter is a thousand times
   * slower, and one long piece in it would eat the whole measurement.
   */
  private static void warmUp(float[] seeds) {
    long giveUp = System.nanoTime() + (Tier.emulated(Lanes.BITS) ? 0 : WARM_UP_NANOS);
    double flops = 2.0 * CHAINS * Lanes.COUNT * WARM_UP_ROUNDS;
    int fast = 0;
    float sink = 0;
    while (fast < FAST_PIECES && System.nanoTime() < giveUp) {
      long start = System.nanoTime();
      sink += chains(seeds, WARM_UP_ROUNDS);
      fast = flops / (System.nanoTime() - start) > COMPILED_GFLOPS ? fast + 1 : 0;
    }
    if (Float.isNaN(sink)) {
      throw new AssertionError("the chains converge to 1");
    }
  }

  private static float chains(float[] seeds, int rounds) {
    int n = Lanes.COUNT;
    var m = FloatVector.broadcast(Lanes.F, 0.999f);
    var b = FloatVector.broadcast(Lanes.F, 0.001f);
    var a0 = FloatVector.fromArray(Lanes.F, seeds, 0);
    var a1 = FloatVector.fromArray(Lanes.F, seeds, n);
    var a2 = FloatVector.fromArray(Lanes.F, seeds, 2 * n);
    var a3 = FloatVector.fromArray(Lanes.F, seeds, 3 * n);
    var a4 = FloatVector.fromArray(Lanes.F, seeds, 4 * n);
    var a5 = FloatVector.fromArray(Lanes.F, seeds, 5 * n);
    var a6 = FloatVector.fromArray(Lanes.F, seeds, 6 * n);
    var a7 = FloatVector.fromArray(Lanes.F, seeds, 7 * n);
    var a8 = FloatVector.fromArray(Lanes.F, seeds, 8 * n);
    var a9 = FloatVector.fromArray(Lanes.F, seeds, 9 * n);
    var a10 = FloatVector.fromArray(Lanes.F, seeds, 10 * n);
    var a11 = FloatVector.fromArray(Lanes.F, seeds, 11 * n);
    for (int i = 0; i < rounds; i++) {
      a0 = a0.fma(m, b);
      a1 = a1.fma(m, b);
      a2 = a2.fma(m, b);
      a3 = a3.fma(m, b);
      a4 = a4.fma(m, b);
      a5 = a5.fma(m, b);
      a6 = a6.fma(m, b);
      a7 = a7.fma(m, b);
      a8 = a8.fma(m, b);
      a9 = a9.fma(m, b);
      a10 = a10.fma(m, b);
      a11 = a11.fma(m, b);
    }
    return a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).lane(0);
  }

  private static double copy(SimdBackend backend, double seconds) {
    int n = COPY_FLOATS;
    double best = 0;
    try (var from = backend.scratch.lease(n); var to = backend.scratch.lease(n)) {
      java.util.Arrays.fill(from.array, 1f);
      long end = System.nanoTime() + (long) (seconds * 1e9);
      do {
        long start = System.nanoTime();
        backend.workers.ranges(n, 1 << 18, (a, b) ->
            System.arraycopy(from.array, from.offset + a, to.array, to.offset + a, b - a));
        best = Math.max(best, 8.0 * n / (System.nanoTime() - start));
      } while (System.nanoTime() < end);
    }
    backend.trim();
    return best;
  }
}

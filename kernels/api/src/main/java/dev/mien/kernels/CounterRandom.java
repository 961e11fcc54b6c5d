package dev.mien.kernels;

/**
 * Stateless random numbers: a pure function of (key, counter), so the order of evaluation and the number of threads never matter.
 * The mixer is SplitMix64's finaliser (Steele, Lea, Flood 2014) applied twice with the key in between.
 */
public final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** 64 random bits. */
  public static long bits(long key, long counter) {
    return mix(mix(key + counter * GOLDEN) ^ key);
  }

  /** Uniform in [0, 1) with 24 bits: exact in float. */
  public static float uniform(long key, long counter) {
    return (bits(key, counter) >>> 40) * 0x1p-24f;
  }

  /** SplitMix64's finaliser: a bijection of 64-bit words. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

package dev.mien.engine.random;

import dev.mien.kernels.CounterRandom;

/**
 * An immutable random key. Numbers are pure functions of (key, counter); a new independent key comes from {@link #split} by name or
 * {@link #at} by position, so results never depend on the order of calls or on threads.
 *
 * <pre>{@code
 * var rng = Rng.seed(2026);
 * float u = rng.split("flip").at(epoch).uniform(sample);
 * }</pre>
 */
public final class Rng {
  private static final long NAME_SALT = 0x6A09E667F3BCC909L;
  private static final long POSITION_SALT = 0xBB67AE8584CAA73BL;

  private final long key;

  private Rng(long key) {
    this.key = key;
  }

  /** The root key of a run. */
  public static Rng seed(long seed) {
    return new Rng(CounterRandom.mix(seed + 0x9E3779B97F4A7C15L));
  }

  /** A key for a named purpose, independent of this key's numbers and of other names. */
  public Rng split(String name) {
    long h = CounterRandom.mix(key ^ NAME_SALT);
    for (int i = 0; i < name.length(); i++) {
      h = CounterRandom.mix(h + name.charAt(i) + 1);
    }
    return new Rng(h);
  }

  /** A key for a position: a step, an epoch, a sample. */
  public Rng at(long position) {
    return new Rng(CounterRandom.mix(CounterRandom.mix(key ^ POSITION_SALT) + position));
  }

  /** The key itself, for kernels that draw by themselves. */
  public long key() {
    return key;
  }

  /** 64 random bits. */
  public long bits(long counter) {
    return CounterRandom.bits(key, counter);
  }

  /** Uniform in [0, 1), a multiple of 2^-24. */
  public float uniform(long counter) {
    return CounterRandom.uniform(key, counter);
  }

  /** Uniform in [low, high). */
  public double uniform(long counter, double low, double high) {
    return low + (high - low) * ((bits(counter) >>> 11) * 0x1p-53);
  }

  /** Standard normal (Box-Muller; StrictMath, so the same on every machine). */
  public double gaussian(long counter) {
    double u = ((CounterRandom.bits(key, 2 * counter) >>> 11) + 1) * 0x1p-53;
    double v = (CounterRandom.bits(key, 2 * counter + 1) >>> 11) * 0x1p-53;
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
  }

  /**
   * Uniform integer in [0, bound).
   *
   * @throws IllegalArgumentException when bound is not positive
   */
  public int below(int bound, long counter) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, got " + bound);
    }
    return (int) Math.multiplyHigh(bits(counter) >>> 1, 2L * bound);
  }

  /** A permutation of 0..n-1 (Fisher-Yates under this key). */
  public int[] permutation(int n) {
    var order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1, i);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}

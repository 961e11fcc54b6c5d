package dev.mien.kernels;

import java.util.function.Consumer;

/**
 * One opened device: memory and kernels. Methods may be called from several threads at once as long as no two calls write one
 * buffer. Each output has one order of operations fixed by shape alone: the same bits for any number of threads, any vector width,
 * before and after JIT compilation.
 */
public interface Backend extends Memory, Dense, Pointwise, Rows, AutoCloseable {
  /** The name that opened it, for messages: {@code cpu}, {@code reference}, {@code opencl:0}. */
  String name();

  /** Worker threads, the caller included. */
  int threads();

  /** What the REAL element is: 32 or 64 bits. */
  int realBits();

  /** Vector width in bits where that means something, otherwise 0. */
  int vectorBits();

  /** Whether buffers have contents; false for a device that only counts, which ignores uploads. */
  default boolean holdsValues() {
    return true;
  }

  /** Waits until everything that was asked for so far is done: a device may queue its work. Downloads wait by themselves. */
  default void finish() {}

  /** Measures the machine's ceilings for about {@code seconds}. */
  Calibration calibrate(double seconds);

  /** Peak of independent fused multiply-adds alone, over all threads, 10^9 operations a second; cheap enough to stand beside a sample. */
  default double multiplyAddGflops(double seconds) {
    return calibrate(seconds).multiplyAddGflops();
  }

  /**
   * Times alternatives of its kernels for about {@code seconds}, keeps the best for later runs on this device, and tells each as it is
   * found. By default there is nothing to choose.
   */
  default void tune(double seconds, Consumer<Tuned> found) {}

  /**
   * What a tuner chose for one work.
   *
   * @param millis time with the choice, {@code defaultMillis} without a tuner
   */
  record Tuned(String work, String choice, double millis, double defaultMillis) {}

  /** Frees memory and threads. Later calls throw {@link IllegalStateException}. */
  @Override
  void close();

  /**
   * Measured ceilings.
   *
   * @param multiplyAddGflops peak of independent fused multiply-adds over all threads, 10^9 floating-point operations a second
   * @param copyGigabytesPerSecond bandwidth of a large copy, read plus write, 10^9 bytes a second
   */
  record Calibration(double multiplyAddGflops, double copyGigabytesPerSecond) {}
}

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

  /** Whether work is queued and a download waits for all of it, so that a training step should not read what it can leave on the device. */
  default boolean queuesWork() {
    return false;
  }

  /**
   * Looks at a step's gradients and leaves on the device what the optimiser needs to know, so that the host need not wait. Of the REAL
   * buffer guard [4], element 0 becomes the global L2 norm of the gradients, element 1 the factor that clips it,
   * {@code 0 < maxNorm < norm ? maxNorm / (norm + 1e-6) : 1}, and element 2 counts the steps refused: it grows by 1 when the norm is not
   * finite or a step was refused before, and while it is above 0 no optimiser step with this guard changes anything.
   *
   * @throws UnsupportedOperationException on a device that does not queue its work; {@link Pointwise#sumOfSquares} serves there
   */
  default void guardStep(double maxNorm, Buffer[] gradients, Buffer guard) {
    throw new UnsupportedOperationException(name() + " does not queue its work: read the norm by sumOfSquares");
  }

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

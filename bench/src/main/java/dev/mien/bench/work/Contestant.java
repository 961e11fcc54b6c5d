package dev.mien.bench.work;

/**
 * An engine that can be measured: ours, or a peer found by {@link java.util.ServiceLoader}. Each lives in a process of its own.
 */
public interface Contestant {
  /** Short name, as on the command line and in the rows: {@code mien}, {@code torch-djl}. */
  String name();

  /**
   * Loads the engine.
   *
   * @param threads how many threads it may use
   * @throws Exception when it cannot run here; the message goes into the report
   */
  Session open(int threads) throws Exception;

  /** An engine that is loaded. */
  interface Session extends AutoCloseable {
    /** Name and version for people: {@code libtorch 2.7.1 (DJL 0.35.1)}. */
    String title();

    /**
     * Makes the operands of a work, so that only {@link Run#run} is timed.
     *
     * @throws UnsupportedOperationException when the engine has no such operation, with the reason
     */
    Run prepare(Work work) throws Exception;

    /** Multiply-add peak of the machine over all threads, 10^9 operations a second; NaN where this engine cannot measure it. */
    default double peakGflops(double seconds) {
      return Double.NaN;
    }

    /** Bandwidth of a large copy, read plus write, 10^9 bytes a second; NaN where this engine cannot measure it. */
    default double copyGigabytesPerSecond(double seconds) {
      return Double.NaN;
    }

    @Override
    void close() throws Exception;
  }

  /** A work with its operands in place. */
  interface Run extends AutoCloseable {
    /** Does the work once. */
    void run() throws Exception;

    /** Floating-point operations of one run where the work's name does not tell; NaN otherwise. */
    default double flops() {
      return Double.NaN;
    }

    @Override
    default void close() throws Exception {}
  }
}

package dev.mien.kernels;

/**
 * Allocation and transfer. All methods may be called from several threads at once.
 *
 * <p>Rule of padding: lanes that a physical layout adds are zero whenever a kernel reads a buffer, so every kernel and every
 * transfer that fills a buffer writes zeros there.
 */
public interface Memory {
  /** Takes memory from the pool; contents undefined. A zero-sized shape is legal. */
  Buffer allocate(ElementType type, Kind kind, int... dims);

  /** Gives a buffer back to the pool. The caller guarantees that nobody reads it (or a view of it) afterwards. */
  void release(Buffer buffer);

  /** The same memory of a PLAIN buffer under another shape of equal count; never released itself. */
  Buffer view(Buffer plain, int... dims);

  /**
   * A promise that the contents of a PLAIN REAL buffer do not change until {@link #thaw} or {@link #release}, so a back-end may keep
   * what it derives from them (packed panels, transformed weights). Freezing twice is freezing once. By default nothing is kept.
   */
  default void freeze(Buffer weights) {}

  /**
   * Takes the promise of {@link #freeze} back before the contents change, and drops what was derived. The caller guarantees that no
   * kernel reads the buffer meanwhile. Nothing happens when it was not frozen.
   */
  default void thaw(Buffer weights) {}

  /** Logical row-major NCHW host data into a REAL buffer. */
  void upload(float[] source, Buffer target);

  /** As {@link #upload(float[], Buffer)}, from double. */
  void upload(double[] source, Buffer target);

  /** Integers into an INT32 buffer. */
  void upload(int[] source, Buffer target);

  /** Bytes into a UINT8 or INT8 buffer. */
  void upload(byte[] source, Buffer target);

  /** A REAL buffer to logical row-major host data. */
  void download(Buffer source, float[] target);

  void download(Buffer source, double[] target);

  void download(Buffer source, int[] target);

  void download(Buffer source, byte[] target);

  /** Copies equal shapes of equal type; translates between IMAGE and PLAIN. */
  void copy(Buffer source, Buffer target);

  /** Sets every logical element of a REAL or INT32 buffer (padding lanes become zero). */
  void fill(Buffer target, double value);

  /** Bytes now lent out, bytes idle in the pool, and the most ever lent out. */
  Usage usage();

  /** Drops idle pooled memory, and what was derived from frozen buffers (it is derived again when needed). */
  void trim();

  /** Restarts the count of {@link Usage#peakBytes()} from what is lent out now. */
  void resetPeak();

  /**
   * @param lentBytes bytes in buffers not yet released
   * @param idleBytes bytes kept for reuse, scratch included
   * @param peakBytes largest {@code lentBytes} since opening or {@link #resetPeak()}
   */
  record Usage(long lentBytes, long idleBytes, long peakBytes) {}
}

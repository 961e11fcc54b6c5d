package dev.mien.kernels.simd;

import dev.mien.kernels.Memory;

/** Counts bytes over the pools of one back-end, and says when too much lies idle. Thread-safe. */
final class Accounts {
  private final long idleLimitBytes;
  private long lent;
  private long idle;
  private long peak;

  /** @param idleLimitBytes beyond this, slabs that nobody uses go to the collector */
  Accounts(long idleLimitBytes) {
    this.idleLimitBytes = idleLimitBytes;
  }

  /** A new slab, idle at first. */
  synchronized void grown(long bytes) {
    idle += bytes;
  }

  synchronized void taken(long bytes, boolean scratch) {
    idle -= bytes;
    if (!scratch) {
      lent += bytes;
      peak = Math.max(peak, lent);
    }
  }

  synchronized void given(long bytes, boolean scratch) {
    idle += bytes;
    if (!scratch) {
      lent -= bytes;
    }
  }

  synchronized boolean tooMuchIdle() {
    return idle > idleLimitBytes;
  }

  synchronized void dropped(long bytes) {
    idle -= bytes;
  }

  synchronized Memory.Usage usage() {
    return new Memory.Usage(lent, idle, peak);
  }

  synchronized void resetPeak() {
    peak = lent;
  }

  synchronized String describe() {
    return (lent >> 20) + " MiB are lent out, " + (idle >> 20) + " MiB idle, the heap may grow to "
        + (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
  }
}

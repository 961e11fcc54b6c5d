package dev.mien.kernels.simd;

import dev.mien.kernels.Memory;

/** Counts bytes over the pools of one back-end, and caps what may lie idle. Thread-safe. */
final class Accounts {
  private final long idleLimitBytes;
  private long lent;
  private long idle;
  private long peak;

  /** @param idleLimitBytes an array of its own that would exceed this when given back goes to the collector instead */
  Accounts(long idleLimitBytes) {
    this.idleLimitBytes = idleLimitBytes;
  }

  synchronized void taken(long bytes, boolean scratch, boolean fromIdle) {
    if (fromIdle) {
      idle -= bytes;
    }
    if (scratch) {
      return;
    }
    lent += bytes;
    peak = Math.max(peak, lent);
  }

  /** Books a return; false when the block should be dropped. A block of a slab is always kept. */
  synchronized boolean given(long bytes, boolean scratch, boolean slab) {
    if (!scratch) {
      lent -= bytes;
    }
    boolean keep = slab || idle + bytes <= idleLimitBytes;
    if (keep) {
      idle += bytes;
    }
    return keep;
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

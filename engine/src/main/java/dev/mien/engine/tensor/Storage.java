package dev.mien.engine.tensor;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;

/**
 * A buffer and the count of those who may still read it: the user's handle, and each tape entry that saved it. At zero the buffer
 * goes back to the pool. Storage of a device (parameters, statistics) is not counted.
 */
final class Storage {
  final Backend backend;
  final Buffer buffer;
  private final boolean persistent;
  private int readers = 1;

  Storage(Backend backend, Buffer buffer, boolean persistent) {
    this.backend = backend;
    this.buffer = buffer;
    this.persistent = persistent;
  }

  boolean alive() {
    return readers > 0;
  }

  /** Whether exactly one reader is left, so that it may be overwritten by that reader. */
  boolean exclusive() {
    return readers == 1 && !persistent;
  }

  void retain() {
    if (!persistent) {
      if (readers <= 0) {
        throw new IllegalStateException("storage was already released");
      }
      readers++;
    }
  }

  void release() {
    if (!persistent && readers > 0 && --readers == 0) {
      backend.release(buffer);
    }
  }

  /** Frees whatever the count: the scope has closed, or the device lets go of a parameter. */
  void free() {
    if (readers > 0) {
      readers = 0;
      backend.release(buffer);
    }
  }
}

package dev.mien.kernels.files;

/** Writes files so that a reader sees the old contents or the new, never a mixture: temp file, fsync, atomic rename, directory fsync. */
public final class AtomicFiles {
  private AtomicFiles() {}
}

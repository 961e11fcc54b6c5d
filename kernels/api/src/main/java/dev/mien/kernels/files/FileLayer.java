package dev.mien.kernels.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The six calls through which {@link AtomicFiles} changes a disk: create, write, force, move, forceDirectory, delete. Tests put a
 * layer here that fails, or that forgets what was never forced.
 */
public interface FileLayer {
  /** The operating system's files. */
  FileLayer SYSTEM = new SystemFileLayer();

  /** Creates a file that must not exist yet. */
  Output create(Path file) throws IOException;

  /** Renames in one step; a file of the target's name is replaced. */
  void move(Path source, Path target) throws IOException;

  /** Returns when the directory's entries are on the medium. */
  void forceDirectory(Path directory) throws IOException;

  /** Removes a file; none of that name is no error. */
  void delete(Path file) throws IOException;

  /** A file being written. */
  interface Output extends Closeable {
    /** Appends {@code length} bytes of {@code data} from {@code offset}, all of them or an exception. */
    void write(byte[] data, int offset, int length) throws IOException;

    /** Returns when contents and length are on the medium. */
    void force() throws IOException;
  }
}

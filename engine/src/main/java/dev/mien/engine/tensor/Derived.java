package dev.mien.engine.tensor;

import dev.mien.kernels.Backend;
import dev.mien.kernels.Buffer;
import java.util.List;

/**
 * Buffers worked out from variables for inference (a batch norm folded into a convolution) and kept, frozen, until one of the
 * variables changes, the device is trimmed or closed. One object serves many threads: the first makes the buffers, all read them, and
 * what is dropped goes back to the pool when its last reader is done.
 */
public final class Derived {
  private final List<Variable> sources;
  private final Maker maker;
  private volatile Entry entry;

  /**
   * @param sources the variables it is made from, in one order for all threads
   * @param maker makes the buffers; takes and gives back its own temporary memory, also when it fails
   */
  public Derived(List<Variable> sources, Maker maker) {
    this.sources = List.copyOf(sources);
    this.maker = maker;
    this.sources.forEach(v -> v.derives(this));
  }

  /** Works buffers out from the variables' present values. */
  @FunctionalInterface
  public interface Maker {
    Buffer[] make(Backend kernels);
  }

  /** The buffers of one state of the variables, and the count of those who read them: the cache is one of them. */
  private static final class Entry {
    final Device device;
    final long[] versions;
    final Buffer[] buffers;
    private int readers = 1;

    Entry(Device device, long[] versions, Buffer[] buffers) {
      this.device = device;
      this.versions = versions;
      this.buffers = buffers;
    }

    synchronized boolean retain() {
      if (readers == 0) {
        return false;
      }
      readers++;
      return true;
    }

    synchronized void release() {
      if (--readers == 0) {
        device.releaseDerived(buffers);
      }
    }
  }

  /** The right to read; close it when the kernels have run. While it is open, a step that would change a parameter throws. */
  public final class Lease implements AutoCloseable {
    private final Entry held;

    private Lease(Entry held) {
      this.held = held;
    }

    /** One of the maker's buffers. */
    public Buffer buffer(int i) {
      return held.buffers[i];
    }

    @Override
    public void close() {
      held.release();
      endReading(sources.size());
    }
  }

  /**
   * The buffers, made if need be.
   *
   * @throws IllegalStateException when a variable is in host memory or an optimiser step is changing it
   */
  public Lease lease() {
    int begun = 0;
    try {
      for (var v : sources) {
        v.beginReading();
        begun++;
      }
      return new Lease(current());
    } catch (RuntimeException | Error e) {
      endReading(begun);
      throw e;
    }
  }

  private void endReading(int count) {
    for (int i = 0; i < count; i++) {
      sources.get(i).endReading();
    }
  }

  private Entry current() {
    var e = entry;
    if (e != null && fits(e) && e.retain()) {
      return e;
    }
    return make();
  }

  private synchronized Entry make() {
    var e = entry;
    if (e != null && fits(e) && e.retain()) {
      return e; // another thread was faster
    }
    drop();
    var device = sources.getFirst().device();
    var versions = sources.stream().mapToLong(Variable::version).toArray(); // before the values: a change meanwhile makes it stale
    var made = new Entry(device, versions, maker.make(device.backend()));
    try {
      for (var b : made.buffers) {
        device.backend().freeze(b);
      }
    } catch (RuntimeException | Error failure) {
      made.release();
      throw failure;
    }
    made.retain();
    entry = made;
    device.holds(this);
    return made;
  }

  private boolean fits(Entry e) {
    for (int i = 0; i < e.versions.length; i++) {
      if (sources.get(i).version() != e.versions[i]) {
        return false;
      }
    }
    return true;
  }

  /** Lets go of the buffers; they are made again when needed. */
  void drop() {
    Entry old;
    synchronized (this) {
      old = entry;
      entry = null;
    }
    if (old != null) {
      old.release();
    }
  }
}

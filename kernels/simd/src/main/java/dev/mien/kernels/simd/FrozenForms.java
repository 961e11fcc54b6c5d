package dev.mien.kernels.simd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What kernels derived from the contents of one frozen buffer: packed panels, transformed weights. Each form has a key, a record
 * of everything that it depends on beside the contents. A form that is dropped goes back to the pool when its last reader is done.
 * Thread-safe.
 */
final class FrozenForms {
  /** One derived block of floats. */
  final class Form {
    final SlabPool.Block block;
    private final SlabPool pool;
    private int readers;
    private boolean dropped;

    private Form(SlabPool.Block block, SlabPool pool) {
      this.block = block;
      this.pool = pool;
    }

    /** A reader is done. */
    void close() {
      synchronized (FrozenForms.this) {
        readers--;
        giveBack();
      }
    }

    private void giveBack() {
      if (dropped && readers == 0) {
        pool.give(block, false);
      }
    }
  }

  /** Writes a form from {@code offset} on. */
  interface Fill {
    void fill(float[] array, int offset);
  }

  private final Map<Record, Form> forms = new HashMap<>();

  /** The form under a key, or null; whoever gets one must {@linkplain Form#close close} it. */
  synchronized Form find(Record key) {
    Form form = forms.get(key);
    if (form != null) {
      form.readers++;
    }
    return form;
  }

  /** As {@link #find}, made when missing. Two callers may make it at once (nobody waits inside a kernel); the first one's stays. */
  Form get(Record key, int floats, SlabPool pool, Fill fill) {
    Form form = find(key);
    if (form != null) {
      return form;
    }
    var made = new Form(pool.take(Math.max(1, floats), false), pool);
    boolean filled = false;
    try {
      fill.fill((float[]) made.block.array(), made.block.offset());
      filled = true;
    } finally {
      if (!filled) {
        pool.give(made.block, false);
      }
    }
    synchronized (this) {
      form = forms.putIfAbsent(key, made);
      if (form == null) {
        form = made;
      } else {
        pool.give(made.block, false);
      }
      form.readers++;
      return form;
    }
  }

  /** Forgets all forms. */
  synchronized void drop() {
    List<Form> all = new ArrayList<>(forms.values());
    forms.clear();
    for (var form : all) {
      form.dropped = true;
      form.giveBack();
    }
  }
}

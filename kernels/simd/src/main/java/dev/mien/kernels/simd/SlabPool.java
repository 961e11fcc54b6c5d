package dev.mien.kernels.simd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Pooled memory of one element type in size classes of 1/8 power of two. Small blocks are carved from slabs, large ones have an
 * array of their own; both are humongous under G1, stay where they are and start on a region boundary, so an index that is 12
 * modulo 16 lies on a 64-byte line (array data begins 16 bytes behind the object). Other collectors lose speed there, never bits.
 * Thread-safe.
 */
final class SlabPool {
  /** Data of every block begins at this index modulo 16 (for 4-byte elements). */
  static final int FIRST = 12;

  private static final int FIRST_SLAB = 1 << 20;
  private static final int LAST_SLAB = 1 << 23;
  private static final int LARGE = 1 << 20;

  /** A piece of an array: {@code size} elements from {@code offset}. */
  record Block(Object array, int offset, int size, int sizeClass, Slab slab) {}

  private static final class Slab {
    final Object array;
    final int length;
    int used = FIRST;
    int lent;

    Slab(Object array, int length) {
      this.array = array;
      this.length = length;
    }
  }

  private final IntFunction<Object> create;
  private final int elementBytes;
  private final Accounts accounts;
  private final List<ArrayDeque<Block>> free = new ArrayList<>();
  private final List<Slab> slabs = new ArrayList<>();

  SlabPool(IntFunction<Object> create, int elementBytes, Accounts accounts) {
    this.create = create;
    this.elementBytes = elementBytes;
    this.accounts = accounts;
  }

  /** Index of the smallest class that holds {@code n} elements. */
  static int sizeClass(int n) {
    int units = Math.max(1, (n + 15) >>> 4);
    if (units <= 16) {
      return units;
    }
    int shift = 28 - Integer.numberOfLeadingZeros(units - 1);
    return 8 * shift + ((units - 1) >>> shift) + 1;
  }

  /** Elements of a class. */
  static int classSize(int sizeClass) {
    if (sizeClass <= 16) {
      return sizeClass * 16;
    }
    int shift = (sizeClass - 9) / 8;
    return (int) Math.min((long) (sizeClass - 8 * shift) << shift << 4, Integer.MAX_VALUE - 32);
  }

  /** Takes a block; contents undefined. {@code scratch} memory is not counted as lent. */
  Block take(int n, boolean scratch) {
    int sizeClass = sizeClass(n);
    synchronized (this) {
      while (free.size() <= sizeClass) {
        free.add(new ArrayDeque<>());
      }
      Block block = free.get(sizeClass).pollLast();
      boolean fresh = block == null;
      if (fresh) {
        block = make(sizeClass);
      }
      if (block.slab != null) {
        block.slab.lent++;
      }
      accounts.taken(bytes(block), scratch, !fresh);
      return block;
    }
  }

  /** Gives a block back. */
  void give(Block block, boolean scratch) {
    synchronized (this) {
      boolean keep = accounts.given(bytes(block), scratch, block.slab != null);
      if (block.slab != null) {
        block.slab.lent--;
      }
      if (keep) {
        free.get(block.sizeClass).addLast(block);
      }
    }
  }

  /** Drops idle arrays and slabs without lent blocks. */
  synchronized void trim() {
    long dropped = 0;
    for (var list : free) {
      for (var it = list.iterator(); it.hasNext();) {
        Block block = it.next();
        if (block.slab == null || block.slab.lent == 0) {
          dropped += bytes(block);
          it.remove();
        }
      }
    }
    slabs.removeIf(s -> s.lent == 0);
    accounts.dropped(dropped);
  }

  private long bytes(Block block) {
    return (long) block.size * elementBytes;
  }

  private Block make(int sizeClass) {
    int size = classSize(sizeClass);
    if (size >= LARGE) {
      return new Block(array(size + 16), FIRST, size, sizeClass, null);
    }
    Slab slab = null;
    for (Slab s : slabs) {
      if (s.length - s.used >= size) {
        slab = s;
        break;
      }
    }
    if (slab == null) {
      int length = Math.clamp((long) FIRST_SLAB << Math.min(slabs.size(), 8), Math.max(FIRST_SLAB, 2 * size), LAST_SLAB) - 4;
      slab = new Slab(array(length), length);
      slabs.add(slab);
    }
    var block = new Block(slab.array, slab.used, size, sizeClass, slab);
    slab.used += size;
    return block;
  }

  private Object array(int length) {
    try {
      return create.apply(length);
    } catch (OutOfMemoryError first) {
      trim();
      try {
        return create.apply(length);
      } catch (OutOfMemoryError second) {
        var error = new OutOfMemoryError("the cpu device cannot get " + ((long) length * elementBytes >> 20)
            + " MiB: " + accounts.describe() + "; use a smaller batch or a larger heap (-Xmx)");
        error.initCause(second);
        throw error;
      }
    }
  }

  @Override
  public String toString() {
    return "SlabPool" + Arrays.toString(slabs.stream().mapToInt(s -> s.used).toArray());
  }
}

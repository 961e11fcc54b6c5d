package dev.mien.kernels.simd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * Pooled memory of one element type. Blocks are carved from large arrays (slabs), the smallest gap that fits first, and a block that
 * comes back melts with the gaps beside it: whatever sizes a step needs, it can be built from what the step before left, so the arrays
 * hold little more than the most that was ever lent. Slabs are humongous under G1, stay where they are and start on a region boundary,
 * so an index that is 12 modulo 16 lies on a 64-byte line (array data begins 16 bytes behind the object). Other collectors lose speed
 * there, never bits. Thread-safe.
 */
final class SlabPool {
  /** Data of every block begins at this index modulo 16 (for 4-byte elements). */
  static final int FIRST = 12;

  private static final int UNIT = 16;
  private static final int FIRST_SLAB = 1 << 20;
  private static final int LAST_SLAB = 1 << 23;

  /** A piece of an array: {@code size} elements from {@code offset}. */
  record Block(Object array, int offset, int size, Slab slab) {}

  /** One array and its gaps, by offset. */
  static final class Slab {
    private final Object array;
    private final int number;
    private final int size;
    private final TreeMap<Integer, Integer> gaps = new TreeMap<>();

    private Slab(Object array, int number, int size) {
      this.array = array;
      this.number = number;
      this.size = size;
    }

    private boolean unused() {
      return gaps.size() == 1 && gaps.firstEntry().getValue() == size;
    }
  }

  /** A free piece; the order makes every choice the same in every run. */
  private record Gap(int size, int slab, int offset) implements Comparable<Gap> {
    private static final Comparator<Gap> ORDER =
        Comparator.comparingInt(Gap::size).thenComparingInt(Gap::slab).thenComparingInt(Gap::offset);

    @Override
    public int compareTo(Gap other) {
      return ORDER.compare(this, other);
    }
  }

  private final IntFunction<Object> create;
  private final int elementBytes;
  private final Accounts accounts;
  private final TreeSet<Gap> gaps = new TreeSet<>();
  private final List<Slab> slabs = new ArrayList<>();

  SlabPool(IntFunction<Object> create, int elementBytes, Accounts accounts) {
    this.create = create;
    this.elementBytes = elementBytes;
    this.accounts = accounts;
  }

  /** Takes a block; contents undefined. {@code scratch} memory is not counted as lent. */
  synchronized Block take(int n, boolean scratch) {
    int size = (int) Math.min(Integer.MAX_VALUE - 2L * UNIT, (Math.max(1L, n) + UNIT - 1) / UNIT * UNIT);
    Gap gap = gaps.ceiling(new Gap(size, -1, -1));
    if (gap == null) {
      gap = grow(size);
    }
    Slab slab = slabs.get(gap.slab);
    remove(slab, gap.offset, gap.size);
    if (gap.size > size) {
      add(slab, gap.offset + size, gap.size - size);
    }
    accounts.taken((long) size * elementBytes, scratch);
    return new Block(slab.array, gap.offset, size, slab);
  }

  /** Gives a block back. */
  synchronized void give(Block block, boolean scratch) {
    Slab slab = block.slab;
    int from = block.offset;
    int to = block.offset + block.size;
    var before = slab.gaps.lowerEntry(from);
    if (before != null && before.getKey() + before.getValue() == from) {
      from = before.getKey();
      remove(slab, from, before.getValue());
    }
    Integer after = slab.gaps.get(to);
    if (after != null) {
      remove(slab, to, after);
      to += after;
    }
    add(slab, from, to - from);
    accounts.given((long) block.size * elementBytes, scratch);
    if (slab.unused() && accounts.tooMuchIdle()) {
      drop(slab);
    }
  }

  /** Drops slabs without lent blocks. */
  synchronized void trim() {
    for (Slab slab : slabs) {
      if (slab != null && slab.unused()) {
        drop(slab);
      }
    }
  }

  private void add(Slab slab, int offset, int size) {
    slab.gaps.put(offset, size);
    gaps.add(new Gap(size, slab.number, offset));
  }

  private void remove(Slab slab, int offset, int size) {
    slab.gaps.remove(offset);
    gaps.remove(new Gap(size, slab.number, offset));
  }

  /** The place in the list stays empty, so that numbers keep their meaning. */
  private void drop(Slab slab) {
    remove(slab, FIRST, slab.size);
    slabs.set(slab.number, null);
    accounts.dropped((long) slab.size * elementBytes);
  }

  private Gap grow(int size) {
    // With its header and the alignment a slab still fits into a power of two bytes, so G1 spends no region on its last few.
    int usual = (FIRST_SLAB << Math.min(slabs.size() / 2, Integer.numberOfTrailingZeros(LAST_SLAB / FIRST_SLAB))) - 2 * UNIT;
    int length = size > usual / 2 ? size : usual;
    int number = slabs.indexOf(null) < 0 ? slabs.size() : slabs.indexOf(null);
    var slab = new Slab(array(length + UNIT), number, length);
    if (number == slabs.size()) {
      slabs.add(slab);
    } else {
      slabs.set(number, slab);
    }
    accounts.grown((long) length * elementBytes);
    add(slab, FIRST, length);
    return new Gap(length, number, FIRST);
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
}

package dev.mien.kernels.opencl;

import dev.mien.kernels.Memory.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jocl.cl_mem;

/**
 * Device memory for reuse, in sizes of 1/8 power of two. Blocks below 1 MiB are cut from slabs, larger ones are allocations of their
 * own. A block may be given back while kernels that use it are queued: the queue is in order, so its next owner comes after them.
 */
final class ClPool {
  private static final long SLAB = 16L << 20;
  private static final long SMALL = 1L << 20;
  private static final long SMALLEST = 512;
  static final byte POISON = (byte) 0xA7;

  private final ClContext context;
  private final long limitBytes;
  private final int guardBytes;
  private final TreeMap<Long, Deque<Block>> idle = new TreeMap<>();
  private final List<cl_mem> slabs = new ArrayList<>();
  private final Set<Block> lent = Collections.newSetFromMap(new IdentityHashMap<>());
  private long slabFree;
  private long lentBytes;
  private long idleBytes;
  private long peakBytes;

  /**
   * @param limitBytes the most bytes ever lent out at once
   * @param guardBytes of poison before and behind every block, for tests; then nothing is reused
   */
  ClPool(ClContext context, long limitBytes, int guardBytes) {
    this.context = context;
    this.limitBytes = limitBytes;
    this.guardBytes = guardBytes;
  }

  /** Memory of a size; {@code whole} is the guarded memory around it, otherwise null. */
  record Block(cl_mem memory, long sizeBytes, boolean slab, cl_mem whole) {}

  static long sizeClass(long bytes) {
    long size = Math.max(SMALLEST, bytes);
    long step = Math.max(SMALLEST, Long.highestOneBit(size - 1) / 8);
    return (size + step - 1) / step * step;
  }

  synchronized Block take(long bytes) {
    context.checkOpen();
    long size = guardBytes > 0 ? Math.max(4, bytes) : sizeClass(bytes);
    if (size > context.device.allocationBytes()) {
      throw new OpenClOutOfMemoryException(0, "a buffer of " + bytes + " bytes is larger than the largest that the device '"
          + context.device.name() + "' allows, " + context.device.allocationBytes() + "; use a smaller batch", null);
    }
    if (lentBytes + size > limitBytes) {
      throw exhausted(bytes, 0, null);
    }
    var free = idle.get(size);
    Block block;
    if (free != null && !free.isEmpty()) {
      block = free.pop();
      idleBytes -= size;
    } else {
      block = allocate(bytes, size);
    }
    lent.add(block);
    lentBytes += size;
    peakBytes = Math.max(peakBytes, lentBytes);
    return block;
  }

  private Block allocate(long bytes, long size) {
    try {
      return create(size);
    } catch (OpenClException e) {
      if (!(e instanceof OpenClOutOfMemoryException) && e.code() != Cl.OUT_OF_RESOURCES) {
        throw e;
      }
      trim();
      try {
        return create(size);
      } catch (OpenClOutOfMemoryException again) {
        throw exhausted(bytes, again.code(), again);
      }
    }
  }

  private OpenClOutOfMemoryException exhausted(long bytes, int code, Throwable cause) {
    return new OpenClOutOfMemoryException(code, "the OpenCL device '" + context.device.name() + "' has no memory for " + bytes
        + " bytes more: " + lentBytes + " in use, " + peakBytes + " at the peak, limit " + limitBytes
        + "; use a smaller batch or gradient checkpointing", cause);
  }

  private Block create(long size) {
    if (guardBytes > 0) {
      return guarded(size);
    }
    if (size >= SMALL) {
      return new Block(Cl.createBuffer(context.handle, size, false), size, false, null);
    }
    long step = Math.max(SMALLEST, context.device.alignmentBytes());
    long need = (size + step - 1) / step * step;
    if (slabFree < need) {
      slabs.add(Cl.createBuffer(context.handle, SLAB, false));
      slabFree = SLAB;
    }
    var memory = Cl.createSubBuffer(slabs.getLast(), SLAB - slabFree, size);
    slabFree -= need;
    return new Block(memory, size, true, null);
  }

  private Block guarded(long size) {
    var whole = Cl.createBuffer(context.handle, size + 2L * guardBytes, false);
    var poison = ByteBuffer.allocateDirect((int) size + 2 * guardBytes).order(ByteOrder.nativeOrder());
    while (poison.hasRemaining()) {
      poison.put(POISON);
    }
    try {
      Cl.write(context.queue, poison.clear(), whole, 0, poison.capacity());
      return new Block(Cl.createSubBuffer(whole, guardBytes, size), size, false, whole);
    } catch (RuntimeException e) {
      Cl.release(whole);
      throw e;
    }
  }

  /** The bytes of a guarded block's memory with its guards, for tests. */
  byte[] guards(Block block) {
    var bytes = ByteBuffer.allocateDirect((int) block.sizeBytes + 2 * guardBytes).order(ByteOrder.nativeOrder());
    Cl.read(context.queue, block.whole, 0, bytes, bytes.capacity());
    byte[] copy = new byte[bytes.capacity()];
    bytes.get(0, copy);
    return copy;
  }

  int guardBytes() {
    return guardBytes;
  }

  synchronized void give(Block block) {
    if (!lent.remove(block)) {
      return; // the device was closed meanwhile
    }
    lentBytes -= block.sizeBytes;
    if (block.whole != null) {
      release(block);
      return;
    }
    idle.computeIfAbsent(block.sizeBytes, _ -> new ArrayDeque<>()).push(block);
    idleBytes += block.sizeBytes;
  }

  /** Gives idle blocks back to the device; slabs stay. */
  synchronized void trim() {
    var steps = new ArrayList<Runnable>();
    for (var blocks : idle.values()) {
      for (var it = blocks.iterator(); it.hasNext();) {
        var block = it.next();
        if (!block.slab) {
          it.remove();
          idleBytes -= block.sizeBytes;
          steps.add(() -> Cl.release(block.memory));
        }
      }
    }
    Releases.all(steps.toArray(new Runnable[0]));
  }

  synchronized Usage usage() {
    return new Usage(lentBytes, idleBytes, peakBytes);
  }

  synchronized void resetPeak() {
    peakBytes = lentBytes;
  }

  private static void release(Block block) {
    Releases.all(() -> Cl.release(block.memory), () -> {
      if (block.whole != null) {
        Cl.release(block.whole);
      }
    });
  }

  /** Releases everything, what is still lent out as well. */
  synchronized void close() {
    var steps = new ArrayList<Runnable>();
    for (var blocks : idle.values()) {
      blocks.forEach(b -> steps.add(() -> release(b)));
    }
    lent.forEach(b -> steps.add(() -> release(b)));
    lent.clear();
    lentBytes = 0;
    idle.clear();
    idleBytes = 0;
    slabs.forEach(s -> steps.add(() -> Cl.release(s)));
    slabs.clear();
    slabFree = 0;
    Releases.all(steps.toArray(new Runnable[0]));
  }
}

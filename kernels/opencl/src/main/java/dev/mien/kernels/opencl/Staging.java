package dev.mien.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jocl.cl_event;
import org.jocl.cl_mem;

/**
 * The way between host arrays and the device: uploads go through a ring of pinned buffers and are queued, so the caller waits for nothing but a
 * free place in the ring; downloads wait for the device. OpenCL never sees a heap array.
 */
final class Staging implements AutoCloseable {
  private static final int PLACES = 4;
  /** Bytes of a place. */
  static final int CHUNK = 4 << 20;

  /** Puts {@code count} elements from {@code from} on into the bytes, or takes them out. */
  interface Transfer {
    void move(ByteBuffer bytes, int from, int count);
  }

  private final ClContext context;
  private final cl_mem[] pinned = new cl_mem[PLACES];
  private final cl_event[] lastUse = new cl_event[PLACES];
  private ByteBuffer incoming;
  private int next;

  Staging(ClContext context) {
    this.context = context;
  }

  synchronized void upload(OpenClBuffer target, int elementBytes, Transfer fill) {
    int most = CHUNK / elementBytes;
    for (int from = 0; from < target.elements(); from += most) {
      int count = Math.min(most, target.elements() - from);
      int place = next;
      next = (next + 1) % PLACES;
      long bytes = (long) count * elementBytes;
      var memory = free(place);
      var mapped = Cl.map(context.mapping, memory, CHUNK);
      try {
        fill.move(mapped, from, count);
      } finally {
        Cl.unmap(context.mapping, memory, mapped);
      }
      Cl.finish(context.mapping); // nothing but this unmapping is in that queue
      lastUse[place] = Cl.copyWithEvent(context.queue, memory, target.memory(), (long) from * elementBytes, bytes);
      Cl.flush(context.queue);
    }
  }

  private cl_mem free(int place) {
    if (pinned[place] == null) {
      pinned[place] = Cl.createBuffer(context.handle, CHUNK, true);
    }
    var event = lastUse[place];
    if (event != null) {
      lastUse[place] = null;
      Cl.awaitAndRelease(event);
    }
    return pinned[place];
  }

  synchronized void download(OpenClBuffer source, int elementBytes, Transfer take) {
    if (incoming == null) {
      incoming = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.nativeOrder());
    }
    int most = CHUNK / elementBytes;
    for (int from = 0; from < source.elements(); from += most) {
      int count = Math.min(most, source.elements() - from);
      Cl.read(context.queue, source.memory(), (long) from * elementBytes, incoming, count * elementBytes);
      take.move(incoming, from, count);
    }
  }

  @Override
  public synchronized void close() {
    var steps = new Runnable[2 * PLACES];
    for (int i = 0; i < PLACES; i++) {
      var event = lastUse[i];
      var memory = pinned[i];
      lastUse[i] = null;
      pinned[i] = null;
      steps[i] = () -> {
        if (event != null) {
          Cl.awaitAndRelease(event);
        }
      };
      steps[PLACES + i] = () -> {
        if (memory != null) {
          Cl.release(memory);
        }
      };
    }
    Releases.all(steps);
  }
}

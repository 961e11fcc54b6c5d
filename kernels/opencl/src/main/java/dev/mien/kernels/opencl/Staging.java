package dev.mien.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import org.jocl.cl_event;
import org.jocl.cl_mem;

/**
 * The way between host arrays and the device. An upload goes through a ring of host memory, which is pinned on a GPU, into staging memory of the
 * device by a queue of its own, and from there to its place in order with the kernels: the caller waits for the transfer and for a free place in
 * the ring, not for kernels. Downloads wait for the device. OpenCL never sees a heap array.
 *
 * <p>Pinned memory stays mapped until the end: JOCL starts a thread for each unmapping, that waits for its event while others go on.
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
  private final ByteBuffer[] host = new ByteBuffer[PLACES];
  /** The memory behind {@link #host} where it is pinned. */
  private final cl_mem[] pinned = new cl_mem[PLACES];
  private final cl_mem[] staged = new cl_mem[PLACES];
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
      int bytes = count * elementBytes;
      prepare(place);
      fill.move(host[place], from, count);
      Cl.write(context.transfers, host[place], staged[place], 0, bytes);
      lastUse[place] = Cl.copyWithEvent(context.queue, staged[place], target.memory(), (long) from * elementBytes, bytes);
      Cl.flush(context.queue);
    }
  }

  /** Makes a place, or waits until its last contents have arrived. */
  private void prepare(int place) {
    if (host[place] == null) {
      if (context.device.gpu()) {
        pinned[place] = pinned[place] == null ? Cl.createBuffer(context.handle, CHUNK, true) : pinned[place];
        host[place] = Cl.map(context.transfers, pinned[place], CHUNK);
      } else {
        host[place] = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.nativeOrder());
      }
    }
    if (staged[place] == null) {
      staged[place] = Cl.createBuffer(context.handle, CHUNK, false);
    }
    var event = lastUse[place];
    if (event != null) {
      lastUse[place] = null;
      Cl.awaitAndRelease(event);
    }
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
    var steps = new ArrayList<Runnable>();
    for (int i = 0; i < PLACES; i++) {
      var event = lastUse[i];
      if (event != null) {
        steps.add(() -> Cl.awaitAndRelease(event));
      }
      var mapped = pinned[i] == null ? null : host[i];
      for (var memory : new cl_mem[] {pinned[i], staged[i]}) {
        if (memory != null && memory == pinned[i] && mapped != null) {
          steps.add(() -> Cl.unmap(context.transfers, memory, mapped));
        }
        if (memory != null) {
          steps.add(() -> Cl.release(memory));
        }
      }
      lastUse[i] = null;
      host[i] = null;
      pinned[i] = null;
      staged[i] = null;
    }
    Releases.all(steps.toArray(new Runnable[0]));
  }
}

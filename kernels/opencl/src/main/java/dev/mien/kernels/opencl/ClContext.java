package dev.mien.kernels.opencl;

import org.jocl.cl_command_queue;
import org.jocl.cl_context;

/**
 * An opened device: context, one in-order queue for kernels and copies, one for the way into staging memory, which
 * then need not wait for kernels. Calls of several threads are
 * put in order by the queue.
 */
final class ClContext implements AutoCloseable {
  final ClDevice device;
  final cl_context handle;
  final cl_command_queue queue;
  final cl_command_queue transfers;
  final ClPrograms programs;
  private volatile boolean closed;

  ClContext(ClDevice device) {
    this.device = device;
    this.handle = Cl.createContext(device.platform(), device.id());
    cl_command_queue first = null;
    try {
      first = Cl.createQueue(handle, device.id());
      this.transfers = Cl.createQueue(handle, device.id());
    } catch (RuntimeException e) {
      if (first != null) {
        Cl.release(first);
      }
      Cl.release(handle);
      throw e;
    }
    this.queue = first;
    this.programs = new ClPrograms(this);
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the OpenCL device '" + device.name() + "' was closed and cannot be used any more");
    }
  }

  /** Waits for everything that was given to the device. */
  void finish() {
    checkOpen();
    Cl.finish(queue);
  }

  /** Releases what it made, all of it, also when a call fails. */
  @Override
  public void close() {
    closed = true;
    Releases.all(programs::close, () -> Cl.release(transfers), () -> Cl.release(queue), () -> Cl.release(handle));
  }
}

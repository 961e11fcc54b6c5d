package dev.mien.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_buffer_region;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/**
 * Every call to OpenCL: the only class that names JOCL besides the handles it gives out. JOCL checks neither bounds nor the life of a
 * handle, so nobody else may call it; it is never given a heap array. A failed call throws, with its name, what it was given and the
 * error's name. Objects made and released are counted, by kind.
 */
final class Cl {
  static final int OUT_OF_RESOURCES = CL.CL_OUT_OF_RESOURCES;
  /** How a loader without a driver answers; JOCL has the constant of an extension for it. */
  static final int PLATFORM_NOT_FOUND = -1001;
  private static final Map<String, AtomicInteger> LIVE = new ConcurrentHashMap<>();

  private Cl() {}

  /** A call that may throw JOCL's exception. */
  private interface Call<T> {
    T run() throws CLException;
  }

  /** Loads JOCL's library and OpenCL's; an error of the linker when either is not there. */
  static void load() {
    CL.setExceptionsEnabled(true);
  }

  private static <T> T call(String name, String what, Call<T> call) {
    int fault = Faults.next(name);
    try {
      if (fault != 0) {
        throw new CLException(CL.stringFor_errorCode(fault), fault);
      }
      return call.run();
    } catch (CLException e) {
      throw failure(name, what, e);
    }
  }

  private static OpenClException failure(String name, String what, CLException e) {
    int code = e.getStatus();
    String message = "OpenCL: " + name + " failed with " + CL.stringFor_errorCode(code) + " (" + code + "), " + what;
    return switch (code) {
      case CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, CL.CL_OUT_OF_HOST_MEMORY -> new OpenClOutOfMemoryException(code, message, e);
      case CL.CL_DEVICE_NOT_AVAILABLE, CL.CL_INVALID_COMMAND_QUEUE, CL.CL_INVALID_CONTEXT -> new OpenClDeviceLostException(code, message
          + ": the device was lost; close it, open it again and resume from the last checkpoint", e);
      case CL.CL_BUILD_PROGRAM_FAILURE, CL.CL_COMPILER_NOT_AVAILABLE -> new OpenClBuildException(code, message + "\n" + e.getMessage(), e);
      default -> new OpenClException(code, message, e);
    };
  }

  private static <T> T made(String kind, T object) {
    LIVE.computeIfAbsent(kind, _ -> new AtomicInteger()).incrementAndGet();
    return object;
  }

  private static void gone(String kind) {
    LIVE.get(kind).decrementAndGet();
  }

  /** How many objects of a kind ({@code buffer, program, kernel, queue, context, event}) are not yet released. */
  static int live(String kind) {
    var count = LIVE.get(kind);
    return count == null ? 0 : count.get();
  }

  // Platforms and devices

  static cl_platform_id[] platforms() {
    return call("clGetPlatformIDs", "", () -> {
      int[] count = new int[1];
      CL.clGetPlatformIDs(0, null, count);
      var ids = new cl_platform_id[count[0]];
      CL.clGetPlatformIDs(ids.length, ids, null);
      return ids;
    });
  }

  static cl_device_id[] devices(cl_platform_id platform) {
    return call("clGetDeviceIDs", "", () -> {
      int[] count = new int[1];
      try {
        CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
      } catch (CLException e) {
        if (e.getStatus() == CL.CL_DEVICE_NOT_FOUND) {
          return new cl_device_id[0];
        }
        throw e;
      }
      var ids = new cl_device_id[count[0]];
      CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, ids.length, ids, null);
      return ids;
    });
  }

  static String platformText(cl_platform_id platform, int key) {
    return call("clGetPlatformInfo", "key " + key, () -> {
      long[] size = new long[1];
      CL.clGetPlatformInfo(platform, key, 0, null, size);
      var bytes = memory(size[0]);
      CL.clGetPlatformInfo(platform, key, size[0], Pointer.to(bytes), null);
      return text(bytes);
    });
  }

  static String deviceText(cl_device_id device, int key) {
    return call("clGetDeviceInfo", "key " + key, () -> {
      long[] size = new long[1];
      CL.clGetDeviceInfo(device, key, 0, null, size);
      var bytes = memory(size[0]);
      CL.clGetDeviceInfo(device, key, size[0], Pointer.to(bytes), null);
      return text(bytes);
    });
  }

  /** A number of a device, of four or eight bytes as the key demands. */
  static long deviceNumber(cl_device_id device, int key) {
    return call("clGetDeviceInfo", "key " + key, () -> {
      var bytes = memory(8);
      CL.clGetDeviceInfo(device, key, 8, Pointer.to(bytes), null);
      return bytes.getLong(0);
    });
  }

  private static ByteBuffer memory(long size) {
    return ByteBuffer.allocateDirect((int) Math.max(1, size)).order(ByteOrder.nativeOrder());
  }

  private static String text(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.capacity()];
    bytes.get(0, copy);
    int end = 0;
    while (end < copy.length && copy[end] != 0) {
      end++;
    }
    return new String(copy, 0, end, StandardCharsets.UTF_8).strip();
  }

  // Context and queues

  static cl_context createContext(cl_platform_id platform, cl_device_id device) {
    return made("context", call("clCreateContext", "", () -> {
      var properties = new cl_context_properties();
      properties.addProperty(CL.CL_CONTEXT_PLATFORM, platform);
      return CL.clCreateContext(properties, 1, new cl_device_id[] {device}, null, null, null);
    }));
  }

  static void release(cl_context context) {
    gone("context");
    call("clReleaseContext", "", () -> CL.clReleaseContext(context));
  }

  @SuppressWarnings("deprecation") // the newer call is not in OpenCL 1.2
  static cl_command_queue createQueue(cl_context context, cl_device_id device) {
    return made("queue", call("clCreateCommandQueue", "", () -> CL.clCreateCommandQueue(context, device, 0, null)));
  }

  static void release(cl_command_queue queue) {
    gone("queue");
    call("clReleaseCommandQueue", "", () -> CL.clReleaseCommandQueue(queue));
  }

  static void finish(cl_command_queue queue) {
    call("clFinish", "", () -> CL.clFinish(queue));
  }

  static void flush(cl_command_queue queue) {
    call("clFlush", "", () -> CL.clFlush(queue));
  }

  // Memory

  static cl_mem createBuffer(cl_context context, long sizeBytes, boolean pinned) {
    long flags = CL.CL_MEM_READ_WRITE | (pinned ? CL.CL_MEM_ALLOC_HOST_PTR : 0);
    return made("buffer", call("clCreateBuffer", sizeBytes + " bytes", () -> CL.clCreateBuffer(context, flags, sizeBytes, null, null)));
  }

  static cl_mem createSubBuffer(cl_mem parent, long origin, long sizeBytes) {
    return made("buffer", call("clCreateSubBuffer", sizeBytes + " bytes from " + origin, () -> CL.clCreateSubBuffer(parent,
        CL.CL_MEM_READ_WRITE, CL.CL_BUFFER_CREATE_TYPE_REGION, new cl_buffer_region(origin, sizeBytes), null)));
  }

  static void release(cl_mem memory) {
    gone("buffer");
    call("clReleaseMemObject", "", () -> CL.clReleaseMemObject(memory));
  }

  /** Blocking. */
  static void read(cl_command_queue queue, cl_mem from, long offset, ByteBuffer to, int sizeBytes) {
    check(to, sizeBytes);
    call("clEnqueueReadBuffer", sizeBytes + " bytes from " + offset,
        () -> CL.clEnqueueReadBuffer(queue, from, true, offset, sizeBytes, Pointer.to(to), 0, null, null));
  }

  /** Blocking. */
  static void write(cl_command_queue queue, ByteBuffer from, cl_mem to, long offset, int sizeBytes) {
    check(from, sizeBytes);
    call("clEnqueueWriteBuffer", sizeBytes + " bytes at " + offset,
        () -> CL.clEnqueueWriteBuffer(queue, to, true, offset, sizeBytes, Pointer.to(from), 0, null, null));
  }

  private static void check(ByteBuffer host, int sizeBytes) {
    if (!host.isDirect() || host.position() != 0 || sizeBytes < 0 || sizeBytes > host.capacity()) {
      throw new IllegalArgumentException("transfer of " + sizeBytes + " bytes through " + host);
    }
  }

  static void copy(cl_command_queue queue, cl_mem from, long fromOffset, cl_mem to, long toOffset, long sizeBytes) {
    call("clEnqueueCopyBuffer", sizeBytes + " bytes", () -> CL.clEnqueueCopyBuffer(queue, from, to, fromOffset, toOffset, sizeBytes, 0, null,
        null));
  }

  /** As {@link #copy}, with the event of its end, which the caller releases. */
  static cl_event copyWithEvent(cl_command_queue queue, cl_mem from, cl_mem to, long toOffset, long sizeBytes) {
    var event = new cl_event();
    call("clEnqueueCopyBuffer", sizeBytes + " bytes", () -> CL.clEnqueueCopyBuffer(queue, from, to, 0, toOffset, sizeBytes, 0, null, event));
    return made("event", event);
  }

  static void awaitAndRelease(cl_event event) {
    try {
      call("clWaitForEvents", "", () -> CL.clWaitForEvents(1, new cl_event[] {event}));
    } finally {
      gone("event");
      call("clReleaseEvent", "", () -> CL.clReleaseEvent(event));
    }
  }

  /** Maps all of a pinned buffer for writing or reading, blocking. */
  static ByteBuffer map(cl_command_queue queue, cl_mem pinned, long sizeBytes) {
    return call("clEnqueueMapBuffer", sizeBytes + " bytes", () -> CL.clEnqueueMapBuffer(queue, pinned, true, CL.CL_MAP_READ | CL.CL_MAP_WRITE,
        0, sizeBytes, 0, null, null, null)).order(ByteOrder.nativeOrder());
  }

  static void unmap(cl_command_queue queue, cl_mem pinned, ByteBuffer mapped) {
    call("clEnqueueUnmapMemObject", "", () -> CL.clEnqueueUnmapMemObject(queue, pinned, mapped, 0, null, null));
  }

  // Programs and kernels

  static cl_program createProgram(cl_context context, String source, String name) {
    return made("program", call("clCreateProgramWithSource", "program " + name,
        () -> CL.clCreateProgramWithSource(context, 1, new String[] {source}, null, null)));
  }

  static cl_program createProgram(cl_context context, cl_device_id device, byte[] binary, String name) {
    return made("program", call("clCreateProgramWithBinary", "program " + name + ", " + binary.length + " bytes",
        () -> CL.clCreateProgramWithBinary(context, 1, new cl_device_id[] {device}, new long[] {binary.length}, new byte[][] {binary},
            new int[1], null)));
  }

  static void build(cl_program program, cl_device_id device, String options, String name) {
    call("clBuildProgram", "program " + name + ", options " + options,
        () -> CL.clBuildProgram(program, 1, new cl_device_id[] {device}, options, null, null));
  }

  static byte[] binary(cl_program program, String name) {
    return call("clGetProgramInfo", "program " + name, () -> {
      var size = memory(Sizeof.size_t);
      CL.clGetProgramInfo(program, CL.CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(size), null);
      var bytes = memory(size.getLong(0));
      CL.clGetProgramInfo(program, CL.CL_PROGRAM_BINARIES, Sizeof.POINTER, Pointer.to(Pointer.to(bytes)), null);
      byte[] copy = new byte[bytes.capacity()];
      bytes.get(0, copy);
      return copy;
    });
  }

  static void release(cl_program program) {
    gone("program");
    call("clReleaseProgram", "", () -> CL.clReleaseProgram(program));
  }

  static cl_kernel createKernel(cl_program program, String name) {
    return made("kernel", call("clCreateKernel", "kernel " + name, () -> CL.clCreateKernel(program, name, null)));
  }

  static void release(cl_kernel kernel) {
    gone("kernel");
    call("clReleaseKernel", "", () -> CL.clReleaseKernel(kernel));
  }

  static long kernelLocalBytes(cl_kernel kernel, cl_device_id device, String name) {
    return call("clGetKernelWorkGroupInfo", "kernel " + name, () -> {
      var bytes = memory(8);
      CL.clGetKernelWorkGroupInfo(kernel, device, CL.CL_KERNEL_LOCAL_MEM_SIZE, 8, Pointer.to(bytes), null);
      return bytes.getLong(0);
    });
  }

  static void argument(cl_kernel kernel, String name, int index, cl_mem memory) {
    call("clSetKernelArg", "kernel " + name + ", argument " + index,
        () -> CL.clSetKernelArg(kernel, index, Sizeof.cl_mem, memory == null ? null : Pointer.to(memory)));
  }

  /** The first {@code sizeBytes} bytes of a direct buffer. */
  static void argument(cl_kernel kernel, String name, int index, ByteBuffer value, int sizeBytes) {
    check(value, sizeBytes);
    call("clSetKernelArg", "kernel " + name + ", argument " + index + ", " + sizeBytes + " bytes",
        () -> CL.clSetKernelArg(kernel, index, sizeBytes, Pointer.to(value)));
  }

  static void run(cl_command_queue queue, cl_kernel kernel, String name, long[] global, long[] local) {
    call("clEnqueueNDRangeKernel", "kernel " + name + ", items " + java.util.Arrays.toString(global) + " in groups of "
        + java.util.Arrays.toString(local), () -> CL.clEnqueueNDRangeKernel(queue, kernel, global.length, null, global, local, 0, null, null));
  }
}

package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jocl.cl_mem;

/** One launch of a kernel: its arguments in order, then {@link #run}. Nothing is launched over an empty range. */
final class Launch {
  private static final ThreadLocal<ByteBuffer> VALUES =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder()));

  private final ClContext context;
  private final String program;
  private final String options;
  private final String name;
  private final List<Object> arguments = new ArrayList<>();

  private Launch(ClContext context, String program, String options, String name) {
    this.context = context;
    this.program = program;
    this.options = options;
    this.name = name;
  }

  static Launch of(ClContext context, String program, String name) {
    return new Launch(context, program, "", name);
  }

  /** The same of a program built with further options, each with a blank in front. */
  static Launch of(ClContext context, String program, String options, String name) {
    return new Launch(context, program, options, name);
  }

  /** A buffer; null becomes a null pointer in the kernel. */
  Launch buffer(Buffer buffer) {
    arguments.add(buffer == null ? Null.POINTER : OpenClBuffer.of(buffer, context));
    return this;
  }

  private enum Null {
    POINTER
  }

  Launch value(int value) {
    arguments.add(value);
    return this;
  }

  Launch value(long value) {
    arguments.add(value);
    return this;
  }

  Launch value(float value) {
    arguments.add(value);
    return this;
  }

  Launch value(boolean value) {
    return value(value ? 1 : 0);
  }

  /** A vector {@code int8}, filled up by {@code rest}. */
  Launch ints8(int[] values, int rest) {
    int[] all = new int[8];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < values.length ? values[i] : rest;
    }
    arguments.add(all);
    return this;
  }

  /** One item for each of n elements, in groups of 256; the kernel guards the end. */
  void items(long n) {
    run(new long[] {(n + ClDevice.GROUP - 1) / ClDevice.GROUP * ClDevice.GROUP}, new long[] {ClDevice.GROUP});
  }

  /** So many groups of 256 items. */
  void groups(long n) {
    run(new long[] {n * ClDevice.GROUP}, new long[] {ClDevice.GROUP});
  }

  void run(long[] global, long[] local) {
    for (long extent : global) {
      if (extent == 0) {
        return;
      }
    }
    var kernel = context.programs.kernel(program, options, name);
    synchronized (kernel) {
      var handle = kernel.handle();
      var value = VALUES.get();
      for (int i = 0; i < arguments.size(); i++) {
        switch (arguments.get(i)) {
          case OpenClBuffer b -> Cl.argument(handle, name, i, b.memory());
          case Null _ -> Cl.argument(handle, name, i, (cl_mem) null);
          case Integer v -> Cl.argument(handle, name, i, value.putInt(0, v), Integer.BYTES);
          case Long v -> Cl.argument(handle, name, i, value.putLong(0, v), Long.BYTES);
          case Float v -> Cl.argument(handle, name, i, value.putFloat(0, v), Float.BYTES);
          case int[] v -> {
            for (int k = 0; k < v.length; k++) {
              value.putInt(4 * k, v[k]);
            }
            Cl.argument(handle, name, i, value, 4 * v.length);
          }
          default -> throw new AssertionError(arguments.get(i));
        }
      }
      Cl.run(context.queue, handle, name, global, local);
    }
  }
}

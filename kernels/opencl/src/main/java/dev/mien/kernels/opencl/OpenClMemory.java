package dev.mien.kernels.opencl;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Memory;
import java.util.Arrays;

/** Allocation and transfer of the OpenCL back-end. */
final class OpenClMemory implements Memory {
  private final ClContext context;
  final ClPool pool;
  private final Staging staging;

  OpenClMemory(ClContext context, long limitBytes, int guardBytes) {
    this.context = context;
    this.pool = new ClPool(context, limitBytes, guardBytes);
    this.staging = new Staging(context);
  }

  @Override
  public Buffer allocate(ElementType type, Kind kind, int... dims) {
    context.checkOpen();
    long bytes = (long) OpenClBuffer.elements(dims) * OpenClBuffer.elementBytes(type);
    if (kind == Kind.IMAGE && dims.length != 4) {
      throw new IllegalArgumentException("an IMAGE buffer has rank 4, got shape " + Arrays.toString(dims));
    }
    return new OpenClBuffer(context, type, kind, pool.take(bytes), null, dims);
  }

  /** A PLAIN REAL buffer for a kernel's own use; closing gives it back. */
  Lease lease(int... dims) {
    return new Lease(this, (OpenClBuffer) allocate(ElementType.REAL, Kind.PLAIN, dims));
  }

  record Lease(OpenClMemory memory, OpenClBuffer buffer) implements AutoCloseable {
    @Override
    public void close() {
      memory.release(buffer);
    }
  }

  @Override
  public void release(Buffer buffer) {
    if (!(buffer instanceof OpenClBuffer own)) {
      throw new IllegalArgumentException("buffer " + buffer + " does not belong to the OpenCL device");
    }
    if (own.isView()) {
      throw new IllegalArgumentException("buffer " + buffer + " is a view; release the buffer it was made from");
    }
    if (!own.markReleased()) {
      throw new IllegalStateException("buffer " + buffer + " was released twice");
    }
    pool.give(own.block);
  }

  @Override
  public Buffer view(Buffer plain, int... dims) {
    var own = OpenClBuffer.of(plain, context);
    if (own.kind() != Kind.PLAIN || Buffer.count(dims) != own.count()) {
      throw new IllegalArgumentException("a view needs a PLAIN buffer of equal count: have " + own + ", asked for " + Arrays.toString(dims));
    }
    return new OpenClBuffer(context, own.type(), Kind.PLAIN, own.block, own.root(), dims);
  }

  private OpenClBuffer checked(Buffer buffer, int length, boolean fits) {
    var own = OpenClBuffer.of(buffer, context);
    if (!fits || length != own.count()) {
      throw new IllegalArgumentException("host array has " + length + " elements of another type or number than buffer " + buffer
          + " with " + buffer.count());
    }
    return own;
  }

  @Override
  public void upload(float[] source, Buffer target) {
    var own = checked(target, source.length, target.type() == ElementType.REAL);
    staging.upload(own, 4, (bytes, from, count) -> bytes.asFloatBuffer().put(source, from, count));
  }

  @Override
  public void upload(double[] source, Buffer target) {
    var own = checked(target, source.length, target.type() == ElementType.REAL);
    staging.upload(own, 4, (bytes, from, count) -> {
      for (int i = 0; i < count; i++) {
        bytes.putFloat(4 * i, (float) source[from + i]);
      }
    });
  }

  @Override
  public void upload(int[] source, Buffer target) {
    var own = checked(target, source.length, target.type() == ElementType.INT32);
    staging.upload(own, 4, (bytes, from, count) -> bytes.asIntBuffer().put(source, from, count));
    own.uploaded(source.clone());
  }

  @Override
  public void upload(byte[] source, Buffer target) {
    var own = checked(target, source.length, target.type() == ElementType.UINT8 || target.type() == ElementType.INT8);
    staging.upload(own, 1, (bytes, from, count) -> bytes.put(0, source, from, count));
  }

  @Override
  public void download(Buffer source, float[] target) {
    var own = checked(source, target.length, source.type() == ElementType.REAL);
    staging.download(own, 4, (bytes, from, count) -> bytes.asFloatBuffer().get(target, from, count));
  }

  @Override
  public void download(Buffer source, double[] target) {
    var own = checked(source, target.length, source.type() == ElementType.REAL);
    staging.download(own, 4, (bytes, from, count) -> {
      for (int i = 0; i < count; i++) {
        target[from + i] = bytes.getFloat(4 * i);
      }
    });
  }

  @Override
  public void download(Buffer source, int[] target) {
    var own = checked(source, target.length, source.type() == ElementType.INT32);
    staging.download(own, 4, (bytes, from, count) -> bytes.asIntBuffer().get(target, from, count));
  }

  @Override
  public void download(Buffer source, byte[] target) {
    var own = checked(source, target.length, source.type() == ElementType.UINT8 || source.type() == ElementType.INT8);
    staging.download(own, 1, (bytes, from, count) -> bytes.get(0, target, from, count));
  }

  @Override
  public void copy(Buffer source, Buffer target) {
    var from = OpenClBuffer.of(source, context);
    var to = OpenClBuffer.of(target, context);
    if (from.type() != to.type() || from.count() != to.count()) {
      throw new IllegalArgumentException("[copy] source and target differ: " + from + ", " + to);
    }
    if (from.kind() == Kind.IMAGE && to.kind() == Kind.IMAGE && !from.sameShape(to)) {
      throw new IllegalArgumentException("[copy] images of different shapes: " + from + ", " + to);
    }
    if (from.count() > 0 && from.block != to.block) {
      Cl.copy(context.queue, from.memory(), 0, to.memory(), 0, from.sizeBytes());
    }
    to.uploaded(from.uploaded());
  }

  @Override
  public void fill(Buffer target, double value) {
    var own = OpenClBuffer.of(target, context);
    switch (own.type()) {
      case REAL -> Launch.of(context, "pointwise", "fill").buffer(own).value((float) value).value(own.elements()).items(own.elements());
      case INT32 -> {
        own.uploaded(null);
        Launch.of(context, "pointwise", "fill_int").buffer(own).value((int) value).value(own.elements()).items(own.elements());
      }
      case UINT8, INT8 -> throw new IllegalArgumentException("[fill] needs a REAL or INT32 buffer, got " + target);
    }
  }

  @Override
  public Usage usage() {
    return pool.usage();
  }

  @Override
  public void trim() {
    context.checkOpen();
    pool.trim();
  }

  @Override
  public void resetPeak() {
    pool.resetPeak();
  }

  void close() {
    Releases.all(staging::close, pool::close);
  }
}

package dev.mien.kernels.simd;

import dev.mien.kernels.Buffer;
import dev.mien.kernels.ElementType;
import dev.mien.kernels.Kind;
import dev.mien.kernels.Memory;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Allocation and transfer of the CPU back-end. */
final class SimdMemory implements Memory {
  private final Accounts accounts = new Accounts(Runtime.getRuntime().maxMemory() / 2);
  final SlabPool reals = new SlabPool(float[]::new, 4, accounts);
  final SlabPool doubles = new SlabPool(double[]::new, 8, accounts);
  private final SlabPool ints = new SlabPool(int[]::new, 4, accounts);
  private final SlabPool bytes = new SlabPool(byte[]::new, 1, accounts);
  private final Workers workers;
  private final Set<SimdBuffer> frozen = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  SimdMemory(Workers workers) {
    this.workers = workers;
  }

  private SlabPool pool(ElementType type) {
    return switch (type) {
      case REAL -> reals;
      case INT32 -> ints;
      case UINT8, INT8 -> bytes;
    };
  }

  @Override
  public Buffer allocate(ElementType type, Kind kind, int... dims) {
    if (closed) {
      throw new IllegalStateException("the cpu device was closed and cannot be used any more");
    }
    int n = SimdBuffer.physical(type, kind, dims);
    return new SimdBuffer(type, kind, pool(type).take(n, false), null, dims);
  }

  @Override
  public void release(Buffer buffer) {
    if (!(buffer instanceof SimdBuffer s)) {
      throw new IllegalArgumentException("buffer " + buffer + " does not belong to the cpu device");
    }
    if (s.isView()) {
      throw new IllegalArgumentException("buffer " + buffer + " is a view; release the buffer it was made from");
    }
    if (!s.markReleased()) {
      throw new IllegalStateException("buffer " + buffer + " was released twice");
    }
    thaw(s);
    pool(s.type()).give(s.block, false);
  }

  @Override
  public void freeze(Buffer weights) {
    var root = SimdBuffer.of(weights).root();
    if (weights.type() != ElementType.REAL || weights.kind() != Kind.PLAIN) {
      throw new IllegalArgumentException("[freeze] needs a PLAIN REAL buffer, got " + weights);
    }
    if (root.freeze()) {
      frozen.add(root);
    }
  }

  @Override
  public void thaw(Buffer weights) {
    thaw(SimdBuffer.of(weights).root());
  }

  private void thaw(SimdBuffer root) {
    if (root.thaw()) {
      frozen.remove(root);
    }
  }

  @Override
  public Buffer view(Buffer plain, int... dims) {
    var s = SimdBuffer.of(plain);
    if (s.kind() != Kind.PLAIN || Buffer.count(dims) != s.count()) {
      throw new IllegalArgumentException("a view needs a PLAIN buffer of equal count: have " + s + ", asked for "
          + Arrays.toString(dims));
    }
    return new SimdBuffer(s.type(), Kind.PLAIN, s.block, s.root(), dims);
  }

  private static SimdBuffer checked(Buffer buffer, int length, boolean fits) {
    var s = SimdBuffer.of(buffer);
    if (!fits || length != s.count()) {
      throw new IllegalArgumentException("host array has " + length + " elements of another type or number than buffer " + buffer
          + " with " + buffer.count());
    }
    return s;
  }

  @Override
  public void upload(float[] source, Buffer target) {
    var t = checked(target, source.length, target.type() == ElementType.REAL);
    if (t.blocked()) {
      Layout.pack(workers, source, 0, t);
    } else {
      System.arraycopy(source, 0, t.reals, t.offset, source.length);
    }
  }

  @Override
  public void upload(double[] source, Buffer target) {
    float[] narrow = new float[source.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) source[i];
    }
    upload(narrow, target);
  }

  @Override
  public void upload(int[] source, Buffer target) {
    var t = checked(target, source.length, target.type() == ElementType.INT32);
    if (t.blocked()) {
      Layout.pack(source, t);
    } else {
      System.arraycopy(source, 0, t.ints, t.offset, source.length);
    }
  }

  @Override
  public void upload(byte[] source, Buffer target) {
    var t = checked(target, source.length, target.type() == ElementType.UINT8 || target.type() == ElementType.INT8);
    System.arraycopy(source, 0, t.bytes, t.offset, source.length);
  }

  @Override
  public void download(Buffer source, float[] target) {
    var s = checked(source, target.length, source.type() == ElementType.REAL);
    if (s.blocked()) {
      Layout.unpack(workers, s, target, 0);
    } else {
      System.arraycopy(s.reals, s.offset, target, 0, target.length);
    }
  }

  @Override
  public void download(Buffer source, double[] target) {
    float[] narrow = new float[target.length];
    download(source, narrow);
    for (int i = 0; i < narrow.length; i++) {
      target[i] = narrow[i];
    }
  }

  @Override
  public void download(Buffer source, int[] target) {
    var s = checked(source, target.length, source.type() == ElementType.INT32);
    if (s.blocked()) {
      Layout.unpack(s, target);
    } else {
      System.arraycopy(s.ints, s.offset, target, 0, target.length);
    }
  }

  @Override
  public void download(Buffer source, byte[] target) {
    var s = checked(source, target.length, source.type() == ElementType.UINT8 || source.type() == ElementType.INT8);
    System.arraycopy(s.bytes, s.offset, target, 0, target.length);
  }

  @Override
  public void copy(Buffer source, Buffer target) {
    var s = SimdBuffer.of(source);
    var t = SimdBuffer.of(target);
    if (s.type() != t.type() || s.count() != t.count()) {
      throw new IllegalArgumentException("[copy] source and target differ: " + s + ", " + t);
    }
    if (s.blocked() == t.blocked()) {
      if (s.blocked() && !s.sameShape(t)) {
        throw new IllegalArgumentException("[copy] images of different shapes: " + s + ", " + t);
      }
      copyRaw(s, t);
    } else if (s.type() == ElementType.INT32) {
      int[] dense = new int[(int) s.count()];
      download(s, dense);
      upload(dense, t);
    } else if (s.blocked()) {
      Layout.unpack(workers, s, t.reals, t.offset);
    } else {
      Layout.pack(workers, s.reals, s.offset, t);
    }
  }

  private void copyRaw(SimdBuffer s, SimdBuffer t) {
    Object from = s.block.array();
    Object to = t.block.array();
    workers.ranges(s.physical, 1 << 16,
        (a, b) -> System.arraycopy(from, s.offset + a, to, t.offset + a, b - a));
  }

  @Override
  public void fill(Buffer target, double value) {
    var t = SimdBuffer.of(target);
    switch (t.type()) {
      case REAL -> workers.ranges(t.physical, 1 << 16,
          (a, b) -> Arrays.fill(t.reals, t.offset + a, t.offset + b, (float) value));
      case INT32 -> Arrays.fill(t.ints, t.offset, t.offset + t.physical, (int) value);
      case UINT8, INT8 -> throw new IllegalArgumentException("[fill] needs a REAL or INT32 buffer, got " + t);
    }
    if (value != 0) {
      Layout.clearPadding(t);
    }
  }

  @Override
  public Usage usage() {
    return accounts.usage();
  }

  @Override
  public void trim() {
    for (var weights : frozen) {
      FrozenForms forms = weights.forms();
      if (forms != null) {
        forms.drop();
      }
    }
    reals.trim();
    doubles.trim();
    ints.trim();
    bytes.trim();
  }

  @Override
  public void resetPeak() {
    accounts.resetPeak();
  }

  void close() {
    closed = true;
    trim();
  }
}

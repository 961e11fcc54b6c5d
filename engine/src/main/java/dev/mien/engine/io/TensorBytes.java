package dev.mien.engine.io;

import dev.mien.engine.io.SafeTensorsHeader.Entry;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Host tensors to little-endian bytes and back, piece by piece. */
final class TensorBytes {
  private static final int CHUNK_BYTES = 1 << 16;

  private TensorBytes() {}

  /** Takes the first {@code length} bytes of {@code data}, which is reused afterwards. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] data, int length) throws IOException;
  }

  static void write(HostTensor tensor, Sink sink) throws IOException {
    var dtype = Dtype.of(tensor);
    int total = Math.toIntExact(tensor.shape().count());
    var chunk = ByteBuffer.allocate((int) Math.clamp(tensor.shape().count() * dtype.sizeBytes, 1, CHUNK_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    int step = chunk.capacity() / dtype.sizeBytes;
    for (int at = 0; at < total; at += step) {
      int count = Math.min(step, total - at);
      switch (dtype) {
        case F64 -> chunk.asDoubleBuffer().put(tensor.doubles(), at, count);
        case F32 -> chunk.asFloatBuffer().put(tensor.floats(), at, count);
        case I32 -> chunk.asIntBuffer().put(tensor.ints(), at, count);
        default -> chunk.put(0, tensor.bytes(), at, count);
      }
      sink.accept(chunk.array(), count * dtype.sizeBytes);
    }
  }

  /** Reads one tensor whose entry has been checked; every byte also goes to {@code tap}. */
  static HostTensor read(String source, Entry entry, InputStream in, Sink tap) throws IOException {
    int total = Math.toIntExact(entry.shape().count());
    int[] shape = entry.shape().toArray();
    var chunk = ByteBuffer.allocate((int) Math.clamp(entry.end() - entry.begin(), 1, CHUNK_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    var pieces = new Pieces(source, entry, in, tap, chunk, total);
    return switch (entry.dtype()) {
      case F64 -> {
        var data = new double[total];
        pieces.each((at, n) -> chunk.asDoubleBuffer().get(data, at, n));
        yield HostTensor.of(data, shape);
      }
      case F32 -> {
        var data = new float[total];
        pieces.each((at, n) -> chunk.asFloatBuffer().get(data, at, n));
        yield HostTensor.of(data, shape);
      }
      case F16 -> {
        var data = new float[total];
        pieces.each((at, n) -> halves(chunk, data, at, n));
        yield HostTensor.of(data, shape);
      }
      case BF16 -> {
        var data = new float[total];
        pieces.each((at, n) -> brains(chunk, data, at, n));
        yield HostTensor.of(data, shape);
      }
      case I32 -> {
        var data = new int[total];
        pieces.each((at, n) -> chunk.asIntBuffer().get(data, at, n));
        yield HostTensor.of(data, shape);
      }
      case I64 -> {
        var data = new int[total];
        pieces.each((at, n) -> longs(source, entry, chunk, data, at, n));
        yield HostTensor.of(data, shape);
      }
      case U8 -> {
        var data = new byte[total];
        pieces.each((at, n) -> chunk.get(0, data, at, n));
        yield HostTensor.of(data, shape);
      }
      case I8 -> {
        var data = new byte[total];
        pieces.each((at, n) -> chunk.get(0, data, at, n));
        yield HostTensor.ofInt8(data, shape);
      }
      default -> throw new IllegalArgumentException("tensor of dtype " + entry.dtype() + " was let through to the reader");
    };
  }

  private static void halves(ByteBuffer chunk, float[] data, int at, int count) {
    for (int i = 0; i < count; i++) {
      data[at + i] = Float.float16ToFloat(chunk.getShort(2 * i));
    }
  }

  private static void brains(ByteBuffer chunk, float[] data, int at, int count) {
    for (int i = 0; i < count; i++) {
      data[at + i] = Float.intBitsToFloat(chunk.getShort(2 * i) << 16);
    }
  }

  private static void longs(String source, Entry entry, ByteBuffer chunk, int[] data, int at, int count) {
    for (int i = 0; i < count; i++) {
      long value = chunk.getLong(8 * i);
      if (value != (int) value) {
        throw SafeTensorsHeader.fail(source, "tensor " + StrictJson.quoteShort(entry.name()) + " holds " + value + " at index "
            + (at + i) + ", Mien reads I64 only within 32 bits");
      }
      data[at + i] = (int) value;
    }
  }

  private interface Convert {
    void accept(int at, int count);
  }

  private record Pieces(String source, Entry entry, InputStream in, Sink tap, ByteBuffer chunk, int total) {
    void each(Convert convert) throws IOException {
      int size = entry.dtype().sizeBytes;
      int step = chunk.capacity() / size;
      for (int at = 0; at < total; at += step) {
        int count = Math.min(step, total - at);
        if (in.readNBytes(chunk.array(), 0, count * size) < count * size) {
          throw new FormatException("[safetensors] " + source + " ended inside tensor " + StrictJson.quoteShort(entry.name())
              + ": it changed while it was read");
        }
        tap.accept(chunk.array(), count * size);
        convert.accept(at, count);
      }
    }
  }
}

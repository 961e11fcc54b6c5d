package dev.mien.training.facedata;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Numpy's {@code .npy} files, version 1.0 and 2.0, C order, of float32, bool or int64 in little-endian order. The header is checked
 * against the size of the file before anything is allocated; parts can be read by many threads.
 *
 * <pre>{@code
 * try (var file = NpyFile.open(Path.of("lfw_list.npy"))) {
 *   boolean[] same = file.booleans();
 * }
 * NpyFile.write(path, NpyFile.Type.FLOAT32, out -> out.floats(row), rows, 512);
 * }</pre>
 */
public final class NpyFile implements AutoCloseable {
  private final PositionalFile file;
  private final NpyHeader header;

  /** Types of elements. */
  public enum Type {
    FLOAT32("<f4", 4), BOOL("|b1", 1), INT64("<i8", 8);

    private final String code;
    private final int bytes;

    Type(String code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    String code() {
      return code;
    }

    /** Size of an element. */
    public int bytes() {
      return bytes;
    }
  }

  private NpyFile(PositionalFile file, NpyHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file.
   *
   * @throws MienException when there is none
   * @throws FormatException when the header is malformed, the type or the order is another, or the data are not exactly as long as
   *     the shape says
   */
  public static NpyFile open(Path path) {
    var file = PositionalFile.open("npy", path, "a numpy array (.npy)");
    try {
      return new NpyFile(file, header(file));
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static NpyHeader header(PositionalFile file) {
    var start = file.read(0, (int) Math.min(NpyHeader.PREFIX_BYTES, file.size()));
    if (start.length < NpyHeader.PREFIX_BYTES || !Arrays.equals(start, 0, 6, NpyHeader.MAGIC, 0, 6)) {
      throw new FormatException("[npy] " + file.path() + " does not begin with 93 'NUMPY'; it is cut off or no numpy array. Expected "
          + "a file that numpy.save wrote");
    }
    if (start[6] < 1 || start[6] > 2 || start[7] != 0) {
      throw new FormatException("[npy] " + file.path() + " has version " + start[6] + "." + start[7] + "; expected 1.0 or 2.0");
    }
    var numbers = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    int prefix = start[6] == 1 ? 10 : 12;
    long length = start[6] == 1 ? numbers.getShort(8) & 0xFFFF : numbers.getInt(8) & 0xFFFFFFFFL;
    if (length > NpyHeader.MAX_BYTES || length > file.size() - prefix) {
      throw new FormatException("[npy] " + file.path() + " declares a header of " + length + " bytes in a file of " + file.size()
          + "; expected at most " + NpyHeader.MAX_BYTES + ". The file is cut off or damaged, copy it again");
    }
    var header = NpyHeader.parse(file.path().toString(), file.read(prefix, (int) length), prefix + length);
    long data = file.size() - header.dataOffset();
    if (header.elements() * header.type().bytes() != data) {
      throw new FormatException("[npy] " + file.path() + " has " + data + " bytes of data, but the shape "
          + NpyHeader.text(header.shape()) + " of " + header.type().code() + " needs " + header.elements() * header.type().bytes()
          + ". The file is cut off or damaged, copy it again");
    }
    return header;
  }

  public Type type() {
    return header.type();
  }

  public List<Long> shape() {
    return header.shape();
  }

  /** Number of elements. */
  public long size() {
    return header.elements();
  }

  /** All elements of an array of float32. */
  public float[] floats() {
    var all = new float[count(Type.FLOAT32)];
    floats(0, all, 0, all.length);
    return all;
  }

  /** Elements from number {@code first} of an array of float32, into {@code into} from {@code at}. */
  public void floats(long first, float[] into, int at, int count) {
    require(Type.FLOAT32);
    if (first < 0 || count < 0 || first + count > size()) {
      throw new IndexOutOfBoundsException("elements " + first + " to " + (first + count) + " of " + size() + " in " + file.path());
    }
    PlainFloats.read(file, header.dataOffset() + 4 * first, into, at, count);
  }

  /**
   * All elements of an array of bool.
   *
   * @throws FormatException when a byte is neither 0 nor 1
   */
  public boolean[] booleans() {
    var bytes = file.read(header.dataOffset(), count(Type.BOOL));
    var all = new boolean[bytes.length];
    for (int i = 0; i < all.length; i++) {
      if (bytes[i] < 0 || bytes[i] > 1) {
        throw new FormatException("[npy] " + file.path() + ": element " + i + " is " + (bytes[i] & 0xFF) + "; expected 0 or 1");
      }
      all[i] = bytes[i] == 1;
    }
    return all;
  }

  /** All elements of an array of int64. */
  public long[] longs() {
    var all = new long[count(Type.INT64)];
    int step = 8192;
    for (int i = 0; i < all.length; i += step) {
      int count = Math.min(step, all.length - i);
      var bytes = ByteBuffer.wrap(file.read(header.dataOffset() + 8L * i, 8 * count)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().get(all, i, count);
    }
    return all;
  }

  private void require(Type type) {
    if (header.type() != type) {
      throw new FormatException("[npy] " + file.path() + " holds " + header.type().code() + "; expected " + type.code());
    }
  }

  private int count(Type type) {
    require(type);
    if (size() > Integer.MAX_VALUE - 64) {
      throw new FormatException("[npy] " + file.path() + " has " + size() + " elements, too many for one array; read it in parts");
    }
    return (int) size();
  }

  @Override
  public void close() {
    file.close();
  }

  /** Appends elements to a file. */
  @FunctionalInterface
  public interface Body {
    void write(Output out) throws IOException;
  }

  /**
   * Writes an array whole or not at all, with memory for one part of it.
   *
   * @param shape what {@code body} must write, to the element
   * @throws MienException when it writes more or less, or the file cannot be written
   */
  public static void write(Path path, Type type, Body body, long... shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
      if (size < 0) {
        throw new IllegalArgumentException("[npy] the shape " + Arrays.toString(shape) + " has a negative size");
      }
    }
    long wanted = elements;
    DurableFiles.write(path, stream -> {
      stream.write(NpyHeader.format(type, shape));
      var out = new Output(path, type, wanted, stream);
      body.write(out);
      if (out.written != wanted) {
        throw new MienException("[npy] " + path + " got " + out.written + " elements; its shape " + Arrays.toString(shape)
            + " promises " + wanted);
      }
    });
  }

  /** Takes the elements of an array in C order. */
  public static final class Output {
    private final Path path;
    private final Type type;
    private final long wanted;
    private final OutputStream stream;
    private long written;

    private Output(Path path, Type type, long wanted, OutputStream stream) {
      this.path = path;
      this.type = type;
      this.wanted = wanted;
      this.stream = stream;
    }

    /** Appends elements to an array of float32. */
    public void floats(float... values) throws IOException {
      var out = buffer(Type.FLOAT32, values.length);
      out.asFloatBuffer().put(values);
      stream.write(out.array());
    }

    /** Appends elements to an array of bool. */
    public void booleans(boolean... values) throws IOException {
      var out = buffer(Type.BOOL, values.length);
      for (boolean value : values) {
        out.put((byte) (value ? 1 : 0));
      }
      stream.write(out.array());
    }

    /** Appends elements to an array of int64. */
    public void longs(long... values) throws IOException {
      var out = buffer(Type.INT64, values.length);
      out.asLongBuffer().put(values);
      stream.write(out.array());
    }

    private ByteBuffer buffer(Type given, int count) {
      if (given != type) {
        throw new IllegalArgumentException("[npy] " + path + " is written as " + type.code() + ", got " + given.code());
      }
      written += count;
      if (written > wanted) {
        throw new MienException("[npy] " + path + " got " + written + " elements; its shape promises " + wanted);
      }
      return ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}

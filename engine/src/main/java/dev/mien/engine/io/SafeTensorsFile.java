package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import dev.mien.engine.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * An open safetensors file whose tensors are read one by one, by any number of threads. Its header was checked against its size. A file that
 * is replaced meanwhile is read on as it was.
 *
 * <pre>{@code
 * try (var file = SafeTensorsFile.open(path)) {
 *   HostTensor weight = file.read("fc.weight");
 * }
 * }</pre>
 */
public final class SafeTensorsFile implements AutoCloseable {
  private final Path path;
  private final RandomAccessFile file;
  private final long dataOffset;
  private final SafeTensorsHeader header;
  private final Map<String, SafeTensorsHeader.Entry> entries = new LinkedHashMap<>();

  private SafeTensorsFile(Path path, RandomAccessFile file) throws IOException {
    this.path = path;
    this.file = file;
    var start = new Part(0);
    header = SafeTensors.readHeader(path.toString(), start, file.length(), SafeTensors.NO_TAP);
    dataOffset = start.at;
    header.entries().forEach(e -> entries.put(e.name(), e));
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws FormatException when it breaks a rule of the format
   * @throws MienException when it cannot be read
   */
  public static SafeTensorsFile open(Path path) {
    try {
      DurableFiles.open(path).close(); // refuses what is no file, and says why
      var file = new RandomAccessFile(path.toFile(), "r");
      try {
        return new SafeTensorsFile(path, file);
      } catch (IOException | RuntimeException | Error e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw DurableFiles.failure("read", path, e);
    }
  }

  /** The free strings by name. */
  public SequencedMap<String, String> metadata() {
    return Collections.unmodifiableSequencedMap(header.metadata());
  }

  /** The tensors' names in the order of the header. */
  public List<String> names() {
    return new ArrayList<>(entries.keySet());
  }

  /**
   * The shape of a tensor, without reading it.
   *
   * @throws FormatException when there is none of this name
   */
  public Shape shape(String name) {
    return entry(name).shape();
  }

  /**
   * Reads one tensor.
   *
   * @throws FormatException when there is none of this name, its type is none that Mien reads, or the file was cut off
   */
  public HostTensor read(String name) {
    var entry = entry(name);
    SafeTensors.requireReadable(path.toString(), entry);
    try {
      return TensorBytes.read(path.toString(), entry, new Part(dataOffset + entry.begin()), (data, length) -> { });
    } catch (IOException e) {
      throw DurableFiles.failure("read", path, e);
    }
  }

  private SafeTensorsHeader.Entry entry(String name) {
    var entry = entries.get(name);
    if (entry == null) {
      throw new FormatException("[safetensors] " + path + " holds no tensor " + StrictJson.quoteShort(name));
    }
    return entry;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw DurableFiles.failure("close", path, e);
    }
  }

  /** The file from some place on; no channel, for a channel is closed when a thread that reads it is interrupted. */
  private final class Part extends InputStream {
    private long at;

    Part(long at) {
      this.at = at;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 1 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      synchronized (file) {
        file.seek(at);
        int n = file.read(target, from, length);
        at += Math.max(0, n);
        return n;
      }
    }
  }
}

package dev.mien.engine.io;

import dev.mien.engine.io.SafeTensorsHeader.Entry;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.MienException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads and writes safetensors files: 8 bytes header length, a JSON header {@code {name: {dtype, shape, data_offsets}}}, raw
 * little-endian data (github.com/huggingface/safetensors). F16 and BF16 become float, I64 becomes int where it fits. The header
 * may have 100,000,000 bytes, the format's own limit and no lower one of ours: nothing is allocated for it beyond the size of the
 * file. Files are read, not mapped: a mapped file that is cut off meanwhile kills the virtual machine.
 *
 * <pre>{@code
 * SafeTensors.write(path, Map.of("fc.weight", HostTensor.of(w, 101, 512)), Map.of("format", "pt"));
 * HostTensor weight = SafeTensors.read(path).tensors().get("fc.weight");
 * }</pre>
 */
public final class SafeTensors {
  /** The largest header that the format allows. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private SafeTensors() {}

  /**
   * What a file holds, in the order of its header.
   *
   * @param tensors by name
   * @param metadata free strings by name
   * @param nonFinite the names of tensors with a NaN or an infinity, which the format allows
   */
  public record Contents(SequencedMap<String, HostTensor> tensors, SequencedMap<String, String> metadata,
      List<String> nonFinite) {}

  /** Sees the raw bytes while they are read. */
  interface Tap {
    /** The length field and the JSON. */
    void header(byte[] lengthField, byte[] json);

    /** Some bytes of a tensor, in the order of the file. */
    void payload(String name, byte[] data, int length);
  }

  static final Tap NO_TAP = new Tap() {
    @Override
    public void header(byte[] lengthField, byte[] json) {}

    @Override
    public void payload(String name, byte[] data, int length) {}
  };

  /**
   * Reads a whole file.
   *
   * @throws FormatException when it breaks a rule of the format; nothing of it is returned
   * @throws MienException when it cannot be read
   */
  public static Contents read(Path file) {
    return read(file, NO_TAP);
  }

  static Contents read(Path file, Tap tap) {
    try (var in = DurableFiles.open(file)) {
      return read(file.toString(), in, in.getChannel().size(), tap);
    } catch (IOException e) {
      throw DurableFiles.failure("read", file, e);
    }
  }

  /** Reads a file's bytes; {@code source} names them in errors. */
  public static Contents read(String source, byte[] bytes) {
    return read(source, bytes, NO_TAP);
  }

  static Contents read(String source, byte[] bytes, Tap tap) {
    try {
      return read(source, new ByteArrayInputStream(bytes), bytes.length, tap);
    } catch (IOException e) {
      throw new MienException("[safetensors] " + source + ": " + e.getMessage(), e);
    }
  }

  /** The metadata alone, without reading a tensor; the whole header is checked. */
  public static SequencedMap<String, String> readMetadata(Path file) {
    try (var in = DurableFiles.open(file)) {
      return Collections.unmodifiableSequencedMap(readHeader(file.toString(), in, in.getChannel().size(), NO_TAP).metadata());
    } catch (IOException e) {
      throw DurableFiles.failure("read", file, e);
    }
  }

  private static Contents read(String source, InputStream in, long sizeBytes, Tap tap) throws IOException {
    var header = readHeader(source, in, sizeBytes, tap);
    header.entries().forEach(entry -> requireReadable(source, entry));
    var read = new HashMap<String, HostTensor>();
    for (var entry : header.byOffset()) {
      read.put(entry.name(), TensorBytes.read(source, entry, in, (data, length) -> tap.payload(entry.name(), data, length)));
    }
    var tensors = new LinkedHashMap<String, HostTensor>();
    var nonFinite = new ArrayList<String>();
    for (Entry entry : header.entries()) {
      var tensor = read.get(entry.name());
      tensors.put(entry.name(), tensor);
      if (firstNonFinite(tensor) >= 0) {
        nonFinite.add(entry.name());
      }
    }
    return new Contents(Collections.unmodifiableSequencedMap(tensors), Collections.unmodifiableSequencedMap(header.metadata()),
        List.copyOf(nonFinite));
  }

  static void requireReadable(String source, Entry entry) {
    if (!entry.dtype().isReadable) {
      throw SafeTensorsHeader.fail(source, "tensor " + StrictJson.quoteShort(entry.name()) + " has dtype " + entry.dtype() + ", Mien reads "
          + Dtype.READABLE);
    }
  }

  static SafeTensorsHeader readHeader(String source, InputStream in, long sizeBytes, Tap tap) throws IOException {
    byte[] lengthField = in.readNBytes(Long.BYTES);
    if (lengthField.length < Long.BYTES) {
      throw SafeTensorsHeader.fail(source, "the file has " + sizeBytes + " bytes, the length of the header alone takes 8");
    }
    long length = ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw SafeTensorsHeader.fail(source, "the header claims " + Long.toUnsignedString(length) + " bytes, at most "
          + MAX_HEADER_BYTES + " are allowed: this is no safetensors file");
    }
    long rest = sizeBytes - Long.BYTES;
    if (length > rest) {
      throw SafeTensorsHeader.fail(source, "the header claims " + length + " bytes, but only " + rest
          + " follow: the file was cut off");
    }
    byte[] json = in.readNBytes((int) length);
    if (json.length < length) {
      throw SafeTensorsHeader.fail(source, "the file ended inside the header: it changed while it was read");
    }
    tap.header(lengthField, json);
    return SafeTensorsHeader.parse(source, json, rest - length);
  }

  /**
   * Writes a file durably, replacing an older one at once. Tensors keep the map's order in the header; in the file the wider
   * element types come first, so that every tensor is aligned to its elements.
   *
   * @throws MienException when it cannot be written; an older file is then untouched
   */
  public static void write(Path file, Map<String, HostTensor> tensors, Map<String, String> metadata) {
    write(file, parts(tensors), metadata);
  }

  /**
   * The same of tensors that are asked for one after the other, so that memory for one of them is enough.
   *
   * @throws MienException when it cannot be written; an older file is then untouched
   */
  public static void write(Path file, List<SafeTensorsPart> parts, Map<String, String> metadata) {
    var layout = new SafeTensorsLayout(parts);
    byte[] header = layout.header(metadata);
    DurableFiles.write(file, out -> {
      out.write(header);
      layout.payload((name, data, length) -> out.write(data, 0, length));
    });
  }

  static List<SafeTensorsPart> parts(Map<String, HostTensor> tensors) {
    return tensors.entrySet().stream().map(e -> SafeTensorsPart.of(e.getKey(), e.getValue())).toList();
  }

  /** Index of the first NaN or infinity, or -1. */
  static int firstNonFinite(HostTensor tensor) {
    if (!tensor.isReal()) {
      return -1;
    }
    if (tensor.isDouble()) {
      var d = tensor.doubles();
      for (int i = 0; i < d.length; i++) {
        if (!Double.isFinite(d[i])) {
          return i;
        }
      }
    } else {
      var f = tensor.floats();
      for (int i = 0; i < f.length; i++) {
        if (!Float.isFinite(f[i])) {
          return i;
        }
      }
    }
    return -1;
  }
}

package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A parsed and checked header.
 *
 * @param entries in the order of the header
 * @param metadata the {@code __metadata__} strings
 */
record SafeTensorsHeader(List<Entry> entries, SequencedMap<String, String> metadata) {
  static final String METADATA = "__metadata__";
  static final int MAX_TENSORS = 100_000;
  static final int MAX_STRINGS = 200_000;
  static final int MAX_RANK = 8;
  static final int MAX_DEPTH = 8;
  static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  /** One tensor; offsets count from the end of the header. */
  record Entry(String name, Dtype dtype, Shape shape, long begin, long end) {}

  /**
   * Parses the JSON of a header and checks that its tensors fill {@code payloadBytes} exactly.
   *
   * @throws FormatException naming {@code source}, the tensor and what is wrong with it
   */
  static SafeTensorsHeader parse(String source, byte[] json, long payloadBytes) {
    if (json.length == 0 || json[0] != '{') {
      throw fail(source, json.length == 0 ? "the header is empty, it must be a JSON object"
          : "the header must start with '{': this is no safetensors file");
    }
    var in = new JsonReader(source, json, new JsonLimits(json.length, MAX_DEPTH, Long.MAX_VALUE));
    var entries = new ArrayList<Entry>();
    var metadata = new LinkedHashMap<String, String>();
    in.object(name -> {
      if (name.equals(METADATA)) {
        in.object(key -> {
          if (metadata.size() == MAX_STRINGS) {
            throw fail(source, "more than " + MAX_STRINGS + " metadata strings");
          }
          metadata.put(key, in.string());
        });
      } else if (entries.size() == MAX_TENSORS) {
        throw fail(source, "more than " + MAX_TENSORS + " tensors");
      } else {
        entries.add(new EntryParser(source, name).parse(in, payloadBytes));
      }
    });
    in.end();
    var header = new SafeTensorsHeader(entries, metadata);
    header.checkContiguous(source, payloadBytes);
    return header;
  }

  /** The tensors as they lie in the file. */
  List<Entry> byOffset() {
    var sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return sorted;
  }

  private void checkContiguous(String source, long payloadBytes) {
    long at = 0;
    for (var e : byOffset()) {
      if (e.begin() != at) {
        throw fail(source, "tensor " + StrictJson.quoteShort(e.name()) + " begins at " + e.begin()
            + ", but the one before it ends at " + at + (e.begin() < at ? ": they overlap" : ": a hole between them"));
      }
      at = e.end();
    }
    if (at != payloadBytes) {
      throw fail(source, "the tensors end at " + at + ", but " + payloadBytes + " bytes follow the header");
    }
  }

  static FormatException fail(String source, String what) {
    return new FormatException("[safetensors] " + source + ": " + what);
  }

  /** Collects the three fields of one tensor. */
  private static final class EntryParser {
    private final String source;
    private final String name;
    private String dtype;
    private List<Long> extents;
    private List<Long> offsets;

    EntryParser(String source, String name) {
      this.source = source;
      this.name = name;
    }

    Entry parse(JsonReader in, long payloadBytes) {
      in.object(field -> {
        switch (field) {
          case "dtype" -> dtype = in.string();
          case "shape" -> extents = integers(in, MAX_RANK, "shape has more than " + MAX_RANK + " extents");
          case "data_offsets" -> offsets = integers(in, 2, "data_offsets has more than 2 numbers");
          default -> throw wrong("unknown field " + StrictJson.quoteShort(field));
        }
      });
      if (dtype == null || extents == null || offsets == null) {
        throw wrong((dtype == null ? "dtype" : extents == null ? "shape" : "data_offsets") + " is missing");
      }
      var type = Dtype.named(dtype);
      if (type == null) {
        throw wrong("unknown dtype " + StrictJson.quoteShort(dtype));
      }
      long sizeBytes = sizeBytes(type);
      checkOffsets(sizeBytes, payloadBytes);
      return new Entry(name, type, shape(), offsets.get(0), offsets.get(1));
    }

    private List<Long> integers(JsonReader in, int most, String tooMany) {
      var found = new ArrayList<Long>(4);
      in.array(() -> {
        if (found.size() == most) {
          throw wrong(tooMany);
        }
        long value = in.integer();
        if (value < 0) {
          throw wrong("negative number " + value);
        }
        found.add(value);
      });
      return found;
    }

    private long sizeBytes(Dtype type) {
      long size = type.sizeBytes;
      try {
        for (long extent : extents) {
          size = Math.multiplyExact(size, extent);
        }
      } catch (ArithmeticException e) {
        throw wrong("shape " + extents + " of " + type + " has more than 2^63 bytes");
      }
      return size;
    }

    private void checkOffsets(long sizeBytes, long payloadBytes) {
      if (offsets.size() != 2) {
        throw wrong("data_offsets has " + offsets.size() + " numbers, expected 2");
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (begin > end) {
        throw wrong("data_offsets " + offsets + " end before they begin");
      }
      if (end > payloadBytes) {
        throw wrong("data_offsets " + offsets + " lie beyond the " + payloadBytes + " bytes that follow the header");
      }
      if (end - begin != sizeBytes) {
        throw wrong("shape " + extents + " of " + dtype + " has " + sizeBytes + " bytes, but data_offsets " + offsets + " hold "
            + (end - begin));
      }
    }

    private Shape shape() {
      var dims = new int[extents.size()];
      long count = 1;
      for (int i = 0; i < dims.length; i++) {
        long extent = extents.get(i);
        if (extent > MAX_ELEMENTS) {
          throw wrong("extent " + extent + " of shape " + extents + " is beyond the " + MAX_ELEMENTS + " that Mien reads");
        }
        dims[i] = (int) extent;
        count *= extent;
      }
      if (count > MAX_ELEMENTS) {
        throw wrong("shape " + extents + " has " + count + " elements, Mien reads at most " + MAX_ELEMENTS + " in a tensor");
      }
      return Shape.of(dims);
    }

    private FormatException wrong(String what) {
      return fail(source, "tensor " + StrictJson.quoteShort(name) + ": " + what);
    }
  }
}

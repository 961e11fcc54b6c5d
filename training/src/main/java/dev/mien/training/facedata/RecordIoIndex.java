package dev.mien.training.facedata;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where the records of a RecordIO file begin, by key. Read from the {@code .idx} beside it, in which keys may stand in any order, or
 * made again by {@link #scan}. Immutable; 16 bytes of memory a record, 8 where the keys are 0, 1, 2 and so on.
 */
public final class RecordIoIndex {
  private static final long MAX_KEY = 0xFFFFFFFFL;
  private static final int MAX_RECORDS = 250_000_000;

  private final String source;
  /** Ascending; null where key i stands at place i. */
  private final long[] keys;
  private final long[] offsets;

  private RecordIoIndex(String source, long[] keys, long[] offsets) {
    this.source = source;
    this.keys = keys;
    this.offsets = offsets;
  }

  /** The index file of a record file: its name with ".idx" for ".rec". */
  public static Path beside(Path recordFile) {
    var name = recordFile.getFileName().toString();
    if (!name.endsWith(".rec")) {
      throw new MienException("[recordio] " + recordFile + " does not end in .rec; expected a RecordIO file such as train.rec");
    }
    return recordFile.resolveSibling(name.substring(0, name.length() - 4) + ".idx");
  }

  /**
   * Reads an index of lines {@code key TAB offset}.
   *
   * @throws MienException when there is no such file
   * @throws FormatException when a line is no pair of numbers, a key stands twice, or an offset is no multiple of 4
   */
  public static RecordIoIndex read(Path file) {
    if (!Files.exists(file)) {
      throw new MienException("[recordio] " + file + " is missing; expected the index of the .rec beside it. Fetch it, or make it "
          + "again from the records (RecordIoIndex.scan, then write)");
    }
    var builder = new Builder(file.toString());
    TextLines.read("recordio", file, line -> {
      int tab = line.text().indexOf('\t');
      long key = number(line, tab < 0 ? "" : line.text().substring(0, tab));
      long offset = number(line, line.text().substring(tab + 1));
      if (key > MAX_KEY || offset % 4 != 0) {
        throw line.error("has the key " + key + " and the offset " + offset + "; expected a key below 2^32 and a multiple of 4");
      }
      builder.add(key, offset);
    });
    return builder.build();
  }

  private static long number(TextLines.Line line, String text) {
    if (!text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Long.parseLong(text);
    }
    throw line.error("is \"" + TextLines.shown(line.text()) + "\"; expected KEY<TAB>OFFSET");
  }

  /**
   * Makes an index from the record file alone, with the id in each image header as the key: what the tools of InsightFace and
   * {@link FacePack} write as both.
   *
   * @throws FormatException when a record is damaged, holds no image header, or has the id of an earlier one
   */
  public static RecordIoIndex scan(Path recordFile) {
    var builder = new Builder(recordFile.toString());
    RecordIoReader.forEachHead(recordFile, (head, offset) -> {
      long id = head.id();
      if (id < 0 || id > MAX_KEY) {
        throw new FormatException("[recordio] " + recordFile + ": the record at byte " + offset + " has the id "
            + Long.toUnsignedString(id) + ", which can be no key; the index cannot be made again, fetch the .idx");
      }
      builder.add(id, offset);
    });
    return builder.build();
  }

  /** Writes the index as a text file, whole or not at all. */
  public void write(Path file) {
    DurableFiles.write(file, out -> {
      for (int i = 0; i < offsets.length; i++) {
        out.write((key(i) + "\t" + offsets[i] + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    });
  }

  /** Number of records. */
  public int size() {
    return offsets.length;
  }

  /** The key at this place in ascending order. */
  public long key(int place) {
    return keys == null ? place : keys[place];
  }

  /** The place of a key in ascending order, or -1. */
  public int place(long key) {
    if (keys == null) {
      return key >= 0 && key < offsets.length ? (int) key : -1;
    }
    return Math.max(-1, Arrays.binarySearch(keys, key));
  }

  /** The offset of the record at a place. */
  public long offset(int place) {
    return offsets[place];
  }

  /** The largest offset, or -1 in an empty index. */
  long lastOffset() {
    return Arrays.stream(offsets).max().orElse(-1);
  }

  /** Where it was read from. */
  public String source() {
    return source;
  }

  private static final class Builder {
    private final String source;
    private long[] keys = new long[1024];
    private long[] offsets = new long[1024];
    private int size;
    private boolean ascending = true;

    Builder(String source) {
      this.source = source;
    }

    void add(long key, long offset) {
      if (size == MAX_RECORDS) {
        throw new FormatException("[recordio] " + source + " names more than " + MAX_RECORDS + " records");
      }
      if (size == keys.length) {
        keys = Arrays.copyOf(keys, size + size / 2);
        offsets = Arrays.copyOf(offsets, keys.length);
      }
      ascending &= size == 0 || keys[size - 1] < key;
      keys[size] = key;
      offsets[size++] = offset;
    }

    RecordIoIndex build() {
      if (size == 0) {
        throw new FormatException("[recordio] " + source + " names no record; expected at least one");
      }
      keys = Arrays.copyOf(keys, size);
      offsets = Arrays.copyOf(offsets, size);
      if (!ascending) {
        sort();
      }
      boolean dense = keys[0] == 0 && keys[size - 1] == size - 1;
      return new RecordIoIndex(source, dense ? null : keys, offsets);
    }

    /** Key and place share one word, so that no object per record is needed: 32 bits above 31. */
    private void sort() {
      var order = new long[size];
      for (int i = 0; i < size; i++) {
        order[i] = keys[i] << 31 | i;
      }
      Arrays.sort(order);
      var sorted = new long[size];
      for (int i = 0; i < size; i++) {
        keys[i] = order[i] >>> 31;
        sorted[i] = offsets[(int) (order[i] & Integer.MAX_VALUE)];
        if (i > 0 && keys[i] == keys[i - 1]) {
          throw new FormatException("[recordio] " + source + " names the key " + keys[i] + " twice, at bytes " + sorted[i - 1]
              + " and " + sorted[i] + "; expected each key once");
        }
      }
      offsets = sorted;
    }
  }
}

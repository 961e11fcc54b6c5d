package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * Reads records of a MXNet RecordIO file ({@code .rec}) by key, in any order and by many threads at once; parts of a record that
 * holds the format's magic are joined again. No length is believed before the file has been found to be that long.
 *
 * <pre>{@code
 * try (var reader = RecordIoReader.open(Path.of("faces_emore/train.rec"))) {
 *   var record = reader.image(1);
 *   var face = RgbImage.read(record.image(), "record 1");
 * }
 * }</pre>
 */
public final class RecordIoReader implements AutoCloseable {
  private final PositionalFile file;
  private final RecordIoIndex index;

  private RecordIoReader(PositionalFile file, RecordIoIndex index) {
    this.file = file;
    this.index = index;
  }

  /** Takes a record in the order of the file. */
  @FunctionalInterface
  public interface Visitor {
    void record(long offset, byte[] payload);
  }

  /**
   * Opens a record file with the index beside it.
   *
   * @throws dev.mien.engine.tensor.MienException when one of them is missing
   * @throws FormatException when the index is malformed or belongs to a longer file
   */
  public static RecordIoReader open(Path recordFile) {
    return open(recordFile, RecordIoIndex.read(RecordIoIndex.beside(recordFile)));
  }

  /** The same with an index at hand. */
  public static RecordIoReader open(Path recordFile, RecordIoIndex index) {
    var file = openFile(recordFile);
    if (index.lastOffset() > file.size() - RecordChunk.HEADER_BYTES) {
      file.close();
      throw new FormatException("[recordio] " + index.source() + " names a record at byte " + index.lastOffset() + ", but "
          + recordFile + " has " + file.size() + " bytes; expected the index of this file. One of them is cut off or another's");
    }
    return new RecordIoReader(file, index);
  }

  /** Visits every record from the first byte to the last; no index is needed. */
  public static void forEach(Path recordFile, Visitor visitor) {
    walk(recordFile, (file, offset, parts) -> visitor.record(offset, join(file, parts)));
  }

  /** Visits the header of every image record in the order of the file, without reading the images. */
  static void forEachHead(Path recordFile, ObjLongConsumer<ImageRecord> visitor) {
    walk(recordFile, (file, offset, parts) -> visitor.accept(head(file, parts, recordFile + ": the record at byte " + offset), offset));
  }

  private interface Step {
    void record(PositionalFile file, long offset, List<Part> parts);
  }

  private static void walk(Path recordFile, Step step) {
    try (var file = openFile(recordFile)) {
      for (long offset = 0; offset < file.size();) {
        var parts = parts(file, offset);
        step.record(file, offset, parts);
        var last = parts.getLast();
        offset = last.offset() + RecordChunk.padded(last.length());
      }
    }
  }

  private static PositionalFile openFile(Path path) {
    return PositionalFile.open("recordio", path, "a RecordIO file such as train.rec");
  }

  public RecordIoIndex index() {
    return index;
  }

  /** Where the records lie. */
  public Path path() {
    return file.path();
  }

  /**
   * The payload of the record with this key.
   *
   * @throws FormatException when there is no such key, or the record is damaged
   */
  public byte[] read(long key) {
    return join(file, parts(file, offset(key)));
  }

  /**
   * The record with this key as an image.
   *
   * @throws FormatException as in {@link #read}, and when it has no image header
   */
  public ImageRecord image(long key) {
    return ImageRecord.parse(read(key), where(key));
  }

  /** The record's header and first label without its image: one short read. Further labels may be left out. */
  ImageRecord head(long key) {
    return head(file, parts(file, offset(key)), where(key));
  }

  private static ImageRecord head(PositionalFile file, List<Part> parts, String where) {
    var first = parts.getFirst();
    int wanted = ImageRecord.HEADER_BYTES + 8;
    if (parts.size() > 1 && first.length() < wanted) {
      return ImageRecord.parse(join(file, parts), where);
    }
    long size = 4L * (parts.size() - 1) + parts.stream().mapToLong(Part::length).sum();
    return ImageRecord.parse(file.read(first.offset(), Math.min(first.length(), wanted)), size, where);
  }

  private String where(long key) {
    return file.path() + ": record " + key;
  }

  private long offset(long key) {
    int place = index.place(key);
    if (place < 0) {
      throw new FormatException("[recordio] " + index.source() + " names no record " + key + "; it has " + index.size()
          + " keys from " + index.key(0) + " to " + index.key(index.size() - 1));
    }
    return index.offset(place);
  }

  private record Part(long offset, int length) {}

  private static List<Part> parts(PositionalFile file, long offset) {
    var parts = new ArrayList<Part>(1);
    var header = ByteBuffer.allocate(RecordChunk.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long total = 0;
    int kind;
    do {
      if (offset > file.size() - RecordChunk.HEADER_BYTES) {
        throw error(file, offset, "the file ends at byte " + file.size() + "; expected "
            + (parts.isEmpty() ? "a record" : "a further part of a record") + ". The file is cut off, copy it again");
      }
      file.read(offset, header.clear());
      if (header.getInt(0) != RecordChunk.MAGIC) {
        throw error(file, offset, String.format("found %08x, expected the magic %08x; %s",
            Integer.reverseBytes(header.getInt(0)), Integer.reverseBytes(RecordChunk.MAGIC),
            offset == 0 ? "this is no RecordIO file" : "the file is damaged, or the index belongs to another file"));
      }
      kind = RecordChunk.part(header.getInt(4));
      int length = RecordChunk.length(header.getInt(4));
      boolean follows = kind == RecordChunk.MIDDLE || kind == RecordChunk.LAST;
      if (kind > RecordChunk.LAST || follows == parts.isEmpty()) {
        throw error(file, offset, "found part kind " + kind + ", expected "
            + (parts.isEmpty() ? "0 (a whole record) or 1 (a first part)" : "2 (a middle part) or 3 (the last)"));
      }
      long data = offset + RecordChunk.HEADER_BYTES;
      total += length + (parts.isEmpty() ? 0 : 4);
      if (RecordChunk.padded(length) > file.size() - data || total > RecordChunk.MAX_RECORD_BYTES) {
        throw error(file, offset, "a part of " + length + " bytes is declared, " + total + " in the record so far; expected at most "
            + (file.size() - data) + " with padding to the end of the file, and " + RecordChunk.MAX_RECORD_BYTES
            + " in a record. The file is cut off or damaged, copy it again");
      }
      parts.add(new Part(data, length));
      offset = data + RecordChunk.padded(length);
    } while (kind == RecordChunk.FIRST || kind == RecordChunk.MIDDLE);
    return parts;
  }

  private static byte[] join(PositionalFile file, List<Part> parts) {
    if (parts.size() == 1) {
      return file.read(parts.getFirst().offset(), parts.getFirst().length());
    }
    int size = 4 * (parts.size() - 1) + parts.stream().mapToInt(Part::length).sum();
    var payload = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (var part : parts) {
      if (payload.position() > 0 || part != parts.getFirst()) {
        payload.putInt(RecordChunk.MAGIC);
      }
      payload.put(file.read(part.offset(), part.length()));
    }
    return payload.array();
  }

  private static FormatException error(PositionalFile file, long offset, String what) {
    return new FormatException("[recordio] " + file.path() + ": at byte " + offset + " " + what);
  }

  @Override
  public void close() {
    file.close();
  }
}

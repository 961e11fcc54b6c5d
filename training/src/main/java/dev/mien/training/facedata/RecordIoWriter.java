package dev.mien.training.facedata;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Writes a new RecordIO file and its index, record by record; both appear under their names when everything is on the medium, or
 * neither does. Should the power fail between the two renames, the file stands without its index, which
 * {@link RecordIoIndex#scan} makes again: an existing pair is never replaced, so a file cannot meet the index of another.
 *
 * <pre>{@code
 * RecordIoWriter.write(folder.resolve("train.rec"), out -> out.add(1, ImageRecord.of(1, 14, jpeg).toPayload()));
 * }</pre>
 */
public final class RecordIoWriter {
  private final Path file;
  private final OutputStream records;
  private final OutputStream index;
  private final BitSet keys = new BitSet();
  private final ByteBuffer header = ByteBuffer.allocate(RecordChunk.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long offset;

  private RecordIoWriter(Path file, OutputStream records, OutputStream index) {
    this.file = file;
    this.records = records;
    this.index = index;
  }

  /** Adds the records of a file. */
  @FunctionalInterface
  public interface Body {
    void write(RecordIoWriter out) throws IOException;
  }

  /**
   * Writes {@code file}, whose name ends in ".rec", and the ".idx" beside it.
   *
   * @throws MienException when one of them exists already, or cannot be written
   */
  public static void write(Path file, Body body) {
    var index = RecordIoIndex.beside(file);
    for (var target : new Path[] {file, index}) {
      if (Files.exists(target)) {
        throw new MienException("[recordio] " + target + " exists already; expected a new file. Remove it, or choose another folder");
      }
    }
    DurableFiles.write(index, indexOut ->
        DurableFiles.write(file, recordsOut -> body.write(new RecordIoWriter(file, recordsOut, indexOut))));
  }

  /**
   * Appends a record.
   *
   * @param key its number in the index, once in a file, from 0
   * @return the offset of its first byte
   * @throws MienException when the key was used before, or the payload has more than 64 MiB
   */
  public long add(int key, byte[] payload) throws IOException {
    if (key < 0 || keys.get(key)) {
      throw new MienException("[recordio] " + file + ": the key " + key + (key < 0 ? " is negative" : " was used before")
          + "; expected a new one from 0 on");
    }
    if (payload.length > RecordChunk.MAX_RECORD_BYTES) {
      throw new MienException("[recordio] " + file + ": record " + key + " has " + payload.length
          + " bytes, more than the limit of " + RecordChunk.MAX_RECORD_BYTES);
    }
    long start = offset;
    keys.set(key);
    split(payload);
    index.write((key + "\t" + start + "\n").getBytes(StandardCharsets.US_ASCII));
    return start;
  }

  /** Cuts the payload wherever it holds the magic at a multiple of 4, so that a reader that lost its place can find a start. */
  private void split(byte[] payload) throws IOException {
    var words = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    int from = 0;
    for (int at = 0; at + 4 <= payload.length; at += 4) {
      if (words.getInt(at) == RecordChunk.MAGIC) {
        chunk(from == 0 ? RecordChunk.FIRST : RecordChunk.MIDDLE, payload, from, at);
        from = at + 4;
      }
    }
    chunk(from == 0 ? RecordChunk.WHOLE : RecordChunk.LAST, payload, from, payload.length);
  }

  private void chunk(int part, byte[] payload, int from, int to) throws IOException {
    header.clear().putInt(RecordChunk.MAGIC).putInt(RecordChunk.word(part, to - from));
    records.write(header.array());
    records.write(payload, from, to - from);
    long padded = RecordChunk.padded(to - from);
    for (long i = to - from; i < padded; i++) {
      records.write(0);
    }
    offset += RecordChunk.HEADER_BYTES + padded;
  }
}

package dev.mien.training.run;

import dev.mien.engine.tensor.MienException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes scalars to an event file that TensorBoard reads: records of length, masked CRC-32C of the length, an {@code Event}
 * message, and its masked CRC-32C (all little-endian).
 *
 * <p>Each process writes a file of its own and begins it with a session start at the step to come, upon which TensorBoard drops
 * what a lost process had written from that step on. (It does so from the second session start that it sees, so the first file
 * has one too.)
 */
public final class EventWriter implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final int CRC_MASK = 0xa282ead8;
  private static final int SESSION_START = 1;

  private final Path file;
  private final OutputStream out;

  private EventWriter(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Begins a new event file in the folder.
   *
   * @param lastStep the step of the checkpoint that the process goes on from, 0 for a new run
   */
  public static EventWriter open(Path folder, long lastStep) {
    Path file = null;
    try {
      file = folder.resolve(PREFIX + String.format(Locale.ROOT, "%010d", nextNumber(folder)) + ".mien");
      var out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
      var writer = new EventWriter(file, out);
      writer.record(event(0).string(3, "brain.Event:2"));
      writer.record(event(lastStep + 1).message(7, new ProtoWriter().integer(1, SESSION_START)));
      out.flush();
      return writer;
    } catch (IOException e) {
      throw new MienException("cannot write an event file in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Seconds since 1970, made greater than that of every file before: TensorBoard reads the files in the order of their names. */
  private static long nextNumber(Path folder) throws IOException {
    long number = System.currentTimeMillis() / 1000;
    try (var files = Files.list(folder)) {
      for (var name : files.map(p -> p.getFileName().toString()).filter(n -> n.matches("events\\.out\\.tfevents\\.\\d{10}\\..*"))
          .toList()) {
        number = Math.max(number, Long.parseLong(name.substring(PREFIX.length(), PREFIX.length() + 10)) + 1);
      }
    }
    return number;
  }

  private static ProtoWriter event(long step) {
    return new ProtoWriter().real64(1, System.currentTimeMillis() / 1e3).integer(2, step);
  }

  /** Writes each value under its name as a point at the step. */
  public void scalars(long step, Map<String, ? extends Number> values) {
    if (values.isEmpty()) {
      return;
    }
    var summary = new ProtoWriter();
    values.forEach((tag, value) -> summary.message(1, new ProtoWriter().string(1, tag).real32(2, value.floatValue())));
    try {
      record(event(step).message(5, summary));
      out.flush();
    } catch (IOException e) {
      throw new MienException("cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  private void record(ProtoWriter message) throws IOException {
    byte[] data = message.toBytes();
    byte[] length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    out.write(length);
    out.write(maskedCrc(length));
    out.write(data);
    out.write(maskedCrc(data));
  }

  private static byte[] maskedCrc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }

  /** The file being written. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new MienException("cannot close " + file + ": " + e.getMessage(), e);
    }
  }
}

package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The payload of a record: MXNet's image header (24 bytes, {@code IfQQ}), further labels, and an encoded image. The arrays are not
 * copied.
 *
 * @param flag number of further labels; 0 where {@code label} is the only one
 * @param label the label of a record with flag 0; 0 in others
 * @param id number of the record
 * @param id2 0 for images; some writers give 1 to record 0
 * @param labels the further labels, {@code flag} of them
 * @param image encoded bytes; empty in record 0 and in records of identities
 */
public record ImageRecord(int flag, float label, long id, long id2, float[] labels, byte[] image) {
  /** Bytes before the further labels. */
  public static final int HEADER_BYTES = 24;

  /**
   * @throws IllegalArgumentException when {@code flag} is not the number of further labels
   */
  public ImageRecord {
    if (flag != labels.length) {
      throw new IllegalArgumentException("an image record with flag " + flag + " needs that many further labels, got "
          + labels.length);
    }
  }

  /** An image with one label (flag 0). */
  public static ImageRecord of(long id, float label, byte[] image) {
    return new ImageRecord(0, label, id, 0, new float[0], image);
  }

  /** A record with an array of labels; without an image where {@code image} is empty. */
  public static ImageRecord of(long id, float[] labels, byte[] image) {
    return new ImageRecord(labels.length, 0, id, 0, labels, image);
  }

  /**
   * Takes a payload apart.
   *
   * @param where stands for it in messages
   * @throws FormatException when it is shorter than its header says
   */
  public static ImageRecord parse(byte[] payload, String where) {
    return parse(payload, payload.length, where);
  }

  /** The same where only the first bytes of a payload of {@code size} bytes are at hand; they must hold all labels. */
  static ImageRecord parse(byte[] head, long size, String where) {
    if (head.length < HEADER_BYTES) {
      throw new FormatException("[recordio] " + where + " has a payload of " + size + " bytes; expected an image header of "
          + HEADER_BYTES + " bytes first. Does the file hold images?");
    }
    var in = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    long flag = in.getInt() & 0xFFFFFFFFL;
    if (HEADER_BYTES + 4 * flag > size) {
      throw new FormatException("[recordio] " + where + " declares " + flag + " labels in a payload of " + size
          + " bytes; expected at most " + (size - HEADER_BYTES) / 4);
    }
    float label = in.getFloat();
    long id = in.getLong();
    long id2 = in.getLong();
    var labels = new float[(int) Math.min(flag, (head.length - HEADER_BYTES) / 4)];
    in.asFloatBuffer().get(labels);
    return new ImageRecord(labels.length, label, id, id2, labels,
        Arrays.copyOfRange(head, HEADER_BYTES + 4 * labels.length, head.length));
  }

  /** The label of records with one, the first of records with several. */
  public float firstLabel() {
    return flag == 0 ? label : labels[0];
  }

  /** The bytes that {@link #parse} takes apart. */
  public byte[] toPayload() {
    var out = ByteBuffer.allocate(HEADER_BYTES + 4 * flag + image.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(flag).putFloat(label).putLong(id).putLong(id2);
    for (float further : labels) {
      out.putFloat(further);
    }
    return out.put(image).array();
  }
}

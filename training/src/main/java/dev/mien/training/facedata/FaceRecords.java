package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A training set of faces in a record file, under either convention. InsightFace: record 0 has flag 2 and labels (A, B), images are
 * the records 1..A-1, and the records A..B-1 name the images of one identity each. CVLface: record 0 is an image like all others.
 * Safe for many reading threads.
 *
 * <pre>{@code
 * try (var faces = FaceRecords.open(Path.of("faces_webface_112x112"))) {
 *   var record = faces.read(0);
 *   int identity = faces.label(record);
 * }
 * }</pre>
 */
public final class FaceRecords implements AutoCloseable {
  /** Whole numbers above this are rounded by the float32 that holds labels and ids. */
  static final int LAST_EXACT = 1 << 24;

  private final RecordIoReader reader;
  private final Convention convention;
  private final Optional<FaceProperty> property;
  private final int firstPlace;
  private final int size;
  private final long identityFrom;
  private final long identityTo;

  /** Who packed the file. */
  public enum Convention {
    INSIGHTFACE, CVLFACE
  }

  /** The images of one identity: keys from {@code first} to before {@code lastExclusive}. */
  public record IdentityRange(long first, long lastExclusive) {}

  private FaceRecords(RecordIoReader reader, Optional<FaceProperty> property) {
    this.reader = reader;
    this.property = property;
    var index = reader.index();
    if (index.place(0) != 0) {
      throw new FormatException("[facedata] " + index.source() + " names no record 0; expected one: a description with labels "
          + "(A, B) as InsightFace writes it, or the first image as CVLface does");
    }
    var zero = reader.image(0);
    if (zero.flag() == 0) {
      convention = Convention.CVLFACE;
      firstPlace = 0;
      size = index.size();
      identityFrom = 0;
      identityTo = 0;
      return;
    }
    convention = Convention.INSIGHTFACE;
    firstPlace = 1;
    identityFrom = bound(zero, 0);
    identityTo = zero.flag() > 1 ? bound(zero, 1) : identityFrom;
    size = placeFrom(identityFrom) - 1;
    // Larger bounds were rounded when the file was written, so they tell no exact count.
    boolean exact = identityFrom <= LAST_EXACT;
    if (size < 1 || exact && size != identityFrom - 1) {
      throw new FormatException("[facedata] " + reader.path() + ": record 0 promises the images 1 to " + (identityFrom - 1) + ", but "
          + index.source() + " names " + Math.max(0, size) + " of them; expected all. Fetch both files again, or make the index "
          + "again (RecordIoIndex.scan)");
    }
  }

  /**
   * Opens a folder with {@code train.rec}, or a {@code .rec} file, with the index and the {@code property} beside it.
   *
   * @throws MienException when a file is missing
   * @throws FormatException when record 0, the index and the file do not fit together
   */
  public static FaceRecords open(Path path) {
    var file = Files.isDirectory(path) ? path.resolve("train.rec") : path;
    return open(RecordIoReader.open(file));
  }

  /** The same over a reader, which it closes with itself, or at once when this fails. */
  public static FaceRecords open(RecordIoReader reader) {
    try {
      var folder = reader.path().toAbsolutePath().getParent();
      return new FaceRecords(reader, FaceProperty.read(folder));
    } catch (RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  private long bound(ImageRecord zero, int which) {
    float bound = zero.labels()[which];
    if (!(bound >= 1 && bound <= 0x1p32f) || bound != Math.rint(bound)) {
      throw new FormatException("[facedata] " + reader.path() + ": record 0 has the label " + bound
          + "; expected the number of a record, from 1");
    }
    return (long) bound;
  }

  /** Number of keys below {@code key}, as a place. */
  private int placeFrom(long key) {
    var index = reader.index();
    int low = 0;
    int high = index.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (index.key(middle) < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  public Convention convention() {
    return convention;
  }

  /** What the file {@code property} says, where there is one. */
  public Optional<FaceProperty> property() {
    return property;
  }

  /** Number of images. */
  public int size() {
    return size;
  }

  /** The key of image i, in ascending order. */
  public long key(int image) {
    if (image < 0 || image >= size) {
      throw new IndexOutOfBoundsException("image " + image + " of " + size + " in " + reader.path());
    }
    return reader.index().key(firstPlace + image);
  }

  /**
   * Image i with its labels.
   *
   * @throws FormatException when the record is damaged or holds no image
   */
  public ImageRecord read(int image) {
    var record = reader.image(key(image));
    if (record.image().length == 0) {
      throw new FormatException("[facedata] " + reader.path() + ": record " + key(image) + " holds no image; expected a JPEG or PNG");
    }
    return record;
  }

  /** The identity of a record, from 0. */
  public int label(ImageRecord record) {
    float label = record.firstLabel();
    int classes = property.map(FaceProperty::numClasses).orElse(LAST_EXACT + 1);
    if (!(label >= 0 && label < classes) || label != Math.rint(label)) {
      throw new FormatException("[facedata] " + reader.path() + ": record " + record.id() + " has the label " + label
          + "; expected a whole number from 0 to " + (classes - 1)
          + (property.isPresent() ? " (the file property says " + classes + " classes)" : ""));
    }
    return (int) label;
  }

  /** The identity of image i, from its header alone: one short read. */
  public int label(int image) {
    return label(reader.head(key(image)));
  }

  /**
   * The records of identities under InsightFace's convention, in the order of their keys; empty where the file has none.
   *
   * @throws FormatException when one is no range of images
   */
  public List<IdentityRange> identities() {
    var ranges = new ArrayList<IdentityRange>();
    var index = reader.index();
    for (int place = placeFrom(identityFrom); place < placeFrom(identityTo); place++) {
      long key = index.key(place);
      var labels = reader.image(key).labels();
      if (labels.length < 2 || !(labels[0] >= 1 && labels[0] <= labels[1] && labels[1] <= identityFrom)) {
        throw new FormatException("[facedata] " + reader.path() + ": record " + key
            + " is no identity; expected two labels, the first image and the one after the last, within 1 to " + identityFrom);
      }
      ranges.add(new IdentityRange((long) labels[0], (long) labels[1]));
    }
    return ranges;
  }

  /** Where the record of image i begins in the file. */
  long offset(int image) {
    key(image);
    return reader.index().offset(firstPlace + image);
  }

  public RecordIoReader reader() {
    return reader;
  }

  @Override
  public void close() {
    reader.close();
  }
}

package dev.mien.training.facedata;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.ArchiveLimits;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Packs a folder or zip archive of images, one folder per identity, into {@code train.rec}, {@code train.idx}, {@code train.lst}
 * and {@code property} in InsightFace's convention. Labels are places of the folders' names in the order of their code points, as
 * Python sorts them; images keep their bytes.
 *
 * <pre>{@code
 * var packed = FacePack.pack(Path.of("faces"), Path.of("packed"), FacePack.Options.DEFAULT, (done, all) -> bar.stepTo(done));
 * }</pre>
 */
public final class FacePack {
  private static final byte[] NO_IMAGE = {};
  /** Training sets are larger than the sets of photographs that the standard limits are for. */
  private static final ArchiveLimits LIMITS = new ArchiveLimits(256L << 20, 100, FaceRecords.LAST_EXACT, 1L << 40);

  /**
   * How images are packed.
   *
   * @param decode whether each image is decoded, and must have the size of the first; else only the first is looked at
   * @param maxBroken images that may be undecodable, left out and named; -1 for max(10, 1 % of the images)
   */
  public record Options(boolean decode, int maxBroken) {
    /** Every image is decoded, none may be broken. */
    public static final Options DEFAULT = new Options(true, 0);
  }

  /** Told after each image. */
  @FunctionalInterface
  public interface Progress {
    void packed(int done, int all);
  }

  /** What was packed; {@code broken} names what was left out. */
  public record Result(Path file, int images, FaceProperty property, List<String> broken) {
    public Result {
      broken = List.copyOf(broken);
    }
  }

  private final DataFiles source;
  private final Options options;
  private final Progress progress;
  private final List<String> broken = new ArrayList<>();
  private final List<ImageRecord> identities = new ArrayList<>();
  private RgbImage first;
  private String firstName;
  private int images;
  private int done;

  private FacePack(DataFiles source, Options options, Progress progress) {
    this.source = source;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Packs all images.
   *
   * @param images a folder or zip archive; each image lies in the folder of its identity
   * @param folder where the four files appear; made when it is not there
   * @throws MienException when one of the four is there already, or an image has another size than the first
   * @throws FormatException when an image lies in no folder, or too many are broken; no file is left behind after either
   */
  public static Result pack(Path images, Path folder, Options options, Progress progress) {
    for (var name : List.of("train.rec", "train.idx", "train.lst", "property")) {
      if (Files.exists(folder.resolve(name))) {
        throw new MienException("[facepack] " + folder.resolve(name) + " exists already; choose an empty folder");
      }
    }
    try (var source = DataFiles.open(images, LIMITS)) {
      var people = people(source);
      Files.createDirectories(folder);
      DurableFiles.cleanStale(folder);
      return new FacePack(source, options, progress).write(people, folder);
    } catch (IOException e) {
      throw new MienException("[facepack] the folder " + folder + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static SequencedMap<String, List<DataFile>> people(DataFiles source) {
    Comparator<String> codePoints = Comparator.comparing(s -> s.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    var people = new TreeMap<String, List<DataFile>>(codePoints);
    int count = 0;
    for (var file : source.files()) {
      if (!file.isImage()) {
        continue;
      }
      var name = file.folder();
      if (name.isEmpty() || file.name().chars().anyMatch(Character::isISOControl)) {
        throw new FormatException("[facepack] " + source.location() + " holds the image " + TextLines.shown(file.name())
            + (name.isEmpty() ? " in no folder" : " with a control character in its name") + "; expected IDENTITY/IMAGE");
      }
      people.computeIfAbsent(name.substring(0, name.length() - 1), n -> new ArrayList<>()).add(file);
      count++;
    }
    // Record 0 and the records of identities count in float32.
    if (count == 0 || count + people.size() >= FaceRecords.LAST_EXACT) {
      throw new FormatException("[facepack] " + source.location() + " holds " + count + " images of " + people.size()
          + " identities; expected at least one image, and fewer than " + FaceRecords.LAST_EXACT + " records in all");
    }
    people.values().forEach(files -> files.sort(Comparator.comparing(DataFile::name, codePoints)));
    return people;
  }

  private Result write(SequencedMap<String, List<DataFile>> people, Path folder) {
    int all = people.values().stream().mapToInt(List::size).sum();
    var file = folder.resolve("train.rec");
    DurableFiles.write(folder.resolve("train.lst"), list -> RecordIoWriter.write(file, out -> {
      int label = 0;
      for (var files : people.values()) {
        writePerson(files, label++, all, out, list);
      }
      writeEnd(out);
    }));
    var property = new FaceProperty(people.size(), first.height(), first.width());
    property.write(folder);
    return new Result(file, images, property, broken);
  }

  private void writePerson(List<DataFile> files, int label, int all, RecordIoWriter out, OutputStream list) throws IOException {
    int from = images + 1;
    for (var image : files) {
      var bytes = readable(image, all);
      if (bytes != null) {
        int id = ++images;
        out.add(id, ImageRecord.of(id, label, bytes).toPayload());
        list.write(("1\t" + image.name() + "\t" + label + "\n").getBytes(StandardCharsets.UTF_8));
      }
      progress.packed(++done, all);
    }
    identities.add(ImageRecord.of(label, new float[] {from, images + 1}, NO_IMAGE));
  }

  /** The bytes of an image, or null when it is broken and may be left out. */
  private byte[] readable(DataFile file, int all) {
    try {
      var bytes = source.read(file);
      if (options.decode() || first == null) {
        checkSize(file, RgbImage.read(bytes, file.name()));
      }
      return bytes;
    } catch (FormatException e) {
      broken.add(e.getMessage());
      int tolerated = options.maxBroken() < 0 ? Math.max(10, all / 100) : options.maxBroken();
      if (broken.size() > tolerated) {
        throw new FormatException("[facepack] " + broken.size() + " images of " + source.location() + " are broken, "
            + tolerated + " are tolerated; remove or repair: " + broken.getLast(), e);
      }
      return null;
    }
  }

  private void checkSize(DataFile file, RgbImage image) {
    if (first == null) {
      first = image;
      firstName = file.name();
    }
    if (image.width() != first.width() || image.height() != first.height()) {
      throw new MienException("[facepack] " + file.name() + " is " + image.width() + " x " + image.height() + " pixels, but "
          + firstName + " is " + first.width() + " x " + first.height() + "; expected one size. Align or resize the images first");
    }
  }

  /** Records of identities follow the images, and record 0 is the last chunk of the file. */
  private void writeEnd(RecordIoWriter out) throws IOException {
    if (images == 0) {
      throw new FormatException("[facepack] " + source.location() + " holds no image that can be decoded; the first: "
          + broken.getFirst());
    }
    int key = images + 1;
    for (var identity : identities) {
      out.add(key, new ImageRecord(2, 0, key, 0, identity.labels(), NO_IMAGE).toPayload());
      key++;
    }
    out.add(0, new ImageRecord(2, 0, 0, 1, new float[] {images + 1, key}, NO_IMAGE).toPayload());
  }
}

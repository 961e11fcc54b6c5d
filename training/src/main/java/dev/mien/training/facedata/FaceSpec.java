package dev.mien.training.facedata;

import dev.mien.engine.tensor.MienException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * What {@code --data} says of faces: a kind, a colon and a place ({@link Kind}), or {@code synthetic} with an optional number of people,
 * {@code synthetic:300}.
 *
 * @param paths empty for drawn faces; several for {@code bin} alone
 * @param people number of drawn people; 0 for files
 * @param galleryImages of each person of a folder, to identify the rest; 0 to train and to verify
 */
public record FaceSpec(Kind kind, List<Path> paths, int people, int galleryImages) {
  /** People drawn when no number is given. */
  public static final int DEFAULT_PEOPLE = 1000;

  /** For the help of commands. */
  public static final String FORMS = "synthetic[:PEOPLE], lfw:PATH, folder:PATH, records:PATH (train.rec, train.idx, perhaps .bin files), "
      + "bin:FILE[,FILE..], memfile:FOLDER, ijb:FOLDER or tinyface:PATH";

  private static final int LEAST_PEOPLE = 20;
  private static final int MOST_PEOPLE = 100_000;

  /** The data sets that can be read. */
  public enum Kind {
    /** A folder or .zip archive, or a folder with both archives; see {@link LfwFaces}. */
    LFW("lfw:PATH with a folder or a .zip archive"),
    /** A directory for each person; see {@link FolderFaces}. */
    FOLDER("folder:PATH with a folder or a .zip archive"),
    /** Drawn people; see {@link SyntheticIdentities}. */
    SYNTHETIC("synthetic[:PEOPLE]"),
    /** MXNet's record file; see {@link RecordFaces}. */
    RECORDS("records:PATH with a folder that holds train.rec and train.idx"),
    /** InsightFace's verification sets; see {@link AlignedPairs#bins}. */
    BIN("bin:FILE[,FILE..] with files such as lfw.bin"),
    /** AdaFace's validation sets; see {@link AlignedPairs#memFiles}. */
    MEMFILE("memfile:FOLDER with folders such as lfw/memfile"),
    /** IJB-B or IJB-C; see {@link IjbFaces}. */
    IJB("ijb:FOLDER with meta/ and loose_crop/"),
    /** TinyFace's test; see {@link TinyFaces}. */
    TINYFACE("tinyface:PATH with a folder or a .zip archive that holds Testing_Set");

    private final String form;

    Kind(String form) {
      this.form = form;
    }

    /** The word before the colon. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws MienException when the text is no data set specification
   */
  public static FaceSpec parse(String text) {
    int colon = text.indexOf(':');
    var key = (colon < 0 ? text : text.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    var rest = colon < 0 ? "" : text.substring(colon + 1).strip();
    var kind = Arrays.stream(Kind.values()).filter(k -> k.key().equals(key)).findFirst().orElseThrow(() -> new MienException("[data] \"" + text
        + "\" is no data set of faces; expected " + Arrays.stream(Kind.values()).map(k -> k.form.split(" ")[0]).collect(Collectors.joining(", "))));
    if (kind == Kind.SYNTHETIC) {
      return new FaceSpec(kind, List.of(), rest.isEmpty() && colon < 0 ? DEFAULT_PEOPLE : people(text, rest), 0);
    }
    var places = kind == Kind.BIN ? List.of(rest.split(",", -1)) : List.of(rest);
    if (places.stream().anyMatch(String::isBlank)) {
      throw new MienException("[data] \"" + text + "\" names no path; expected " + kind.form);
    }
    try {
      return new FaceSpec(kind, places.stream().map(p -> Path.of(p.strip())).toList(), 0, 0);
    } catch (InvalidPathException e) {
      throw new MienException("[data] \"" + text + "\" has no usable path: " + e.getMessage(), e);
    }
  }

  private static int people(String text, String number) {
    try {
      int people = Integer.parseInt(number);
      if (people >= LEAST_PEOPLE && people <= MOST_PEOPLE) {
        return people;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new MienException("[data] \"" + text + "\" must name " + LEAST_PEOPLE + " to " + MOST_PEOPLE + " people");
  }

  /** The same folder, of which the first pictures of each person are a gallery. */
  public FaceSpec withGallery(int images) {
    if (kind != Kind.FOLDER || images < 1) {
      throw new MienException("[data] a gallery of the first " + images + " pictures is made of folder:PATH alone, and of one picture at least");
    }
    return new FaceSpec(kind, paths, people, images);
  }

  /** Opens the data set; {@code progress} is told how many pictures were looked at and how many there are. */
  public FaceSource open(BiConsumer<Integer, Integer> progress) {
    return switch (kind) {
      case LFW -> LfwFaces.open(paths.getFirst(), progress);
      case FOLDER -> FolderFaces.open(paths.getFirst(), galleryImages, progress);
      case SYNTHETIC -> SyntheticIdentities.open(people, progress);
      case RECORDS -> RecordFaces.open(paths.getFirst(), progress);
      case BIN -> AlignedPairs.bins(paths, progress);
      case MEMFILE -> AlignedPairs.memFiles(paths.getFirst());
      case IJB -> IjbFaces.open(paths.getFirst(), progress);
      case TINYFACE -> TinyFaces.open(paths.getFirst(), progress);
    };
  }
}

package dev.mien.training.facedata;

import dev.mien.engine.tensor.MienException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * What {@code --data} says of faces: {@code lfw:PATH}, {@code folder:PATH}, or {@code synthetic} with an optional number of people,
 * {@code synthetic:300}.
 *
 * @param path null for drawn faces
 * @param people number of drawn people; 0 for files
 */
public record FaceSpec(Kind kind, Path path, int people) {
  /** People drawn when no number is given. */
  public static final int DEFAULT_PEOPLE = 1000;

  private static final int LEAST_PEOPLE = 20;
  private static final int MOST_PEOPLE = 100_000;

  /** The data sets that can be read. */
  public enum Kind {
    LFW, FOLDER, SYNTHETIC;

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
        + "\" is no data set of faces; expected " + Arrays.stream(Kind.values()).map(k -> k == Kind.SYNTHETIC ? "synthetic[:PEOPLE]" : k.key()
        + ":PATH").collect(Collectors.joining(", "))));
    if (kind == Kind.SYNTHETIC) {
      return new FaceSpec(kind, null, rest.isEmpty() && colon < 0 ? DEFAULT_PEOPLE : people(text, rest));
    }
    if (rest.isEmpty()) {
      throw new MienException("[data] \"" + text + "\" names no path; expected " + key + ":PATH with a folder or a .zip archive");
    }
    try {
      return new FaceSpec(kind, Path.of(rest), 0);
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

  /** Opens the data set; {@code progress} is told how many pictures were looked at and how many there are. */
  public FaceSource open(BiConsumer<Integer, Integer> progress) {
    return switch (kind) {
      case LFW -> LfwFaces.open(path, progress);
      case FOLDER -> FolderFaces.open(path, progress);
      case SYNTHETIC -> SyntheticIdentities.open(people, progress);
    };
  }
}

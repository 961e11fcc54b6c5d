package dev.mien.training.data;

import dev.mien.engine.tensor.MienException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What {@code --data} says: {@code utkface:PATH}, {@code fgnet:PATH}, {@code appareal:PATH}, {@code folder:PATH} or
 * {@code csv:PATH}, where PATH is a folder or a .zip archive, or {@code synthetic} with an optional number of faces,
 * {@code synthetic:500}.
 *
 * @param path null for synthetic data
 * @param faces number of synthetic faces; 0 for files
 */
public record DataSpec(Kind kind, Path path, int faces) {
  /** Faces drawn when no number is given. */
  public static final int DEFAULT_FACES = 3000;

  private static final int MAX_FACES = 1_000_000;

  /** The data sets that can be read. */
  public enum Kind {
    UTKFACE,
    FGNET,
    APPAREAL,
    FOLDER,
    CSV,
    SYNTHETIC;

    /** The word before the colon. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws MienException when the text is no data set specification
   */
  public static DataSpec parse(String text) {
    int colon = text.indexOf(':');
    var key = (colon < 0 ? text : text.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    var rest = colon < 0 ? "" : text.substring(colon + 1).strip();
    var kind = Arrays.stream(Kind.values()).filter(k -> k.key().equals(key)).findFirst().orElseThrow(() -> unknown(text));
    if (kind == Kind.SYNTHETIC) {
      return new DataSpec(kind, null, rest.isEmpty() && colon < 0 ? DEFAULT_FACES : faces(text, rest));
    }
    if (rest.isEmpty()) {
      throw new MienException("[data] \"" + text + "\" names no path; expected " + key + ":PATH with a folder or a .zip archive");
    }
    try {
      return new DataSpec(kind, Path.of(rest), 0);
    } catch (InvalidPathException e) {
      throw new MienException("[data] \"" + text + "\" has no usable path: " + e.getMessage(), e);
    }
  }

  private static MienException unknown(String text) {
    var forms = Arrays.stream(Kind.values()).map(k -> k == Kind.SYNTHETIC ? "synthetic[:FACES]" : k.key() + ":PATH")
        .collect(Collectors.joining(", "));
    return new MienException("[data] \"" + text + "\" is no data set; expected one of " + forms);
  }

  private static int faces(String text, String number) {
    try {
      int faces = Integer.parseInt(number);
      if (faces >= 1 && faces <= MAX_FACES) {
        return faces;
      }
    } catch (NumberFormatException e) {
      // The message below says what was expected.
    }
    throw new MienException("[data] \"" + text + "\" asks for no usable number of faces; expected synthetic:N with N from 1 to "
        + MAX_FACES);
  }

  /**
   * Opens the data set: every image is looked at once.
   *
   * @throws MienException when the path is missing, empty, damaged or no such data set
   */
  public AgeSource open(OpenOptions options) {
    return switch (kind) {
      case UTKFACE -> UtkFace.open(path, options);
      case FGNET -> FgNet.open(path, options);
      case APPAREAL -> AppaReal.open(path, options);
      case FOLDER -> FolderAges.open(path, options);
      case CSV -> CsvAges.open(path, options);
      case SYNTHETIC -> SyntheticAges.open(faces, options);
    };
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    return kind == Kind.SYNTHETIC ? "synthetic:" + faces : kind.key() + ":" + path;
  }
}

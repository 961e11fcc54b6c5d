package dev.mien.training.facedata;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the text file {@code property} beside a training set says: {@code numClasses,height,width}. */
public record FaceProperty(int numClasses, int height, int width) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}),(\\d{1,5}),(\\d{1,5})");

  /**
   * Reads the file named "property" in a folder; empty where there is none.
   *
   * @throws FormatException when it is not three positive numbers
   */
  public static Optional<FaceProperty> read(Path folder) {
    var file = folder.resolve("property");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    var text = new String(DurableFiles.read(file, 1024), StandardCharsets.ISO_8859_1).strip();
    var match = TEXT.matcher(text);
    if (!match.matches()) {
      throw malformed(file, text);
    }
    var property = new FaceProperty(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)),
        Integer.parseInt(match.group(3)));
    if (property.numClasses < 1 || property.height < 1 || property.width < 1) {
      throw malformed(file, text);
    }
    return Optional.of(property);
  }

  private static FormatException malformed(Path file, String text) {
    return new FormatException("[facedata] " + file + " says \"" + TextLines.shown(text)
        + "\"; expected numClasses,height,width such as 85742,112,112");
  }

  /** Writes the file named "property" into a folder. */
  public void write(Path folder) {
    DurableFiles.writeString(folder.resolve("property"), numClasses + "," + height + "," + width + "\n");
  }
}

package dev.mien.training.data;

import java.util.Locale;

/** A file below the root of a data set: its path with '/' on every system, and its size as declared. */
public record DataFile(String name, long sizeBytes) {
  /** The last part of the path. */
  public String baseName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The folder it lies in, with a trailing '/', or "" at the root. */
  public String folder() {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /** Whether its name ends as those of pictures that can be decoded do. */
  public boolean isImage() {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png") || lower.endsWith(".ppm")
        || lower.endsWith(".pgm");
  }

  /** Left by operating systems beside the data: "._x.jpg", ".DS_Store", "__MACOSX/". */
  public boolean isHidden() {
    for (var part : name.split("/")) {
      if (part.startsWith(".") || part.equals("__MACOSX")) {
        return true;
      }
    }
    return false;
  }
}

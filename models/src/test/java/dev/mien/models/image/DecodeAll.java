package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.util.zip.ZipFile;

/** Decodes every file of an archive and all bombs, in a JVM whose heap the caller chose; ends with 1 on anything undeclared. */
final class DecodeAll {
  private DecodeAll() {}

  public static void main(String[] args) throws IOException {
    int decoded = 0;
    int refused = 0;
    try (var zip = new ZipFile(args[0])) {
      for (var entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        if (decodes(entry.getName(), zip.getInputStream(entry).readAllBytes())) {
          decoded++;
        } else {
          refused++;
        }
      }
    }
    for (var bomb : BrokenFiles.bombs().entrySet()) {
      if (decodes(bomb.getKey(), bomb.getValue())) {
        throw new IllegalStateException(bomb.getKey() + " was decoded");
      }
    }
    System.out.println("decoded " + decoded + ", refused " + refused);
  }

  private static boolean decodes(String name, byte[] bytes) {
    try {
      RgbImage.read(bytes, name);
      return true;
    } catch (FormatException e) {
      return false;
    }
  }
}

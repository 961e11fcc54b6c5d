package dev.mien.models.image;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.zip.ZipFile;

/** Archives under {@code shared/data}, looked for upwards from the working directory; a test without them says so. */
final class SharedData {
  private SharedData() {}

  /** Path and bytes of every file of the archive, by name; the test is skipped when the archive is not there. */
  static TreeMap<String, byte[]> unzip(String archive) throws IOException {
    var files = new TreeMap<String, byte[]>();
    try (var zip = new ZipFile(find(archive).toFile())) {
      for (var entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return files;
  }

  static Path find(String archive) {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      var candidate = folder.resolve("shared/data").resolve(archive);
      if (Files.isRegularFile(candidate)) {
        return candidate;
      }
    }
    return abort("shared/data/" + archive + " was not found above " + Path.of("").toAbsolutePath() + "; this test needs it");
  }
}

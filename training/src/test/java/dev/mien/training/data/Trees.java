package dev.mien.training.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the same small data set as a folder or as a zip archive, and finds the developer data where there is any. */
final class Trees {
  private Trees() {}

  static Path folder(Path root, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(root);
    for (var e : files.entrySet()) {
      var file = root.resolve(e.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, e.getValue());
    }
    return root;
  }

  static Path zip(Path file, Map<String, byte[]> files, boolean stored) throws IOException {
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var e : files.entrySet()) {
        var entry = new ZipEntry(e.getKey());
        if (stored) {
          var crc = new CRC32();
          crc.update(e.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(e.getValue().length);
          entry.setCrc(crc.getValue());
        }
        out.putNextEntry(entry);
        out.write(e.getValue());
        out.closeEntry();
      }
    }
    return file;
  }

  /** A file below shared/data beside the repository, or null where there is none. */
  static Path shared(String name) {
    for (var folder = Path.of(System.getProperty("user.dir")); folder != null; folder = folder.getParent()) {
      var file = folder.resolve("shared/data").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}

package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A data set in a zip archive, read in place: nothing is ever unpacked to disk. The whole directory is checked before the first
 * file is read, and every file against its declared size and checksum.
 */
final class ZipFiles implements DataFiles {
  private final Path path;
  private final ZipFile zip;
  private final List<DataFile> files;
  private final Map<String, ZipEntry> entries;

  private ZipFiles(Path path, ZipFile zip, List<DataFile> files, Map<String, ZipEntry> entries) {
    this.path = path;
    this.zip = zip;
    this.files = files;
    this.entries = entries;
  }

  static ZipFiles open(Path path, ArchiveLimits limits) {
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (IOException | IllegalArgumentException e) {
      throw new FormatException("[data] " + path + " is cut off or no zip archive (" + e.getMessage()
          + "); fetch or copy it again", e);
    }
    try {
      return checked(path, zip, limits);
    } catch (IOException | RuntimeException e) {
      try {
        zip.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      if (e instanceof FormatException f) {
        throw f;
      }
      throw new FormatException("[data] " + path + " is a damaged zip archive: " + e.getMessage(), e);
    }
  }

  private static ZipFiles checked(Path path, ZipFile zip, ArchiveLimits limits) throws IOException {
    long archiveBytes = Files.size(path);
    if (zip.size() > limits.entries()) {
      throw refused(path, "has " + zip.size() + " entries, more than " + limits.entries());
    }
    var entries = new HashMap<String, ZipEntry>();
    var files = new ArrayList<DataFile>();
    long total = 0;
    long packed = 0;
    for (var it = zip.entries().asIterator(); it.hasNext();) {
      var entry = it.next();
      var name = safeName(path, entry.getName());
      if (entry.isDirectory()) {
        continue;
      }
      checkSizes(path, entry, limits);
      total += entry.getSize();
      packed += entry.getCompressedSize();
      if (total > limits.totalBytes()) {
        throw refused(path, "unpacks to more than " + limits.totalBytes() + " bytes");
      }
      if (entries.put(name, entry) != null) {
        throw refused(path, "holds " + name + " twice");
      }
      var file = new DataFile(name, entry.getSize());
      if (!file.isHidden()) {
        files.add(file);
      }
    }
    if (packed > archiveBytes) {
      throw refused(path, "claims " + packed + " packed bytes in a file of " + archiveBytes + ": its entries overlap");
    }
    files.sort(Comparator.comparing(DataFile::name));
    return new ZipFiles(path, zip, List.copyOf(files), entries);
  }

  private static void checkSizes(Path path, ZipEntry entry, ArchiveLimits limits) {
    long size = entry.getSize();
    long packed = entry.getCompressedSize();
    if (size < 0 || packed < 0 || entry.getCrc() < 0) {
      throw refused(path, "does not declare the size of " + entry.getName());
    }
    if (size > limits.entryBytes()) {
      throw refused(path, "declares " + size + " bytes for " + entry.getName() + ", more than " + limits.entryBytes());
    }
    if (size > ArchiveLimits.SMALL_BYTES && size / limits.ratio() >= Math.max(1, packed)) {
      throw refused(path, "packs " + size + " bytes of " + entry.getName() + " into " + packed + ", more than " + limits.ratio()
          + ":1");
    }
    if (entry.getMethod() == ZipEntry.STORED && size != packed) {
      throw refused(path, "stores " + entry.getName() + " unpacked with two sizes, " + size + " and " + packed);
    }
  }

  /** The entry's path with '/', without "." and empty parts; refused when it could leave the root. */
  private static String safeName(Path path, String raw) {
    var name = raw.replace('\\', '/');
    if (name.startsWith("/") || name.matches("^[A-Za-z]:.*") || name.chars().anyMatch(Character::isISOControl)) {
      throw refused(path, "holds the name " + printable(raw) + ", which is absolute or has control characters");
    }
    var parts = new ArrayList<String>();
    for (var part : name.split("/")) {
      if (part.equals("..")) {
        throw refused(path, "holds the name " + printable(raw) + ", which leaves the root");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private static String printable(String raw) {
    return '"' + raw.replaceAll("\\p{Cntrl}", "?") + '"';
  }

  private static FormatException refused(Path path, String why) {
    return new FormatException("[data] the archive " + path + " " + why
        + "; refused. Pack the data set again from its original files.");
  }

  @Override
  public String location() {
    return path.toString();
  }

  @Override
  public List<DataFile> files() {
    return files;
  }

  @Override
  public Optional<DataFile> find(String name) {
    return Optional.ofNullable(entries.get(name)).map(entry -> new DataFile(name, entry.getSize()));
  }

  @Override
  public byte[] read(DataFile file) {
    var entry = entries.get(file.name());
    byte[] bytes;
    try (var in = zip.getInputStream(entry)) {
      bytes = in.readNBytes((int) file.sizeBytes());
      if (bytes.length < file.sizeBytes() || in.read() >= 0) {
        throw new FormatException(file.name() + " does not unpack to the " + file.sizeBytes()
            + " bytes that the archive declares");
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new FormatException(file.name() + " cannot be unpacked: " + e.getMessage(), e);
    }
    var crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != entry.getCrc()) {
      throw new FormatException(file.name() + " fails the checksum of the archive: the file is damaged");
    }
    return bytes;
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

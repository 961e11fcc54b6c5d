package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The files of a data set, in a folder or in a zip archive that is read in place. Safe for several reading threads. */
public sealed interface DataFiles extends AutoCloseable permits FolderFiles, ZipFiles {
  /** Where they lie, for messages. */
  String location();

  /** All regular files, sorted by name, without what operating systems leave behind. */
  List<DataFile> files();

  /**
   * All bytes of a file.
   *
   * @throws FormatException when it cannot be read, is larger than declared, or fails its checksum
   */
  byte[] read(DataFile file);

  @Override
  void close();

  /** The file with this exact name. */
  Optional<DataFile> find(String name);

  /** Opens a folder, the one zip archive of a folder without images, or a zip archive, under {@link ArchiveLimits#DEFAULT}. */
  static DataFiles open(Path path) {
    return open(path, ArchiveLimits.DEFAULT);
  }

  /**
   * The same under other limits.
   *
   * @throws MienException when there is nothing at {@code path}
   * @throws FormatException when it is neither a folder nor a zip archive that can be trusted
   */
  static DataFiles open(Path path, ArchiveLimits limits) {
    if (!Files.exists(path)) {
      throw new MienException("[data] " + path + " does not exist; expected a folder of images or a .zip archive");
    }
    if (Files.isDirectory(path)) {
      var folder = FolderFiles.open(path, limits);
      if (folder.files().isEmpty()) {
        throw new MienException("[data] the folder " + path + " is empty; expected images below it");
      }
      var inside = onlyArchive(folder);
      return inside.isPresent() ? openArchive(path.resolve(inside.get().name()), limits) : folder;
    }
    if (!isArchive(path.getFileName().toString())) {
      throw new FormatException("[data] " + path + " is neither a folder nor a .zip archive");
    }
    return openArchive(path, limits);
  }

  /** The archive of a folder that holds no image beside it, as data sets come when they are fetched. */
  private static Optional<DataFile> onlyArchive(DataFiles folder) {
    var archives = folder.files().stream().filter(f -> isArchive(f.name())).toList();
    return archives.size() == 1 && folder.files().stream().noneMatch(DataFile::isImage) ? Optional.of(archives.getFirst()) : Optional.empty();
  }

  private static boolean isArchive(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".zip");
  }

  private static DataFiles openArchive(Path path, ArchiveLimits limits) {
    var zip = ZipFiles.open(path, limits);
    if (zip.files().isEmpty()) {
      zip.close();
      throw new FormatException("[data] the archive " + path + " is empty; expected images in it");
    }
    return zip;
  }
}

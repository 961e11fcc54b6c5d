package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** A data set that lies unpacked in a folder. Links are followed: the folder is the user's own. */
final class FolderFiles implements DataFiles {
  private static final int MAX_DEPTH = 32;

  private final Path root;
  private final List<DataFile> files;
  private final ArchiveLimits limits;

  private FolderFiles(Path root, List<DataFile> files, ArchiveLimits limits) {
    this.root = root;
    this.files = files;
    this.limits = limits;
  }

  static FolderFiles open(Path root, ArchiveLimits limits) {
    var files = new ArrayList<DataFile>();
    try {
      Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
          var file = new DataFile(root.relativize(path).toString().replace(File.separatorChar, '/'), attributes.size());
          if (attributes.isRegularFile() && !file.isHidden()) {
            files.add(file);
          }
          if (files.size() > limits.entries()) {
            throw new MienException("[data] " + root + " holds more than " + limits.entries()
                + " files; point at the data set itself");
          }
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw new MienException("[data] the folder " + root + " cannot be listed: " + e, e);
    }
    files.sort(Comparator.comparing(DataFile::name));
    return new FolderFiles(root, List.copyOf(files), limits);
  }

  /** A folder whose files are named by an index: nothing is listed. */
  static FolderFiles unlisted(Path root) {
    return new FolderFiles(root, List.of(), ArchiveLimits.DEFAULT);
  }

  @Override
  public Optional<DataFile> find(String name) {
    var file = root.resolve(name);
    try {
      return Files.isRegularFile(file) ? Optional.of(new DataFile(name, Files.size(file))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public List<DataFile> files() {
    return files;
  }

  @Override
  public byte[] read(DataFile file) {
    if (file.sizeBytes() > limits.entryBytes()) {
      throw new FormatException(file.name() + " has " + file.sizeBytes() + " bytes, more than the limit of "
          + limits.entryBytes());
    }
    try {
      var bytes = Files.readAllBytes(root.resolve(file.name()));
      if (bytes.length != file.sizeBytes()) {
        throw new FormatException(file.name() + " has " + bytes.length + " bytes, but had " + file.sizeBytes()
            + " when the data set was opened: it was changed meanwhile");
      }
      return bytes;
    } catch (IOException e) {
      throw new FormatException(file.name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // Nothing is held open between reads.
  }
}

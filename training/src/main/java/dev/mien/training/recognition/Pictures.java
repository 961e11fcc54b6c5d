package dev.mien.training.recognition;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The pictures that a command was given: files, folders and .zip archives with all below them, and lists (.txt) of files. */
final class Pictures implements AutoCloseable {
  private static final long LONGEST_LIST_BYTES = 512L << 20;

  private final List<Picture> all = new ArrayList<>();
  private final List<DataFiles> open = new ArrayList<>();
  private int others;

  private Pictures() {}

  /**
   * One of them; it is read when it is asked for.
   *
   * @param source its path, as given or below the folder given
   * @param person the directory it lies in below the folder given, otherwise its own name without the ending
   */
  record Picture(String source, String person, Reader reader) {
    /**
     * @throws MienException when it cannot be read; names it
     */
    RgbImage read() {
      return reader.read();
    }
  }

  /** Reads a picture. */
  @FunctionalInterface
  interface Reader {
    RgbImage read();
  }

  /**
   * @throws MienException when there is nothing at a path, or no picture in all of them
   */
  static Pictures at(List<Path> paths) {
    var pictures = new Pictures();
    try {
      paths.forEach(pictures::add);
      if (pictures.all.isEmpty()) {
        throw new MienException("no pictures (.jpg, .png, .ppm, .pgm) in " + String.join(", ", paths.stream().map(Path::toString).toList()));
      }
      return pictures;
    } catch (RuntimeException | Error e) {
      pictures.close();
      throw e;
    }
  }

  private void add(Path path) {
    var name = path.getFileName() == null ? "" : path.getFileName().toString().toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path) || name.endsWith(".zip")) {
      addAll(path);
    } else if (!Files.isRegularFile(path)) {
      throw new MienException("no such file: " + path + "; expected a picture, a folder or .zip archive of pictures, or a list of them (.txt)");
    } else if (name.endsWith(".txt")) {
      addList(path);
    } else {
      all.add(file(path.toString(), path));
    }
  }

  private void addAll(Path path) {
    var files = DataFiles.open(path);
    open.add(files);
    for (var file : files.files()) {
      if (file.isImage()) {
        all.add(new Picture(path + "/" + file.name(), person(file), () -> RgbImage.read(files.read(file), file.name())));
      } else {
        others++;
      }
    }
  }

  private void addList(Path list) {
    try {
      if (Files.size(list) > LONGEST_LIST_BYTES) {
        throw new MienException("the list " + list + " has " + Files.size(list) + " bytes, more than a list of pictures may have");
      }
      int number = 0;
      for (var line : Files.readAllLines(list)) {
        number++;
        if (!line.isBlank()) {
          all.add(file(line.strip(), resolve(list, number, line.strip())));
        }
      }
    } catch (IOException e) {
      throw new MienException("the list " + list + " cannot be read as UTF-8 lines: " + e.getMessage(), e);
    }
  }

  private static Path resolve(Path list, int number, String line) {
    try {
      return list.toAbsolutePath().resolveSibling(line);
    } catch (InvalidPathException e) {
      throw new FormatException("line " + number + " of " + list + " is no path: " + e.getMessage(), e);
    }
  }

  private static Picture file(String source, Path path) {
    return new Picture(source, stem(path.getFileName().toString()), () -> RgbImage.read(path));
  }

  private static String person(DataFile file) {
    var folder = file.folder();
    return folder.isEmpty() ? stem(file.baseName()) : folder.substring(0, folder.length() - 1);
  }

  private static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  List<Picture> all() {
    return all;
  }

  /** Files in the folders and archives that are no pictures. */
  int others() {
    return others;
  }

  @Override
  public void close() {
    open.forEach(DataFiles::close);
  }
}

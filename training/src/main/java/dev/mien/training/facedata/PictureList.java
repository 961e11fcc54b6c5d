package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.image.RgbImage;
import dev.mien.training.data.DataFile;
import dev.mien.training.data.DataFiles;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The pictures that a command is given: all below a folder or in a .zip archive, those that a text file lists (a path a line, absolute or below the file's
 * own folder), or a single one. Nothing is decoded before it is asked for. Safe for several reading threads.
 */
public final class PictureList implements AutoCloseable {
  private final List<Entry> entries = new ArrayList<>();
  private final List<DataFiles> archives = new ArrayList<>();

  /** One picture; {@code archive} is null for one that lies in a folder. */
  private record Entry(String name, Path root, DataFiles archive, DataFile file) {}

  private PictureList() {}

  /**
   * Finds them.
   *
   * @throws MienException when there is nothing at a path, or no picture in it
   */
  public static PictureList open(List<Path> paths) {
    var list = new PictureList();
    try {
      for (var path : paths) {
        list.add(path);
      }
      return list;
    } catch (RuntimeException e) {
      list.close();
      throw e;
    }
  }

  private void add(Path path) {
    int before = entries.size();
    boolean isZip = path.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    if (Files.isDirectory(path) || isZip && Files.exists(path)) {
      var files = DataFiles.open(path);
      archives.add(files);
      files.files().stream().filter(DataFile::isImage).forEach(f -> entries.add(new Entry(f.name(), path, isZip ? files : null, f)));
    } else if (!Files.exists(path)) {
      throw new MienException("[pictures] " + path + " does not exist; expected a folder, a .zip archive, a list or a picture");
    } else if (new DataFile(path.toString(), 0).isImage()) {
      entries.add(new Entry(path.getFileName().toString(), folderOf(path), null, null));
    } else {
      TextLines.read("pictures", path, line -> entries.add(listed(path, line)));
    }
    if (entries.size() == before) {
      throw new MienException("[pictures] " + path + " holds no pictures; expected .jpg, .png, .ppm or .pgm files");
    }
  }

  private static Entry listed(Path list, TextLines.Line line) {
    var text = line.text().strip();
    var file = new File(text);
    return file.isAbsolute() ? new Entry(file.getName(), folderOf(file.toPath()), null, null)
        : new Entry(TextLines.safePath(line, text), folderOf(list), null, null);
  }

  private static Path folderOf(Path file) {
    return file.getParent() == null ? Path.of("") : file.getParent();
  }

  /** How many there are. */
  public int size() {
    return entries.size();
  }

  /** The path below what was given, with '/'. */
  public String name(int index) {
    return entries.get(index).name;
  }

  /** The file itself; for one in an archive, where it would lie beside it. */
  public Path path(int index) {
    return entries.get(index).root.resolve(entries.get(index).name);
  }

  /**
   * Decodes a picture, upright by its EXIF orientation.
   *
   * @throws FormatException when it cannot be read; names it
   */
  public RgbImage read(int index) {
    var entry = entries.get(index);
    return entry.archive == null ? RgbImage.read(path(index)) : RgbImage.read(entry.archive.read(entry.file), entry.name);
  }

  @Override
  public void close() {
    archives.forEach(DataFiles::close);
  }
}

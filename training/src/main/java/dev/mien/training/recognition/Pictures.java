package dev.mien.training.recognition;

import dev.mien.models.image.RgbImage;
import dev.mien.training.facedata.PictureList;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The pictures that a command was given, see {@link PictureList}, and whom they show by the directories they lie in. */
final class Pictures implements AutoCloseable {
  private final PictureList list;
  private final List<Picture> all;

  private Pictures(PictureList list) {
    this.list = list;
    all = IntStream.range(0, list.size()).mapToObj(i -> new Picture(list.path(i).toString(), person(list.name(i)), () -> list.read(i))).toList();
  }

  /**
   * One of them; it is read when it is asked for.
   *
   * @param source its path
   * @param person the directory it lies in below what was given, otherwise its own name without the ending
   */
  record Picture(String source, String person, Reader reader) {
    /**
     * @throws dev.mien.engine.tensor.MienException when it cannot be read; names it
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
   * @throws dev.mien.engine.tensor.MienException when there is nothing at a path, or no picture in it
   */
  static Pictures at(List<Path> paths) {
    return new Pictures(PictureList.open(paths));
  }

  private static String person(String name) {
    int slash = name.lastIndexOf('/');
    int dot = name.lastIndexOf('.');
    return slash > 0 ? name.substring(0, slash) : dot > 0 ? name.substring(0, dot) : name;
  }

  List<Picture> all() {
    return all;
  }

  @Override
  public void close() {
    list.close();
  }
}

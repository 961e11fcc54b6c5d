package dev.mien.training.facedata;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lists of faces as text: InsightFace's {@code .lst} ({@code aligned, path, label}, then perhaps a box of 4 numbers, then perhaps 5
 * landmark x and 5 y) and CVLface's {@code train.tsv} ({@code index, path, label}), between tabs.
 */
public final class FaceList {
  private FaceList() {}

  /**
   * One line.
   *
   * @param number 1 or 0 for aligned or not in a {@code .lst}; the index in a {@code .tsv}
   * @param path of the image, with '/'
   * @param label identity from 0
   * @param box left, top, right, bottom
   * @param landmarks x of the five points, then their y
   */
  public record Row(int number, String path, int label, Optional<List<Integer>> box, Optional<List<Float>> landmarks) {}

  /**
   * Hands every line to {@code rows}; the file is never held as a whole.
   *
   * @throws dev.mien.engine.tensor.FormatException naming the line that is malformed
   */
  public static void read(Path file, Consumer<Row> rows) {
    TextLines.read("list", file, line -> rows.accept(row(line)));
  }

  private static Row row(TextLines.Line line) {
    var columns = line.text().split("\t", -1);
    if (columns.length != 3 && columns.length != 7 && columns.length != 17) {
      throw line.error("has " + columns.length + " columns; expected 3 (number, path, label), 7 (with a box) or 17 (with landmarks), "
          + "between tabs");
    }
    // Paths are the packer's own: absolute ones are usual here, and nothing is opened by them.
    return new Row(line.integer(columns[0], 0), columns[1], line.integer(columns[2], 0),
        columns.length < 7 ? Optional.empty()
            : Optional.of(Arrays.stream(columns, 3, 7).map(c -> line.integer(c, Integer.MIN_VALUE)).toList()),
        columns.length < 17 ? Optional.empty() : Optional.of(Arrays.stream(columns, 7, 17).map(line::number).toList()));
  }
}

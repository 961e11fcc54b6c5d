package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;

/** The table {@code file,identity,pairs_fold} of pictures to learn from. */
final class TrainingTable {
  private TrainingTable() {}

  /**
   * @param file below the table's folder
   * @param fold from 1, in which the person occurs; 0 for none
   */
  record Row(String file, String person, int fold) {}

  static List<Row> read(byte[] bytes, String name, int folds) {
    var rows = new ArrayList<Row>();
    var format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (var parser = format.parse(new StringReader(new String(bytes, StandardCharsets.UTF_8)))) {
      if (!parser.getHeaderNames().containsAll(List.of("file", "identity", "pairs_fold"))) {
        throw new FormatException("[lfw] " + name + " has the columns " + parser.getHeaderNames() + "; expected file, identity, pairs_fold");
      }
      for (var record : parser) {
        var fold = record.isConsistent() ? record.get("pairs_fold").strip() : "?";
        var file = record.isConsistent() ? record.get("file") : "";
        if (!fold.matches("[0-9]{0,4}") || !fold.isEmpty() && (Integer.parseInt(fold) < 1 || Integer.parseInt(fold) > folds)
            || !file.matches("[^/]+/.+\\.[A-Za-z]+")) {
          throw new FormatException("[lfw] " + name + " line " + (record.getRecordNumber() + 1)
              + " does not fit; expected a file, a person and a fold from 1 to " + folds + " or nothing");
        }
        rows.add(new Row(file, record.get("identity"), fold.isEmpty() ? 0 : Integer.parseInt(fold)));
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new FormatException("[lfw] " + name + " cannot be read: " + e.getMessage(), e);
    }
    return rows;
  }
}

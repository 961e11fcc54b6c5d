package dev.mien.training.data;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.DuplicateHeaderMode;

/** A CSV index with a header, read behind limits; every error names file and line. Column names are case-insensitive. */
final class LabelTable {
  static final int MAX_BYTES = 64 << 20;
  static final int MAX_LINE_BYTES = 64 << 10;

  /** One row: its line in the file and its cells by lower-case column name. */
  record Row(String table, long line, Map<String, String> cells) {
    /** A cell that must be there and filled. */
    String text(String column) {
      var text = cells.getOrDefault(column, "");
      if (text.isEmpty()) {
        throw error("has no " + column);
      }
      return text;
    }

    /** A cell that may be absent or empty. */
    String textOr(String column, String otherwise) {
      var text = cells.getOrDefault(column, "");
      return text.isEmpty() ? otherwise : text;
    }

    /** A number in low..high. */
    double number(String column, double low, double high) {
      var text = text(column);
      double value;
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw error("has the " + column + " \"" + text + "\", expected a number");
      }
      if (!(value >= low && value <= high)) {
        throw error("has the " + column + " " + text + ", outside the range " + text(low) + ".." + text(high));
      }
      return value;
    }

    private static String text(double bound) {
      return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    /** A path below the index's folder, with '/'. */
    String path(String column) {
      var name = text(column).replace('\\', '/');
      if (name.startsWith("/") || name.matches("^[A-Za-z]:.*")) {
        throw error("names " + name + ", an absolute path; expected one relative to the folder of the index");
      }
      var parts = new ArrayList<String>();
      for (var part : name.split("/")) {
        if (part.equals("..") || part.chars().anyMatch(Character::isISOControl)) {
          throw error("names " + name + ", which leaves the folder of the index or has control characters");
        }
        if (!part.isEmpty() && !part.equals(".")) {
          parts.add(part);
        }
      }
      return String.join("/", parts);
    }

    FormatException error(String what) {
      return new FormatException("[data] " + table + " line " + line + " " + what);
    }
  }

  private LabelTable() {}

  /**
   * Reads a table that must have these columns; further ones are kept.
   *
   * @throws FormatException when it is no UTF-8, too large, malformed, empty, or lacks a column
   */
  static List<Row> read(byte[] bytes, String table, List<String> required) {
    var text = decode(bytes, table);
    var format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setIgnoreEmptyLines(true).setTrim(true)
        .setAllowMissingColumnNames(true).setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_EMPTY).get();
    var rows = new ArrayList<Row>();
    try (var parser = CSVParser.parse(text, format)) {
      var columns = parser.getHeaderNames().stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
      for (var column : required) {
        if (!columns.contains(column)) {
          throw new FormatException("[data] " + table + " has no column \"" + column + "\": it has " + columns
              + ", expected at least "
              + required);
        }
      }
      for (var record : parser) {
        var cells = new TreeMap<String, String>();
        for (int i = 0; i < Math.min(columns.size(), record.size()); i++) {
          cells.put(columns.get(i), record.get(i));
        }
        rows.add(new Row(table, parser.getCurrentLineNumber(), cells));
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
      throw new FormatException("[data] " + table + " is no well-formed CSV: " + e.getMessage(), e);
    }
    if (rows.isEmpty()) {
      throw new FormatException("[data] " + table + " has no rows below its header");
    }
    return rows;
  }

  private static String decode(byte[] bytes, String table) {
    if (bytes.length > MAX_BYTES) {
      throw new FormatException("[data] " + table + " has " + bytes.length + " bytes, more than the limit of " + MAX_BYTES);
    }
    int lineStart = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lineStart = i + 1;
      } else if (i - lineStart > MAX_LINE_BYTES) {
        throw new FormatException("[data] " + table + " has a line of more than " + MAX_LINE_BYTES + " bytes; is it a CSV file?");
      }
    }
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new FormatException("[data] " + table + " is not UTF-8 text", e);
    }
  }
}

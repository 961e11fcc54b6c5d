package dev.mien.training.run;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;

/**
 * A table that grows by a row at a time, keyed by its first column, the step. A row is one write and then forced to the disk; a
 * process that goes on from a checkpoint first cuts away what was written after it, a torn last line included.
 */
public final class MetricsCsv implements AutoCloseable {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  private final Path file;
  private final List<String> columns;
  private final List<Row> rows;
  private final FileChannel channel;

  private MetricsCsv(Path file, List<String> columns, List<Row> rows, FileChannel channel) {
    this.file = file;
    this.columns = columns;
    this.rows = rows;
    this.channel = channel;
  }

  /**
   * A row of the table.
   *
   * @param step the optimiser's step after which it was written
   * @param values by column, without those that were left empty
   */
  public record Row(long step, Map<String, Double> values) {}

  /**
   * Opens the table or begins it.
   *
   * @param columns names of all columns, the step first
   * @param lastStep rows of later steps are cut away; 0 begins anew
   * @throws FormatException when the file is there and is not such a table
   */
  public static MetricsCsv open(Path file, List<String> columns, long lastStep) {
    var rows = new ArrayList<Row>();
    if (Files.exists(file)) {
      read(file, columns).stream().filter(row -> row.step <= lastStep).forEach(rows::add);
    }
    var text = new StringBuilder(FORMAT.format(columns.toArray())).append('\n');
    for (var row : rows) {
      text.append(line(row.step, columns.stream().skip(1).map(row.values::get).map(v -> (Number) v).toList()));
    }
    DurableFiles.writeString(file, text.toString());
    try {
      return new MetricsCsv(file, List.copyOf(columns), rows,
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new MienException("cannot append to " + file + ": " + e.getMessage(), e);
    }
  }

  /** The whole rows of a table; a torn last line is left out. */
  public static List<Row> read(Path file, List<String> columns) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new MienException("cannot read " + file + ": " + e.getMessage(), e);
    }
    var rows = new ArrayList<Row>();
    try (var parser = FORMAT.parse(new java.io.StringReader(text.substring(0, text.lastIndexOf('\n') + 1)))) {
      var lines = parser.iterator();
      if (!lines.hasNext()) {
        return rows;
      }
      var header = lines.next().toList();
      if (!header.equals(columns)) {
        throw new FormatException(file + " has the columns " + header + ", this run writes " + columns);
      }
      while (lines.hasNext()) {
        rows.add(row(file, header, lines.next().values()));
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new FormatException(file + " is no table: " + e.getMessage(), e);
    }
    return rows;
  }

  private static Row row(Path file, List<String> header, String[] cells) {
    if (cells.length != header.size()) {
      throw new FormatException(file + ": a row has " + cells.length + " cells, expected " + header.size() + ": "
          + Arrays.toString(cells));
    }
    try {
      var values = new LinkedHashMap<String, Double>();
      for (int i = 1; i < cells.length; i++) {
        if (!cells[i].isEmpty()) {
          values.put(header.get(i), Double.valueOf(cells[i]));
        }
      }
      return new Row(Long.parseLong(cells[0]), values);
    } catch (NumberFormatException e) {
      throw new FormatException(file + ": not a number in " + Arrays.toString(cells), e);
    }
  }

  private static String line(long step, List<? extends Number> values) {
    var cells = new ArrayList<String>();
    cells.add(Long.toString(step));
    for (var value : values) {
      cells.add(value == null ? "" : text(value.doubleValue()));
    }
    return FORMAT.format(cells.toArray()) + "\n";
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
  }

  /** Adds a row; {@code null} leaves a cell empty. Steps must not go back. */
  public void append(long step, List<? extends Number> values) {
    if (values.size() != columns.size() - 1) {
      throw new IllegalArgumentException("a row has " + values.size() + " values, the table has the columns " + columns);
    }
    if (!rows.isEmpty() && step < rows.getLast().step) {
      throw new IllegalArgumentException("step " + step + " comes after step " + rows.getLast().step);
    }
    try {
      var bytes = ByteBuffer.wrap(line(step, values).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new MienException("cannot append to " + file + ": " + e.getMessage(), e);
    }
    var byColumn = new LinkedHashMap<String, Double>();
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) != null) {
        byColumn.put(columns.get(i + 1), values.get(i).doubleValue());
      }
    }
    rows.add(new Row(step, byColumn));
  }

  /** The rows so far, oldest first. */
  public List<Row> rows() {
    return Collections.unmodifiableList(rows);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new MienException("cannot close " + file + ": " + e.getMessage(), e);
    }
  }
}

package dev.mien.training.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The two logs of a run, written together: a row of {@code metrics.csv} and the same figures as TensorBoard scalars.
 *
 * <pre>{@code
 * try (var logs = run.logs(List.of("epoch", "train/loss", "validation/mae"), 0)) {
 *   logs.write(step, Map.of("epoch", 1, "train/loss", 4.1));
 * }
 * }</pre>
 */
public final class Logs implements AutoCloseable {
  private final List<String> columns;
  private final MetricsCsv csv;
  private final EventWriter events;

  private Logs(List<String> columns, MetricsCsv csv, EventWriter events) {
    this.columns = columns;
    this.csv = csv;
    this.events = events;
  }

  static Logs open(RunFolder run, List<String> columns, long lastStep) {
    var all = new ArrayList<String>();
    all.add("step");
    all.addAll(columns);
    var csv = MetricsCsv.open(run.file("metrics.csv"), all, lastStep);
    return new Logs(List.copyOf(columns), csv, EventWriter.open(run.path(), lastStep));
  }

  /** A row: missing values stay empty in the table and are not drawn; numbers that are not finite are written as such. */
  public void write(long step, Map<String, ? extends Number> values) {
    for (var name : values.keySet()) {
      if (!columns.contains(name)) {
        throw new IllegalArgumentException("no column '" + name + "'; the run has " + columns);
      }
    }
    csv.append(step, columns.stream().map(values::get).map(v -> (Number) v).toList());
    events.scalars(step, values);
  }

  /** The rows so far, oldest first, as they stand in {@code metrics.csv}. */
  public List<MetricsCsv.Row> rows() {
    return csv.rows();
  }

  @Override
  public void close() {
    csv.close();
    events.close();
  }
}

package dev.mien.bench.report;

import dev.mien.bench.contest.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rows for people: aligned columns, a line for each work, medians. */
public final class Table {
  private Table() {}

  /** All rows, one block for each number of threads; with a column for each peer when peers were asked for. */
  public static String of(List<Row> rows, boolean peers) {
    var text = new StringBuilder();
    var byThreads = new LinkedHashMap<Integer, List<Row>>();
    rows.forEach(r -> byThreads.computeIfAbsent(r.threads(), _ -> new ArrayList<>()).add(r));
    byThreads.forEach((threads, block) -> text.append(block(threads, block, peers)));
    return text.toString();
  }

  private static String block(int threads, List<Row> rows, boolean peers) {
    var names = new LinkedHashSet<String>();
    rows.forEach(r -> names.addAll(r.peers().keySet()));
    var cells = new ArrayList<List<String>>();
    var head = new ArrayList<>(List.of("work", "unit", "ours", "GFLOP/s", "of peak", "GB/s", "of copy"));
    head.addAll(names);
    head.addAll(peers ? List.of("better peer", "ratio", "best/best") : List.of());
    cells.add(head);
    for (var row : rows) {
      var line = new ArrayList<>(List.of(row.work(), row.unit(), number(row.ours()), number(row.gflops()), percent(row.peakShare()),
          number(row.gigabytesPerSecond()), percent(row.copyShare())));
      names.forEach(name -> line.add(number(row.peers().get(name))));
      if (peers) {
        line.addAll(List.of(row.peerName() == null ? "-" : row.peerName(), times(row.ratio()), times(row.ratioBest())));
      }
      cells.add(line);
    }
    return String.format(Locale.ROOT, "%n%d thread%s, medians; ratio above 1: Mien is faster%n", threads, threads == 1 ? "" : "s")
        + aligned(cells) + reasons(rows);
  }

  /** Columns as wide as their widest cell; all but the first to the right. */
  static String aligned(List<List<String>> cells) {
    var widths = new int[cells.getFirst().size()];
    cells.forEach(line -> {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    });
    var text = new StringBuilder();
    for (var line : cells) {
      var out = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        out.append(i == 0 ? "" : "  ").append(String.format("%" + (i == 0 ? "-" : "") + widths[i] + "s", line.get(i)));
      }
      text.append(out.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** Why a cell is empty: one line for each reason. */
  private static String reasons(List<Row> rows) {
    var byReason = new LinkedHashMap<String, List<String>>();
    for (var row : rows) {
      row.missing().forEach((name, reason) -> byReason.computeIfAbsent(name + ": " + reason, _ -> new ArrayList<>()).add(row.work()));
    }
    var text = new StringBuilder();
    for (Map.Entry<String, List<String>> entry : byReason.entrySet()) {
      var works = entry.getValue();
      String which = works.size() > 3 ? works.size() + " works" : String.join(", ", works);
      text.append("no number for ").append(which).append(" of ").append(entry.getKey()).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** One row as it is done. */
  public static String line(Row row) {
    var text = new StringBuilder(String.format(Locale.ROOT, "%-32s %d thr  ours %s %s", row.work(), row.threads(), number(row.ours()),
        row.unit()));
    if (row.peakShare() != null) {
      text.append("  ").append(percent(row.peakShare())).append(" of peak");
    }
    row.peers().forEach((name, value) -> text.append("  ").append(name).append(' ').append(number(value)));
    return row.ratio() == null ? text.toString() : text.append("  ratio ").append(times(row.ratio())).toString();
  }

  static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, value >= 1000 ? "%.0f" : value >= 100 ? "%.1f" : value >= 1 ? "%.2f" : "%.4f", value);
  }

  static String times(Double ratio) {
    return ratio == null ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  static String percent(Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}

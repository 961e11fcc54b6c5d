package dev.mien.training.face;

import dev.mien.training.face.ReproduceFaceHeads.Row;
import dev.mien.training.face.ReproduceFaceHeads.Summary;
import dev.mien.training.face.ReproduceFaceHeads.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of heads: means over seeds, and its text. */
final class FaceHeadTable {
  private FaceHeadTable() {}

  /** Accuracy on all pairs and on each set. */
  private static Map<String, Double> accuracies(FaceOutcome.Test test) {
    var found = new LinkedHashMap<String, Double>();
    found.put("all pairs", test.accuracy());
    if (test.sets() != null) {
      test.sets().forEach((name, set) -> found.put(name, set.accuracy()));
    }
    return found;
  }

  static List<Summary> summarize(List<Row> rows) {
    var summaries = new ArrayList<Summary>();
    for (var head : new LinkedHashSet<>(rows.stream().map(Row::head).toList())) {
      var mine = rows.stream().filter(r -> r.head().equals(head)).map(r -> accuracies(r.test())).toList();
      for (var set : mine.getFirst().keySet()) {
        double[] values = mine.stream().mapToDouble(m -> m.get(set)).toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        summaries.add(new Summary(head, set, values.length, mean, values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null));
      }
    }
    return summaries;
  }

  static String markdown(Table table, FaceSettings base, List<String> heads) {
    var text = new StringBuilder(String.format(Locale.ROOT, "# Heads side by side%n%n%s from random initialisation on %s, %d epochs, preset %s; "
        + "the epoch with the best validation accuracy, scored once on the test pairs.%n%nVerification accuracy on people who were not learned "
        + "from, %%; mean ± sample standard deviation over the seeds.%n%n", base.model(), base.data(), base.epochs(), table.preset()));
    var sets = table.summary().stream().map(Summary::set).distinct().toList();
    text.append("| head | seeds |");
    sets.forEach(set -> text.append(' ').append(set).append(" |"));
    text.append("\n| --- | ---: |").append(" ---: |".repeat(sets.size())).append('\n');
    for (var head : heads) {
      var mine = table.summary().stream().filter(s -> s.head().equals(head)).toList();
      text.append("| ").append(head).append(" | ").append(mine.isEmpty() ? 0 : mine.getFirst().seeds()).append(" |");
      sets.forEach(set -> text.append(' ').append(mine.stream().filter(s -> s.set().equals(set)).map(FaceHeadTable::figure).findFirst()
          .orElse("not run")).append(" |"));
      text.append('\n');
    }
    return text.append("\n```\n").append(table.command()).append("\n```\n").toString();
  }

  private static String figure(Summary s) {
    return String.format(Locale.ROOT, s.accuracyStd() == null ? "%.2f" : "%.2f ± %.2f", 100 * s.accuracy(), s.accuracyStd() == null ? 0 : 100 * s.accuracyStd());
  }
}

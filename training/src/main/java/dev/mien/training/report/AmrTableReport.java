package dev.mien.training.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table of the six losses over several seeds, as Markdown and as a page, beside the figures of the AMR paper's Table 1.
 *
 * <p>The spread is the sample standard deviation over the seeds that ran; what did not run is written as such.
 */
public final class AmrTableReport {
  /**
   * MAE in years on FG-NET in the paper's Table 1: VGG-16, ResNet-50; from ImageNet weights, so only the order can be compared.
   */
  private static final Map<String, double[]> PAPER = paper();

  private static final String NOT_RUN = "not run";

  private AmrTableReport() {}

  private static Map<String, double[]> paper() {
    var table = new LinkedHashMap<String, double[]>();
    table.put("softmax", new double[] {7.19, 6.99});
    table.put("mean + softmax", new double[] {4.25, 3.95});
    table.put("variance + softmax", new double[] {9.78, 7.63});
    table.put("mean-variance", new double[] {4.10, 3.95});
    table.put("residue + softmax", new double[] {6.39, 6.55});
    table.put("AMR", new double[] {3.79, 3.61});
    return table;
  }

  /** Names of the six losses in the order of the paper; rows must bear them. */
  public static List<String> losses() {
    return List.copyOf(PAPER.keySet());
  }

  /**
   * All that the table shows.
   *
   * @param setting data, model, preset and split in a sentence
   * @param seeds the seeds, in the order of each row's values
   * @param rows one for each loss
   * @param floorMae error of the training median on the same test split, years
   * @param command the exact command that repeats it
   * @param notes what a reader must know: what was not run, what differs from the paper
   */
  public record Data(String setting, List<Long> seeds, List<Row> rows, double floorMae, String command, List<String> notes) {}

  /**
   * One loss.
   *
   * @param loss one of {@link #losses()}
   * @param mae test MAE in years for each seed, NaN where it was not run
   */
  public record Row(String loss, double[] mae) {
    public Row {
      if (!PAPER.containsKey(loss)) {
        throw new IllegalArgumentException("no loss '" + loss + "' in the table; there are " + PAPER.keySet());
      }
      mae = mae.clone();
    }

    /** Mean over the seeds that ran, NaN when none did. */
    public double mean() {
      return Arrays.stream(mae).filter(Double::isFinite).average().orElse(Double.NaN);
    }

    /** Sample standard deviation over the seeds that ran, NaN for fewer than two. */
    public double spread() {
      double[] ran = Arrays.stream(mae).filter(Double::isFinite).toArray();
      double mean = mean();
      return ran.length < 2 ? Double.NaN
          : Math.sqrt(Arrays.stream(ran).map(v -> (v - mean) * (v - mean)).sum() / (ran.length - 1));
    }

    private String meanAndSpread() {
      if (!Double.isFinite(mean())) {
        return NOT_RUN;
      }
      String mean = String.format(Locale.ROOT, "%.2f", mean());
      return Double.isFinite(spread()) ? mean + String.format(Locale.ROOT, " ± %.2f", spread()) : mean;
    }
  }

  private static String cell(double mae) {
    return Double.isFinite(mae) ? String.format(Locale.ROOT, "%.2f", mae) : NOT_RUN;
  }

  /** The table in Markdown, with its setting, command and notes. */
  public static String markdown(Data data) {
    var out = new StringBuilder("# Table 1 of the AMR paper: six losses\n\n").append(data.setting).append("\n\n");
    out.append("Test MAE in years; mean ± sample standard deviation over the seeds. The training median errs by ")
        .append(cell(data.floorMae)).append(".\n\n| loss |");
    data.seeds.forEach(seed -> out.append(" seed ").append(seed).append(" |"));
    out.append(" mean ± sd | paper, FG-NET, VGG-16 | paper, FG-NET, ResNet-50 |\n| --- |")
        .append(" ---: |".repeat(data.seeds.size() + 3))
        .append('\n');
    for (var row : data.rows) {
      out.append("| ").append(row.loss).append(" |");
      Arrays.stream(row.mae).forEach(mae -> out.append(' ').append(cell(mae)).append(" |"));
      double[] paper = PAPER.get(row.loss);
      out.append(" **").append(row.meanAndSpread()).append(String.format(Locale.ROOT, "** | %.2f | %.2f |%n", paper[0],
          paper[1]));
    }
    out.append('\n');
    data.notes.forEach(note -> out.append("- ").append(note).append('\n'));
    return out.append("\n```\n").append(data.command).append("\n```\n").toString();
  }

  /** The same as a page of its own, with a chart. */
  public static String html(Data data) {
    var table = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th>loss</th>");
    data.seeds.forEach(seed -> table.append("<th class=\"n\">seed ").append(seed).append("</th>"));
    table.append("<th class=\"n\">mean ± sd</th><th class=\"n\">paper, VGG-16</th><th class=\"n\">paper, ResNet-50</th></tr>")
        .append("</thead><tbody>");
    for (var row : data.rows) {
      table.append("<tr><td>").append(Html.escape(row.loss)).append("</td>");
      Arrays.stream(row.mae).forEach(mae -> table.append("<td class=\"n\">").append(cell(mae)).append("</td>"));
      double[] paper = PAPER.get(row.loss);
      table.append(String.format(Locale.ROOT,
          "<td class=\"n\"><b>%s</b></td><td class=\"n\">%.2f</td><td class=\"n\">%.2f</td></tr>",
          row.meanAndSpread(), paper[0], paper[1]));
    }
    table.append("</tbody></table></div>");
    var notes = new StringBuilder();
    data.notes.forEach(note -> notes.append("<li>").append(Html.escape(note)).append("</li>"));
    String body = "<header><h1>Six losses, as in Table 1 of the AMR paper</h1><p>" + Html.escape(data.setting) + "</p></header>\n"
        + "<h2>Test MAE</h2>\n" + Html.card("Years, by loss and seed", "The training median errs by " + cell(data.floorMae)
            + ". The paper's columns are FG-NET from ImageNet weights: only the order can be compared.", table.toString())
        + "<div style=\"height:16px\"></div>" + Html.card("Mean, spread and seeds", Html.key("s1", "mean")
        + Html.key("s2", "a seed")
            + Html.key("ink", "mean ± one standard deviation"), "<div style=\"max-width:640px\">" + chart(data) + "</div>")
        + (data.notes.isEmpty() ? "" : "<h2>Notes</h2>\n" + Html.card("What to know", "", "<ul>" + notes + "</ul>"))
        + "<h2>Repeat</h2>\n<section class=\"card\"><pre>" + Html.escape(data.command) + "</pre></section>\n";
    return Html.page("AMR, Table 1", body);
  }

  private static String chart(Data data) {
    double top = data.rows.stream().flatMapToDouble(row -> Arrays.stream(row.mae)).filter(Double::isFinite).max().orElse(1);
    var x = new Axis(-0.6, data.rows.size() - 0.4, List.of(), false);
    var chart = new SvgChart(x, Axis.covering(0, top * 1.1), "Test MAE by loss", "", "MAE, years");
    for (int i = 0; i < data.rows.size(); i++) {
      var row = data.rows.get(i);
      String[] words = row.loss.split(" (?=\\+)|(?<=-)", 2);
      chart.xLabel(i, words[0], words.length > 1 ? words[1] : "");
      if (!Double.isFinite(row.mean())) {
        chart.note("", i, 0, 6, NOT_RUN);
        continue;
      }
      chart.bar("s1", i, 0.6, row.mean(), row.loss + ": " + row.meanAndSpread() + " years");
      for (int s = 0; s < row.mae.length; s++) {
        if (Double.isFinite(row.mae[s])) {
          chart.dot("s2", i + 0.12 * (s - (row.mae.length - 1) / 2.0), row.mae[s], "seed " + data.seeds.get(s) + ": "
              + cell(row.mae[s]));
        }
      }
      if (Double.isFinite(row.spread())) {
        chart.line("ink",
            List.of(new double[] {i + 0.4, row.mean() - row.spread()}, new double[] {i + 0.4, row.mean() + row.spread()}));
      }
    }
    return chart.svg();
  }
}

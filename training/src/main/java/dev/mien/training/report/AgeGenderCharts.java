package dev.mien.training.report;

import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.metrics.AgeGenderMetrics.Slice;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.metrics.AgePrediction;
import dev.mien.training.metrics.Reliability;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The charts of the report of age and gender, each from figures to SVG. */
final class AgeGenderCharts {
  private static final int FEW_BARS = 3;
  private static final int LONG_NAME = 10;

  private AgeGenderCharts() {}

  /** Faces by true (rows) and told class: each cell the share of its row, the darker the larger. */
  static String confusion(int[][] counts, List<String> labels, String description) {
    int n = labels.size();
    double left = 58;
    double top = 22;
    double cell = Math.min(96, 400.0 / n);
    double width = left + n * cell + 46;
    var out = new StringBuilder(String.format(Locale.ROOT, "<svg class=\"chart\" viewBox=\"0 0 480 %.0f\" role=\"img\" aria-label=\"%s\">"
        + "<g transform=\"translate(%.1f 0)\">", top + n * cell * 0.72 + 40, Html.escape(description), Math.max(0, (480 - width) / 2)));
    out.append(String.format(Locale.ROOT, "<text class=\"title\" x=\"2\" y=\"13\">true</text><text class=\"title\" x=\"%.1f\" y=\"%.1f\" "
        + "text-anchor=\"middle\">told</text>", left + n * cell / 2, top + n * cell * 0.72 + 36));
    for (int i = 0; i < n; i++) {
      int total = Arrays.stream(counts[i]).sum();
      double y = top + i * cell * 0.72;
      out.append(String.format(Locale.ROOT, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", left - 7, y + cell * 0.36 + 4,
          Html.escape(labels.get(i))));
      out.append(String.format(Locale.ROOT, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", left + (i + 0.5) * cell,
          top + n * cell * 0.72 + 16, Html.escape(labels.get(i))));
      out.append(String.format(Locale.ROOT, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">%,d</text>", left + n * cell + 6, y + cell * 0.36 + 4, total));
      for (int j = 0; j < n; j++) {
        cell(out, new double[] {left + j * cell, y, cell, cell * 0.72}, counts[i][j], total, labels.get(i) + " told as " + labels.get(j));
      }
    }
    return out.append("</g></svg>").toString();
  }

  private static void cell(StringBuilder out, double[] box, int count, int total, String words) {
    double share = total == 0 ? 0 : (double) count / total;
    out.append(String.format(Locale.ROOT, "<rect class=\"bar s1\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" "
        + "style=\"fill-opacity:%.3f\"><title>%s: %,d of %,d (%.1f %%)</title></rect>", box[0] + 1, box[1] + 1, box[2] - 2, box[3] - 2,
        0.05 + 0.9 * share, Html.escape(words), count, total, 100 * share));
    if (count > 0) {
      out.append(String.format(Locale.ROOT, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" style=\"pointer-events:none%s\">%s</text>",
          box[0] + box[2] / 2, box[1] + box[3] / 2 + 4, share > 0.5 ? ";fill:var(--card)" : "", share < 0.005 ? "·" : String.format(Locale.ROOT, "%.0f",
              100 * share)));
    }
  }

  /** How P(female) is spread, of men and of women. */
  static String female(AgeGenderMetrics.Gender gender) {
    var men = new Histogram(0, 1, gender.histogram()[0]);
    var women = new Histogram(0, 1, gender.histogram()[1]);
    var chart = new SvgChart(Axis.exactly(0, 1, 5), Axis.covering(0, Math.max(men.highest(), women.highest())), "P(female) of men and women", "P(female)",
        "faces of the gender, %");
    bars(chart, "s2 over", women, "women");
    bars(chart, "s1 over", men, "men");
    return chart.mark(0.5).svg();
  }

  private static void bars(SvgChart chart, String css, Histogram histogram, String of) {
    for (int i = 0; i < histogram.counts().length; i++) {
      if (histogram.counts()[i] > 0) {
        chart.bar(css, histogram.center(i), histogram.width() * 0.94, histogram.percent(i), String.format(Locale.ROOT, "%s: %,d (%.1f %%)", of,
            histogram.counts()[i], histogram.percent(i)));
      }
    }
  }

  /** Promised against kept: accuracy by the likeliest class's probability; the grey bars are the share of the faces. */
  static String reliability(Reliability reliability) {
    var axis = Axis.exactly(0, 100, 5);
    int total = reliability.bins().stream().mapToInt(Reliability.Bin::count).sum();
    var chart = new SvgChart(axis, axis, "Calibration of the likeliest class", "probability of what is told, %", "right, %");
    for (var bin : reliability.bins()) {
      chart.bar("", 100 * bin.confidence(), 3, 100.0 * bin.count() / total, String.format(Locale.ROOT, "%,d faces (%.1f %%)", bin.count(),
          100.0 * bin.count() / total));
    }
    chart.guide(0, 0, 100, 100)
        .line("s1", reliability.bins().stream().map(b -> new double[] {100 * b.confidence(), 100 * b.accuracy()}).toList());
    for (var bin : reliability.bins()) {
      chart.dot("s1", 100 * bin.confidence(), 100 * bin.accuracy(), String.format(Locale.ROOT, "%.1f %% sure, %.1f %% right, %,d faces",
          100 * bin.confidence(), 100 * bin.accuracy(), bin.count()));
    }
    return chart.svg();
  }

  /** A figure of each part of the faces. */
  static String slices(List<Slice> slices, ToDoubleFunction<Slice> value, String title, boolean shares) {
    double factor = shares ? 100 : 1;
    double top = slices.stream().mapToDouble(value).filter(Double::isFinite).max().orElse(1) * factor;
    var x = new Axis(-0.6, slices.size() - 0.4, List.of(), false);
    var chart = new SvgChart(x, shares ? Axis.exactly(0, 100, 5) : Axis.covering(0, 1.08 * top), title, "", shares ? "right, %" : "years");
    for (int i = 0; i < slices.size(); i++) {
      var s = slices.get(i);
      chart.xLabel(i, s.name().length() > LONG_NAME ? s.name().substring(0, LONG_NAME - 1) + "…" : s.name(), String.format(Locale.ROOT, "%,d", s.count()));
      double v = factor * value.applyAsDouble(s);
      if (Double.isFinite(v)) {
        chart.bar("s1", i, slices.size() <= FEW_BARS ? 0.4 : 0.66, v, String.format(Locale.ROOT, "%s: %.2f%s, %,d faces", s.name(), v, shares ? " %" : "",
            s.count()));
        chart.note("strong", i, v, 6, String.format(Locale.ROOT, "%.1f", v));
      }
    }
    return chart.svg();
  }

  /** As the age report has it. */
  static String scatter(List<AgeGenderPrediction> predictions) {
    return AgeCharts.scatter(predictions.stream().filter(AgeGenderPrediction::scoresYears)
        .map(p -> new AgePrediction(p.id(), p.ageYears(), Double.NaN, p.gender(), p.estimate().ageYears(), null)).toList());
  }

  /** The probabilities of the groups of one face: a small bar each, the true one in the second colour. */
  static String groups(AgeGenderPrediction p) {
    float[] probabilities = p.estimate().groupProbabilities();
    int n = probabilities.length;
    int known = p.scoresGroup() ? p.trueGroup() : -1;
    double step = 260.0 / n;
    var out = new StringBuilder("<svg viewBox=\"0 0 260 62\" role=\"img\" aria-label=\"probabilities of the age groups\">");
    IntStream.range(0, n).forEach(b -> {
      double height = 40 * probabilities[b];
      out.append(String.format(Locale.ROOT, "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\"/>",
          b == known ? "s2" : "s1", b * step + 2, 44 - Math.max(0.6, height), step - 4, Math.max(0.6, height)));
      out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"58\" text-anchor=\"middle\" style=\"font-size:9px\">%s</text>", (b + 0.5) * step,
          Html.escape(p.estimate().groups().label(b))));
    });
    return out.append("</svg>").toString();
  }
}

package dev.mien.training.report;

import dev.mien.models.age.AgeDistribution;
import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import dev.mien.training.report.AgeReportData.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The charts of the age report, each from figures to SVG. */
final class AgeCharts {
  private static final int MAX_CLOUD = 4000;
  private static final int TREND_YEARS = 5;
  private static final int MIN_TREND_COUNT = 5;

  private AgeCharts() {}

  private static List<double[]> points(List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
    return epochs.stream().map(e -> new double[] {e.epoch(), value.applyAsDouble(e)}).toList();
  }

  /** Training and validation loss over the epochs. */
  static String loss(List<Epoch> epochs) {
    return TrainingCharts.loss(points(epochs, Epoch::trainLoss), points(epochs, Epoch::validationLoss));
  }

  /** Validation MAE over the epochs, with the best one marked. */
  static String validationMae(List<Epoch> epochs) {
    var mae = new TrainingCharts.Measure("Validation MAE by epoch", "MAE, years", false, v -> String.format(Locale.ROOT, "%.2f", v));
    return TrainingCharts.validation(points(epochs, Epoch::validationMae), mae);
  }

  /** Mean size of the residue's top-K set over the epochs. */
  static String averageK(List<Epoch> epochs) {
    return TrainingCharts.figure(points(epochs, Epoch::averageK), "Average K by epoch", "average K, classes");
  }

  /** Learning rate over the epochs; logarithmic when it falls by more than tenfold. */
  static String learningRate(List<Epoch> epochs) {
    return TrainingCharts.learningRate(points(epochs, Epoch::learningRate));
  }

  /**
   * Predicted against true age: a dot for each picture (within its year, so that dots part), the diagonal, the median of each
   * five years.
   */
  static String scatter(List<AgePrediction> predictions) {
    double oldest = predictions.stream().mapToDouble(p -> Math.max(p.ageYears(), p.predictedYears())).max().orElse(100);
    var axis = Axis.covering(0, oldest, 8);
    int stride = (predictions.size() + MAX_CLOUD - 1) / MAX_CLOUD;
    var cloud = new ArrayList<double[]>();
    for (int i = 0; i < predictions.size(); i += Math.max(1, stride)) {
      double sideways = (i * 0.618033988749895) % 1 - 0.5;
      cloud.add(new double[] {predictions.get(i).ageYears() + 0.8 * sideways, predictions.get(i).predictedYears()});
    }
    return new SvgChart(axis, axis, "Predicted age against true age", "true age, years", "predicted, years")
        .cloud("s1", cloud).guide(0, 0, axis.max(), axis.max()).line("s2", trend(predictions)).svg();
  }

  private static List<double[]> trend(List<AgePrediction> predictions) {
    var byAge = new TreeMap<Integer, List<Double>>();
    for (var p : predictions) {
      byAge.computeIfAbsent((int) (p.ageYears() / TREND_YEARS), _ -> new ArrayList<>()).add(p.predictedYears());
    }
    var line = new ArrayList<double[]>();
    byAge.forEach((bin, values) -> {
      if (values.size() >= MIN_TREND_COUNT) {
        var sorted = values.stream().sorted().toList();
        line.add(new double[] {(bin + 0.5) * TREND_YEARS, sorted.get(sorted.size() / 2)});
      }
    });
    return line;
  }

  /** Errors of a part of the test split, in years. */
  record Group(String name, int count, double mae, double bias) {}

  /** Mean error of each part of the test split, with the bias as a mark. */
  static String groups(List<Group> groups, String what) {
    double top = groups.stream().mapToDouble(Group::mae).filter(Double::isFinite).max().orElse(1);
    double low = groups.stream().mapToDouble(Group::bias).filter(Double::isFinite).min().orElse(0);
    var x = new Axis(-0.6, groups.size() - 0.4, List.of(), false);
    var chart = new SvgChart(x, Axis.covering(Math.min(0, low), top * 1.08), "Error by " + what, "", "years");
    for (int i = 0; i < groups.size(); i++) {
      var g = groups.get(i);
      chart.xLabel(i, g.name(), String.format(Locale.ROOT, "%,d", g.count()));
      if (g.count() > 0) {
        String words = String.format(Locale.ROOT, "%s: MAE %.2f years, bias %+.2f, %d images", g.name(), g.mae(), g.bias(),
            g.count());
        chart.bar("s1", i, groups.size() <= 3 ? 0.4 : 0.66, g.mae(), words);
        chart.note("strong", i, g.mae(), 6, String.format(Locale.ROOT, "%.1f", g.mae()));
        chart.dot("s2", i, g.bias(), words);
      }
    }
    return chart.guide(x.min(), 0, x.max(), 0).svg();
  }

  /** Share of the errors within so many years. */
  static String cumulativeScore(double[] cs) {
    var x = new Axis(-0.6, cs.length - 0.4, List.of(), false);
    var chart = new SvgChart(x, Axis.exactly(0, 100, 5), "Cumulative score", "error of at most, years", "images, %");
    for (int i = 0; i < cs.length; i++) {
      chart.xLabel(i, Integer.toString(i), "");
      chart.bar("s1", i, 0.66, 100 * cs[i], String.format(Locale.ROOT, "CS(%d) = %.1f %%", i, 100 * cs[i]));
      chart.note("", i, 100 * cs[i], 5, String.format(Locale.ROOT, "%.0f", 100 * cs[i]));
    }
    return chart.svg();
  }

  /** Promised against kept: the share of the labels inside the central interval of each probability. */
  static String calibration(List<AgeMetrics.Calibration> rows) {
    var axis = Axis.exactly(0, 100, 5);
    var chart = new SvgChart(axis, axis, "Calibration of the predicted distribution", "interval promises, %", "ages inside, %")
        .guide(0, 0, 100, 100)
        .line("s1", rows.stream().map(row -> new double[] {100 * row.nominal(), 100 * row.observed()}).toList());
    for (var row : rows) {
      chart.dot("s1", 100 * row.nominal(), 100 * row.observed(), String.format(Locale.ROOT,
          "the %.0f %% interval is %.1f years wide and holds %.1f %% of the ages", 100 * row.nominal(), row.meanWidthYears(),
          100 * row.observed()));
    }
    return chart.svg();
  }

  /** P(age &lt; label) by the prediction, the mass of each year spread evenly over it as in {@link AgeDistribution}. */
  static double position(AgePrediction p) {
    double below = 0;
    double total = 0;
    for (int age = 0; age < p.distribution().length; age++) {
      below += p.distribution()[age] * Math.clamp(p.ageYears() - age + 0.5, 0, 1);
      total += p.distribution()[age];
    }
    return below / total;
  }

  /** Where the labels fall in the predicted distributions: flat for a calibrated model. */
  static String positions(List<AgePrediction> predictions) {
    int bins = 20;
    double[] counts = new double[bins];
    int total = 0;
    for (var p : predictions) {
      if (p.distribution() != null) {
        counts[Math.min(bins - 1, (int) (position(p) * bins))]++;
        total++;
      }
    }
    double top = 0;
    for (int i = 0; i < bins; i++) {
      counts[i] *= 100.0 / Math.max(1, total);
      top = Math.max(top, counts[i]);
    }
    var chart = new SvgChart(Axis.exactly(0, 100, 5), Axis.covering(0, Math.max(top, 10)),
        "Where labels fall in the distributions",
        "percentile of the true age in its predicted distribution", "images, %");
    for (int i = 0; i < bins; i++) {
      chart.bar("s1", (i + 0.5) * 100 / bins, 100.0 / bins - 0.8, counts[i], String.format(Locale.ROOT, "%.1f %%", counts[i]));
    }
    return chart.guide(0, 100.0 / bins, 100, 100.0 / bins).svg();
  }

  /** The distribution of one prediction: a strip without a vertical axis, with the interval, the expectation and the label. */
  static String distribution(AgePrediction p) {
    double width = 260;
    double height = 74;
    double floor = 56;
    float[] d = p.distribution();
    double top = 1e-6;
    for (float v : d) {
      top = Math.max(top, v);
    }
    double step = width / d.length;
    var path = new StringBuilder(String.format(Locale.ROOT, "M0 %.0f", floor));
    for (int age = 0; age < d.length; age++) {
      path.append(String.format(Locale.ROOT, "L%.1f %.1f", (age + 0.5) * step, floor - (floor - 4) * d[age] / top));
    }
    path.append(String.format(Locale.ROOT, "L%.0f %.0fZ", width, floor));
    var out = new StringBuilder(String.format(Locale.ROOT,
        "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"predicted distribution\">", width, height));
    out.append("<path class=\"area s1\" style=\"opacity:.35\" d=\"").append(path).append("\"/>");
    out.append(String.format(Locale.ROOT, "<line class=\"base\" x1=\"0\" y1=\"%.0f\" x2=\"%.0f\" y2=\"%.0f\"/>", floor, width,
        floor));
    var interval = new AgeDistribution(d).central(0.8);
    out.append(String.format(Locale.ROOT, "<line class=\"line s1\" x1=\"%.1f\" y1=\"%.0f\" x2=\"%.1f\" y2=\"%.0f\"/>",
        (interval.low() + 0.5) * step, floor, (interval.high() + 0.5) * step, floor));
    out.append(vertical("s1", (p.predictedYears() + 0.5) * step, floor))
        .append(vertical("s2", (p.ageYears() + 0.5) * step, floor));
    for (int age = 0; age < d.length; age += 20) {
      out.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"%s\">%d</text>", (age + 0.5) * step,
          floor + 15, age == 0 ? "start" : age + 10 > d.length ? "end" : "middle", age));
    }
    return out.append("</svg>").toString();
  }

  private static String vertical(String css, double x, double floor) {
    return String.format(Locale.ROOT, "<line class=\"line %s\" x1=\"%.1f\" y1=\"2\" x2=\"%.1f\" y2=\"%.0f\"/>", css, x, x, floor);
  }
}

package dev.mien.training.report;

import dev.mien.training.report.FaceReportData.Part;
import dev.mien.training.report.FaceReportData.Pictures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The charts of the face report that are drawn from pairs and pictures. */
final class FaceCharts {
  /** Sets that a chart tells apart by colour; further ones are left out of it. */
  static final int MOST_SETS = 6;
  /** Sets whose histograms and dots are still told apart when they lie upon each other. */
  static final int MOST_OVERLAID = 3;

  private static final int MOST_DOTS = 3000;
  private static final int CURVE_POINTS = 240;
  private static final int MOST_BINS = 50;
  private static final int LEAST_BINS = 12;
  private static final int FEW_DOTS = 400;
  private static final int QUALITY_BINS = 20;
  private static final int TREND_BINS = 10;
  private static final int MIN_TREND_COUNT = 5;

  private FaceCharts() {}

  /** The colour of a set. */
  static String color(int set) {
    return "s" + (set % MOST_SETS + 1);
  }

  /** True against false acceptance, a line for each set; a dot where the threshold of each set stands. */
  static String roc(List<Part> sets) {
    var shown = sets.subList(0, Math.min(MOST_SETS, sets.size()));
    double least = 1.0 / shown.stream().mapToInt(s -> s.roc().impostors()).max().orElse(10);
    var x = Axis.logarithmic(Math.min(0.1, least), 1);
    var chart = new SvgChart(x, Axis.exactly(0, 100, 5), "True against false acceptance", "false acceptance rate, logarithmic", "true acceptance, %");
    chart.line("guess", grid(x.min()).mapToObj(far -> new double[] {far, 100 * far}).toList());
    for (int i = 0; i < shown.size(); i++) {
      var part = shown.get(i);
      chart.line(color(i), curve(part));
      double threshold = part.verification().threshold();
      double far = part.accepted(threshold) / (double) part.roc().impostors();
      double tar = 100 - 100.0 * part.refused(threshold) / part.genuine();
      chart.dot(color(i), Math.max(far, 1.0 / part.roc().impostors()), tar, String.format(Locale.ROOT, "%s: at the threshold, cosine %.3f, %.1f %% of the true pairs and %.2f %% "
          + "of the false ones are accepted", part.name(), part.verification().cosineThreshold(), tar, 100 * far));
    }
    return chart.svg();
  }

  private static DoubleStream grid(double least) {
    return IntStream.rangeClosed(0, CURVE_POINTS).mapToDouble(i -> Math.pow(least, 1 - i / (double) CURVE_POINTS));
  }

  /** The largest true rate at a false rate of at most so much, from one impostor upwards. */
  private static List<double[]> curve(Part part) {
    var roc = part.roc();
    var line = new ArrayList<double[]>();
    grid(1.0 / roc.impostors()).forEach(far -> line.add(new double[] {far, 100 * roc.trueRateWithin(Math.min(1, far * (1 + 1e-9)))}));
    return line;
  }

  /** How the cosines of pairs of one person and of two are spread, with the threshold. */
  static String scores(Part part) {
    double[] same = part.cosines(true);
    double[] different = part.cosines(false);
    double low = Math.min(min(same), min(different));
    double high = Math.max(max(same), max(different));
    var axis = Axis.covering(low, high);
    int bins = bins(Math.min(same.length, different.length));
    var genuine = Histogram.of(same, axis, bins);
    var impostors = Histogram.of(different, axis, bins);
    double top = 1.12 * Math.max(genuine.highest(), impostors.highest());
    var y = Axis.covering(0, top);
    var chart = new SvgChart(axis, y, "Cosines of the pairs of " + part.name(), "cosine", "pairs of the kind, %");
    bars(chart, "s2 over", impostors, "two people");
    bars(chart, "s1 over", genuine, "one person");
    double threshold = part.verification().cosineThreshold();
    chart.mark(threshold);
    boolean right = axis.at(threshold) > 0.8;
    return chart.note(right ? "strong end" : "strong start", threshold + (right ? -1 : 1) * (axis.max() - axis.min()) / 90, y.max(), -10,
        String.format(Locale.ROOT, "threshold %.3f", threshold)).svg();
  }

  /** As many bins as so many values can fill. */
  private static int bins(int values) {
    return (int) Math.clamp(Math.round(5 * Math.cbrt(values)), LEAST_BINS, MOST_BINS);
  }

  private static void bars(SvgChart chart, String css, Histogram histogram, String of) {
    for (int i = 0; i < histogram.counts().length; i++) {
      if (histogram.counts()[i] > 0) {
        chart.bar(css, histogram.center(i), histogram.width() * 0.94, histogram.percent(i), String.format(Locale.ROOT, "%s: %,d (%.1f %%)", of,
            histogram.counts()[i], histogram.percent(i)));
      }
    }
  }

  private static double min(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
  }

  /** Every value of the sets, one after the other. */
  static double[] all(List<Pictures> sets, Function<Pictures, double[]> measure) {
    return sets.stream().flatMapToDouble(s -> Arrays.stream(measure.apply(s))).toArray();
  }

  /** How long the features are; sets apart where they are few. */
  static String norms(List<Pictures> sets) {
    double[] all = all(sets, Pictures::norms);
    var axis = Axis.covering(min(all), max(all));
    boolean apart = sets.size() <= MOST_OVERLAID;
    int bins = bins(apart ? sets.stream().mapToInt(s -> s.norms().length).min().orElse(0) : all.length);
    var histograms = apart ? sets.stream().map(s -> Histogram.of(s.norms(), axis, bins)).toList() : List.of(Histogram.of(all, axis, bins));
    var chart = new SvgChart(axis, Axis.covering(0, histograms.stream().mapToDouble(Histogram::highest).max().orElse(1)), "Lengths of the features",
        "norm of the features", apart && sets.size() > 1 ? "pictures of the set, %" : "pictures, %");
    for (int i = 0; i < histograms.size(); i++) {
      bars(chart, color(i) + (histograms.size() > 1 ? " over" : ""), histograms.get(i), apart ? sets.get(i).set() : "all sets");
    }
    return chart.svg();
  }

  /** AdaFace's q of pictures. */
  static String quality(double[] q) {
    return quality(Histogram.of(q, Axis.exactly(-1, 1, 4), QUALITY_BINS));
  }

  /** AdaFace's q as it was counted. */
  static String quality(Histogram q) {
    var chart = new SvgChart(Axis.exactly(q.from(), q.to(), 4), Axis.covering(0, q.highest()), "AdaFace's q", "q", "pictures, %");
    bars(chart, "s3", q, "pictures");
    return chart.svg();
  }

  /**
   * Norms against a measure of the pictures: a dot for each (thinned out when there are very many) and the median norm of each tenth of them.
   *
   * @param measure sharpness or size, positive
   */
  static String against(List<Pictures> sets, Function<Pictures, double[]> measure, String title) {
    double[] x = all(sets, measure);
    double[] y = all(sets, Pictures::norms);
    double[] known = Arrays.stream(x).filter(v -> Double.isFinite(v) && v > 0).toArray();
    var axis = max(known) > 8 * min(known) ? Axis.logarithmic(min(known) / 1.05, max(known) * 1.05) : Axis.covering(min(known), max(known));
    var chart = new SvgChart(axis, Axis.covering(min(y), max(y)), "Norm against " + title, title, "norm of the features");
    int stride = 1 + known.length / MOST_DOTS;
    for (int s = 0; s < sets.size(); s++) {
      var cloud = new ArrayList<double[]>();
      double[] values = measure.apply(sets.get(s));
      for (int i = 0; i < values.length; i += stride) {
        if (values[i] > 0) {
          cloud.add(new double[] {values[i], sets.get(s).norms()[i]});
        }
      }
      chart.cloud(color(sets.size() <= MOST_OVERLAID ? s : 0) + (known.length <= FEW_DOTS ? " few" : ""), cloud);
    }
    return chart.line("ink", trend(x, y)).svg();
  }

  /** Medians of equally many pictures each, in the order of x; values that are equal stay together. */
  private static List<double[]> trend(double[] x, double[] y) {
    var order = IntStream.range(0, x.length).filter(i -> x[i] > 0).boxed().sorted(Comparator.comparingDouble(i -> x[i])).toList();
    int size = Math.max(MIN_TREND_COUNT, (order.size() + TREND_BINS - 1) / TREND_BINS);
    var line = new ArrayList<double[]>();
    for (int from = 0; from < order.size();) {
      int to = Math.min(order.size(), from + size);
      while (to < order.size() && x[order.get(to)] == x[order.get(to - 1)]) {
        to++;
      }
      if (to - from >= MIN_TREND_COUNT) {
        var part = order.subList(from, to);
        line.add(new double[] {median(part.stream().mapToDouble(i -> x[i])), median(part.stream().mapToDouble(i -> y[i]))});
      }
      from = to;
    }
    return line;
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }
}

package dev.mien.training.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;

/** The charts over the epochs of a training; points are {@code {epoch, value}}, NaN where a figure was not taken. */
final class TrainingCharts {
  private static final int MOST_TICKS = 8;
  /** Where the words of a mark stand, in pixels. */
  private static final int ABOVE = 10;
  private static final int BELOW = -19;

  private TrainingCharts() {}

  /**
   * A measure on the validation split.
   *
   * @param title of the chart
   * @param unit what runs up
   * @param highest whether the highest value is the best
   * @param words the best value as it is written
   */
  record Measure(String title, String unit, boolean highest, DoubleFunction<String> words) {}

  /** Whether any of the points has a value. */
  static boolean any(List<double[]> points) {
    return values(points).length > 0;
  }

  private static double[] values(List<double[]> points) {
    return points.stream().mapToDouble(p -> p[1]).filter(Double::isFinite).toArray();
  }

  private static double max(double[] values) {
    return DoubleStream.of(values).max().orElse(1);
  }

  private static double min(double[] values) {
    return DoubleStream.of(values).min().orElse(0);
  }

  private static Axis epochs(List<double[]> points) {
    double first = points.getFirst()[0];
    double last = points.getLast()[0];
    return last - first < MOST_TICKS ? Axis.exactly(first, Math.max(last, first + 1), (int) Math.max(1, last - first))
        : Axis.exactly(first, last, MOST_TICKS);
  }

  /** The epoch with the lowest value; NaN when there is none. */
  static double lowest(List<double[]> points) {
    return points.stream().filter(p -> Double.isFinite(p[1])).min(Comparator.comparingDouble(p -> p[1])).map(p -> p[0]).orElse(Double.NaN);
  }

  /** Training and validation loss. */
  static String loss(List<double[]> training, List<double[]> validation) {
    return loss(training, validation, Double.NaN);
  }

  /**
   * The same with the epoch marked that is kept.
   *
   * @param kept the epoch whose validation loss is marked; NaN for none
   */
  static String loss(List<double[]> training, List<double[]> validation, double kept) {
    var both = new ArrayList<>(training);
    both.addAll(validation);
    double[] all = values(both);
    var chart = new SvgChart(epochs(training), Axis.covering(min(all), max(all)), any(validation) ? "Training and validation loss by epoch"
        : "Training loss by epoch", "epoch", "loss")
        .line("s2", validation).line("s1", training);
    mark(chart, validation, kept, "kept", ABOVE, v -> String.format(Locale.ROOT, "%.2f", v));
    return chart.svg();
  }

  /** A measure on the validation split, with its best epoch marked, the first of several. */
  static String validation(List<double[]> points, Measure measure) {
    double sign = measure.highest ? -1 : 1;
    return validation(points, measure, lowest(points.stream().map(p -> new double[] {p[0], sign * p[1]}).toList()), "best");
  }

  /** A measure on the validation split, with the epoch marked that is kept. */
  static String validation(List<double[]> points, Measure measure, double kept) {
    return validation(points, measure, kept, "kept");
  }

  private static String validation(List<double[]> points, Measure measure, double marked, String why) {
    double[] all = values(points);
    double margin = (max(all) - min(all)) / 8;
    var axis = measure.highest ? Axis.covering(min(all), max(all) + margin) : Axis.covering(min(all) - margin, max(all));
    var chart = new SvgChart(epochs(points), axis, measure.title, "epoch", measure.unit).line("s2", points);
    mark(chart, points, marked, why, measure.highest ? ABOVE : BELOW, measure.words);
    return chart.svg();
  }

  private static void mark(SvgChart chart, List<double[]> points, double epoch, String why, int offset, DoubleFunction<String> written) {
    points.stream().filter(p -> p[0] == epoch && Double.isFinite(p[1])).forEach(p -> {
      String words = written.apply(p[1]);
      chart.dot("s2", p[0], p[1], why + ": epoch " + Math.round(p[0]) + ", " + words);
      chart.note("strong", p[0], p[1], offset, words);
    });
  }

  /** A figure that is not negative. */
  static String figure(List<double[]> points, String title, String unit) {
    return new SvgChart(epochs(points), Axis.covering(0, max(values(points))), title, "epoch", unit).line("s3", points).svg();
  }

  /** A mean with a band around it: {@code {epoch, mean, deviation}}. */
  static String band(List<double[]> points, String title, String unit) {
    var known = points.stream().filter(p -> Double.isFinite(p[1]) && Double.isFinite(p[2])).toList();
    double low = known.stream().mapToDouble(p -> p[1] - p[2]).min().orElse(0);
    double high = known.stream().mapToDouble(p -> p[1] + p[2]).max().orElse(1);
    var chart = new SvgChart(epochs(points), Axis.covering(low, high), title, "epoch", unit);
    if (known.size() > 1) {
      chart.area("s3", known.stream().map(p -> new double[] {p[0], p[1] - p[2], p[1] + p[2]}).toList());
    }
    return chart.line("s3", known).svg();
  }

  /** Learning rate; logarithmic when it falls by more than tenfold. */
  static String learningRate(List<double[]> points) {
    double[] rates = DoubleStream.of(values(points)).filter(r -> r > 0).toArray();
    var axis = max(rates) > 10 * min(rates) && min(rates) > 0 ? Axis.powersOfTen(min(rates), max(rates))
        : Axis.covering(0, max(rates));
    return new SvgChart(epochs(points), axis, "Learning rate by epoch", "epoch", "learning rate")
        .line("s3", points.stream().map(p -> p[1] > 0 ? p : new double[] {p[0], Double.NaN}).toList()).svg();
  }
}

package dev.mien.training.report;

/**
 * How many values lie in each of several equal bins.
 *
 * @param from where the first bin begins
 * @param to where the last ends
 * @param counts of each bin
 */
public record Histogram(double from, double to, long[] counts) {
  /** Of values, those outside in the outermost bins. */
  static Histogram of(double[] values, Axis axis, int bins) {
    var counts = new long[bins];
    for (double value : values) {
      if (Double.isFinite(value)) {
        counts[(int) Math.clamp(Math.floor((value - axis.min()) / (axis.max() - axis.min()) * bins), 0, bins - 1)]++;
      }
    }
    return new Histogram(axis.min(), axis.max(), counts);
  }

  /** How many values there are. */
  long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /** Width of a bin. */
  double width() {
    return (to - from) / counts.length;
  }

  /** Middle of a bin. */
  double center(int bin) {
    return from + (bin + 0.5) * width();
  }

  /** Percent of all values that lie in a bin. */
  double percent(int bin) {
    return 100.0 * counts[bin] / Math.max(1, total());
  }

  /** The largest percentage. */
  double highest() {
    double highest = 0;
    for (int i = 0; i < counts.length; i++) {
      highest = Math.max(highest, percent(i));
    }
    return highest;
  }
}

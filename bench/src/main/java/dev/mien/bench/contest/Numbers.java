package dev.mien.bench.contest;

import java.util.List;

/** Small statistics. */
final class Numbers {
  private Numbers() {}

  /** The middle value, the mean of the middle two; NaN of none. */
  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return n == 0 ? Double.NaN : (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  static double least(List<Double> values) {
    return values.stream().mapToDouble(v -> v).min().orElse(Double.NaN);
  }

  static double geometricMean(List<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
  }

  /** Four significant digits, null for what is no number: what the rows hold. */
  static Double rounded(double value) {
    return Double.isFinite(value) ? Double.valueOf(String.format(java.util.Locale.ROOT, "%.4g", value)) : null;
  }
}

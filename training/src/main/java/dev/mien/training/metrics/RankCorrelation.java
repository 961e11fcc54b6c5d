package dev.mien.training.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Whether two figures of the same things order them alike. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Spearman's coefficient, -1..1: Pearson's correlation of the ranks, where equal values share the mean of theirs.
   *
   * @return NaN for fewer than three things, or where one figure is the same for all
   */
  public static double spearman(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException("a correlation needs as many figures on both sides, got " + first.length + " and " + second.length);
    }
    if (first.length < 3) {
      return Double.NaN;
    }
    double[] a = ranks(first);
    double[] b = ranks(second);
    double middle = (first.length + 1) / 2.0;
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (a[i] - middle) * (b[i] - middle);
      squaresA += (a[i] - middle) * (a[i] - middle);
      squaresB += (b[i] - middle) * (b[i] - middle);
    }
    return squaresA == 0 || squaresB == 0 ? Double.NaN : product / Math.sqrt(squaresA * squaresB);
  }

  private static double[] ranks(double[] values) {
    int[] order = IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i])).mapToInt(i -> i).toArray();
    var ranks = new double[values.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && Double.compare(values[order[to]], values[order[from]]) == 0) {
        to++;
      }
      double shared = (from + 1 + to) / 2.0;
      Arrays.stream(order, from, to).forEach(i -> ranks[i] = shared);
    }
    return ranks;
  }
}

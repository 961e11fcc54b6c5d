package dev.mien.training.verification;

import dev.mien.engine.tensor.MienException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How two measures of the same things go together. Pairs in which one of them is not finite are left out; NaN where a measure does not
 * vary.
 *
 * @param count pairs that were used
 * @param pearson sum (x - mx)(y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2): how straight the relation is
 * @param spearman the same of the ranks, equal values sharing their mean rank: how steadily one rises with the other
 */
public record Correlation(int count, double pearson, double spearman) {
  /** Of x and y, value by value. */
  public static Correlation of(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new MienException("[verification] " + x.length + " values, " + y.length + " values of the other measure; expected equally many");
    }
    int[] used = IntStream.range(0, x.length).filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i])).toArray();
    double[] a = Arrays.stream(used).mapToDouble(i -> x[i]).toArray();
    double[] b = Arrays.stream(used).mapToDouble(i -> y[i]).toArray();
    return new Correlation(used.length, pearson(a, b), pearson(ranks(a), ranks(b)));
  }

  private static double pearson(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElse(Double.NaN);
    double meanY = Arrays.stream(y).average().orElse(Double.NaN);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    return xx > 0 && yy > 0 ? Math.clamp(xy / Math.sqrt(xx * yy), -1, 1) : Double.NaN;
  }

  private static double[] ranks(double[] values) {
    int[] order = IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i]))
        .mapToInt(Integer::intValue).toArray();
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length;) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}

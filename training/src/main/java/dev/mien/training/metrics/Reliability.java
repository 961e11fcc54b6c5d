package dev.mien.training.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a classifier is as sure as it is right (Guo et al. 2017, "On Calibration of Modern Neural Networks", Eq. 3):
 * {@code ECE = sum_b n_b / N |accuracy_b - confidence_b|} over {@value #BINS} equal bins of the likeliest class's probability.
 *
 * @param ece expected calibration error
 * @param bins those that hold anything, surest last
 */
public record Reliability(double ece, List<Bin> bins) {
  private static final int BINS = 15;

  /**
   * Answers of about equal confidence.
   *
   * @param confidence their mean probability
   * @param accuracy the share that is right
   */
  public record Bin(double confidence, double accuracy, int count) {}

  public Reliability {
    bins = List.copyOf(bins);
  }

  static final class Builder {
    private final double[] confidence = new double[BINS];
    private final int[] right = new int[BINS];
    private final int[] counts = new int[BINS];

    void add(double probability, boolean isRight) {
      int bin = (int) Math.clamp(Math.ceil(probability * BINS) - 1, 0, BINS - 1); // (0, 1/15], (1/15, 2/15] ...
      confidence[bin] += probability;
      right[bin] += isRight ? 1 : 0;
      counts[bin]++;
    }

    Reliability build() {
      var bins = new ArrayList<Bin>();
      double error = 0;
      int total = 0;
      for (int b = 0; b < BINS; b++) {
        if (counts[b] > 0) {
          bins.add(new Bin(confidence[b] / counts[b], (double) right[b] / counts[b], counts[b]));
          error += Math.abs(right[b] - confidence[b]);
          total += counts[b];
        }
      }
      return new Reliability(error / total, bins);
    }
  }
}

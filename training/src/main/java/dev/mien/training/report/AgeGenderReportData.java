package dev.mien.training.report;

import dev.mien.training.explain.CueStudy;
import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.metrics.AgeGenderPrediction;
import java.util.List;
import java.util.Map;

/**
 * All that the report of a model of age and gender shows.
 *
 * @param run what was run
 * @param epochs the course of the training, oldest first; empty for a mere evaluation
 * @param test what was measured on the test split
 * @param cues how well its maps fall on the cues of drawn faces; empty where that was not measured
 * @param remarks what a reader must know
 */
public record AgeGenderReportData(ReportRun run, List<Epoch> epochs, Test test, List<CueStudy.Row> cues, Remarks remarks) {
  public AgeGenderReportData {
    epochs = List.copyOf(epochs);
    cues = List.copyOf(cues);
  }

  /**
   * One epoch; NaN where a figure was not taken.
   *
   * @param epoch counted from 1
   */
  public record Epoch(int epoch, double trainLoss, double learningRate, Validation validation) {
    /**
     * From a row of {@code metrics.csv}: {@code epoch}, {@code train/loss}, {@code learningRate}, {@code validation/loss},
     * {@code validation/genderAccuracy}, {@code validation/groupAccuracy}, {@code validation/mae}; all but the first may be missing.
     */
    public static Epoch of(Map<String, Double> row) {
      return new Epoch(row.get("epoch").intValue(), get(row, "train/loss"), get(row, "learningRate"),
          new Validation(get(row, "validation/loss"), get(row, "validation/genderAccuracy"), get(row, "validation/groupAccuracy"),
              get(row, "validation/mae")));
    }

    private static double get(Map<String, Double> row, String column) {
      return row.getOrDefault(column, Double.NaN);
    }
  }

  /** What an epoch came to on the validation split; NaN where a figure was not taken. */
  public record Validation(double loss, double genderAccuracy, double groupAccuracy, double mae) {}

  /**
   * What was measured on the test split.
   *
   * @param predictions every one of them
   * @param rivals models to hold it against: the members of an ensemble, one task alone; none are needed
   */
  public record Test(AgeGenderMetrics metrics, List<AgeGenderPrediction> predictions, List<Rival> rivals) {
    public Test {
      predictions = List.copyOf(predictions);
      rivals = List.copyOf(rivals);
    }
  }

  /** Another model's figures on the same test split. */
  public record Rival(String name, AgeGenderMetrics metrics) {}
}

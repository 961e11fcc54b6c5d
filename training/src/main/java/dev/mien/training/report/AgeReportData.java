package dev.mien.training.report;

import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import java.util.List;

/**
 * All that the report of an age model shows.
 *
 * @param run what was run
 * @param epochs the course of the training, oldest first; empty for a mere evaluation
 * @param test what was measured on the test split
 * @param floors errors to hold it against, beside the training median's, which the measures carry
 * @param predictions every prediction on the test split
 * @param remarks what a reader must know
 */
public record AgeReportData(ReportRun run, List<Epoch> epochs, AgeMetrics test, List<Floor> floors, List<AgePrediction> predictions,
    Remarks remarks) {
  public AgeReportData {
    epochs = List.copyOf(epochs);
    floors = List.copyOf(floors);
    predictions = List.copyOf(predictions);
  }

  /**
   * One epoch; NaN where a figure was not taken.
   *
   * @param epoch counted from 1
   * @param validationMae in years
   * @param averageK mean number of classes in the top-K set of the residue, NaN for losses without one
   */
  public record Epoch(int epoch, double trainLoss, double validationLoss, double validationMae, double learningRate,
      double averageK) {}

  /**
   * An error that needs no model.
   *
   * @param name what makes it: {@code ridge regression on pixels}, {@code irreducible}
   * @param mae in years
   * @param lower whether it is a limit from below (irreducible), rather than one that a model must beat
   */
  public record Floor(String name, double mae, boolean lower) {}
}

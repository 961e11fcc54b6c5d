package dev.mien.training.report;

import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import java.util.List;
import java.util.Map;

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
public record AgeReportData(Run run, List<Epoch> epochs, AgeMetrics test, List<Floor> floors, List<AgePrediction> predictions,
    Remarks remarks) {
  public AgeReportData {
    epochs = List.copyOf(epochs);
    floors = List.copyOf(floors);
    predictions = List.copyOf(predictions);
  }

  /**
   * What was run.
   *
   * @param name the run folder's name
   * @param summary model, data and loss in a line: {@code ResNet-18 · UTKFace · AMR (K = max(2, rank))}
   * @param command the exact command that repeats it
   * @param seconds how long it took
   * @param imagesPerSecond training speed, NaN where nothing was trained
   * @param configuration every option as resolved, and code, seed, data hash, machine, in the order to show
   */
  public record Run(String name, String summary, String command, double seconds, double imagesPerSecond,
      Map<String, String> configuration) {}

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

  /**
   * What a reader must know.
   *
   * @param findings what was found in the data: skipped, malformed, clamped; one sentence each
   * @param notRun what the command could do and this run did not, one sentence each
   */
  public record Remarks(List<String> findings, List<String> notRun) {
    public Remarks {
      findings = List.copyOf(findings);
      notRun = List.copyOf(notRun);
    }
  }
}

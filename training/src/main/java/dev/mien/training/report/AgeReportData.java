package dev.mien.training.report;

import java.util.List;
import java.util.Map;

/**
 * All that the report of an age model shows.
 *
 * @param run what was run
 * @param epochs the course of the training, oldest first; empty for a mere evaluation
 * @param test what was measured on the test split
 * @param predictions every prediction on the test split
 * @param findings what was found in the data: skipped, malformed, clamped; one sentence each
 * @param notRun what the command could do and this run did not, one sentence each
 */
public record AgeReportData(Run run, List<Epoch> epochs, Test test, List<Prediction> predictions, List<String> findings,
    List<String> notRun) {
  public AgeReportData {
    epochs = List.copyOf(epochs);
    predictions = List.copyOf(predictions);
    findings = List.copyOf(findings);
    notRun = List.copyOf(notRun);
  }

  /**
   * What was run.
   *
   * @param name the run folder's name
   * @param summary model, data and loss in a line: {@code ResNet-18 · UTKFace · AMR (K = max(2, rank))}
   * @param command the exact command that repeats it
   * @param seconds how long it took
   * @param imagesPerSecond training speed
   * @param configuration every option as resolved, and code, seed, data hash, machine, in the order to show
   */
  public record Run(String name, String summary, String command, double seconds, double imagesPerSecond,
      Map<String, String> configuration) {}

  /**
   * One epoch; NaN where a figure was not taken.
   *
   * @param epoch counted from 1
   * @param averageK mean number of classes in the top-K set of the residue, NaN for losses without one
   */
  public record Epoch(int epoch, double trainLoss, double validationLoss, double validationMae, double learningRate, double averageK) {}

  /**
   * The test split's figures; years, and shares of one.
   *
   * @param count images
   * @param mae mean |expectation - age| in years
   * @param maeRounded the same with the expectation rounded to whole years
   * @param cs share of errors of at most 0, 1 ... 10 years
   * @param coverage80 share of ages within the predicted 80 % interval
   * @param epsilonError mean of 1 - exp(-(x - mean)^2 / (2 sd^2)), NaN where labels have no spread
   * @param floors what the error is held against: the training median, the generator's own noise ...
   * @param bands errors by age band, youngest first
   * @param genders errors by gender, empty where the data do not tell
   */
  public record Test(int count, double mae, double maeRounded, double[] cs, double coverage80, double epsilonError, List<Floor> floors,
      List<Group> bands, List<Group> genders) {}

  /**
   * An error that needs no model.
   *
   * @param lower whether it is a limit from below (irreducible), rather than one that a model must beat
   */
  public record Floor(String name, double mae, boolean lower) {}

  /**
   * Errors of a part of the test split.
   *
   * @param mae mean |error| in years
   * @param bias mean error in years, positive when predicted too old
   */
  public record Group(String name, int count, double mae, double bias) {}

  /**
   * One prediction.
   *
   * @param id file name or number
   * @param ageYears the label
   * @param predictedYears the expectation
   * @param low80 lower end of the 80 % interval, years
   * @param high80 upper end of it
   * @param distribution probability of each whole year from 0
   */
  public record Prediction(String id, double ageYears, double predictedYears, double low80, double high80, float[] distribution) {
    /** Signed error in years, positive when predicted too old. */
    public double error() {
      return predictedYears - ageYears;
    }
  }
}

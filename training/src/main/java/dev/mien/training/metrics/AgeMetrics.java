package dev.mien.training.metrics;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.age.AgeDistribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How good predicted ages are. Errors are in years, shares are fractions; what cannot be computed (no votes, no distributions) is
 * NaN.
 *
 * @param count number of predictions
 * @param mae mean |expectation - age|
 * @param maeRounded the same with the expectation rounded to the nearest whole year, ties to even, as in the AMR paper's code
 * @param bias mean (expectation - age): positive when faces look too old to the model
 * @param floorMae the mean error of always answering the median age of the training split
 * @param cs cumulative scores: cs[t] is the share with |expectation - age| &lt;= t years, t = 0..10
 * @param epsilonError mean of 1 - exp(-(x - mu)^2 / (2 sigma^2)) over the samples with votes, x the float expectation (ChaLearn
 *     LAP 2016)
 * @param coverage80 share of true ages inside the central 80 % interval of the predicted distribution ({@link AgeDistribution})
 * @param calibration the same for the central 10 % to 90 % intervals
 * @param bands errors by decade of the true age; decades without samples are left out
 * @param genders errors by gender: 0 male, 1 female, -1 unknown; those without samples are left out
 */
public record AgeMetrics(int count, double mae, double maeRounded, double bias, double floorMae, double[] cs, double epsilonError,
    double coverage80, List<Calibration> calibration, List<BandError> bands, List<GenderError> genders) {
  private static final int MAX_CS = 10;
  private static final int BAND_YEARS = 10;

  /** Errors of the true ages in [fromYears, toYears). */
  public record BandError(int fromYears, int toYears, int count, double mae, double bias) {}

  /** Errors of one gender. */
  public record GenderError(int gender, int count, double mae, double bias) {}

  /** The share of true ages inside the central interval of nominal mass, and the mean width of that interval in years. */
  public record Calibration(double nominal, double observed, double meanWidthYears) {}

  /**
   * @param trainingMedianYears median age of the training split, never of the set that is scored
   * @throws MienException when there are no predictions
   */
  public static AgeMetrics of(List<AgePrediction> predictions, double trainingMedianYears) {
    if (predictions.isEmpty()) {
      throw new MienException("[metrics] no predictions to score");
    }
    var cs = new double[MAX_CS + 1];
    Arrays.setAll(cs, t -> share(predictions, p -> Math.abs(p.error()) <= t));
    return new AgeMetrics(predictions.size(), mae(predictions),
        mean(predictions, p -> Math.abs(Math.rint(p.predictedYears()) - p.ageYears())),
        mean(predictions, AgePrediction::error), mean(predictions, p -> Math.abs(trainingMedianYears - p.ageYears())), cs,
        epsilonError(predictions), coverage(predictions, 0.8).observed(), calibration(predictions), bands(predictions),
        genders(predictions));
  }

  /** The epsilon-error of one prediction: 1 - exp(-(x - mu)^2 / (2 sigma^2)); with sigma 0 it is 0 at mu and 1 elsewhere. */
  public static double epsilonError(double predictedYears, double meanYears, double stdYears) {
    double d = predictedYears - meanYears;
    return d == 0 ? 0 : 1 - Math.exp(-d * d / (2 * stdYears * stdYears));
  }

  /** The epsilon-error as the AMR paper's released code has it: x and mu rounded, 1e-4 added to sigma. */
  public static double epsilonErrorReleasedCode(double predictedYears, double meanYears, double stdYears) {
    return epsilonError(Math.rint(predictedYears), Math.rint(meanYears), stdYears + 1e-4);
  }

  private static double epsilonError(List<AgePrediction> predictions) {
    return mean(predictions.stream().filter(p -> !Double.isNaN(p.ageStdYears())).toList(),
        p -> epsilonError(p.predictedYears(), p.ageYears(), p.ageStdYears()));
  }

  private static List<Calibration> calibration(List<AgePrediction> predictions) {
    var rows = new ArrayList<Calibration>();
    for (int tenths = 1; tenths <= 9; tenths++) {
      rows.add(coverage(predictions, tenths / 10.0));
    }
    return List.copyOf(rows);
  }

  private static Calibration coverage(List<AgePrediction> predictions, double nominal) {
    int inside = 0;
    int scored = 0;
    double width = 0;
    for (var p : predictions) {
      if (p.distribution() != null) {
        var interval = new AgeDistribution(p.distribution()).central(nominal);
        inside += interval.contains(p.ageYears()) ? 1 : 0;
        width += interval.width();
        scored++;
      }
    }
    return scored == 0 ? new Calibration(nominal, Double.NaN, Double.NaN)
        : new Calibration(nominal, (double) inside / scored, width / scored);
  }

  private static List<BandError> bands(List<AgePrediction> predictions) {
    var byBand = new TreeMap<Integer, List<AgePrediction>>();
    for (var p : predictions) {
      byBand.computeIfAbsent((int) Math.floor(p.ageYears() / BAND_YEARS), b -> new ArrayList<>()).add(p);
    }
    var rows = new ArrayList<BandError>();
    byBand.forEach((band, members) -> rows.add(new BandError(band * BAND_YEARS, (band + 1) * BAND_YEARS, members.size(),
        mae(members), mean(members, AgePrediction::error))));
    return List.copyOf(rows);
  }

  private static List<GenderError> genders(List<AgePrediction> predictions) {
    var rows = new ArrayList<GenderError>();
    for (int gender : new int[] {0, 1, -1}) {
      var members = predictions.stream().filter(p -> p.gender() == gender).toList();
      if (!members.isEmpty()) {
        rows.add(new GenderError(gender, members.size(), mae(members), mean(members, AgePrediction::error)));
      }
    }
    return List.copyOf(rows);
  }

  private static double mae(List<AgePrediction> predictions) {
    return mean(predictions, p -> Math.abs(p.error()));
  }

  private static double share(List<AgePrediction> predictions, Predicate<AgePrediction> holds) {
    return (double) predictions.stream().filter(holds).count() / predictions.size();
  }

  /** In list order, so that the same predictions give the same bits; NaN for an empty list. */
  private static double mean(List<AgePrediction> predictions, ToDoubleFunction<AgePrediction> value) {
    double sum = 0;
    for (var p : predictions) {
      sum += value.applyAsDouble(p);
    }
    return sum / predictions.size();
  }
}

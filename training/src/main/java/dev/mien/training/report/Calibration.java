package dev.mien.training.report;

import dev.mien.training.report.AgeReportData.Prediction;
import java.util.List;

/** How well predicted distributions keep what they promise. */
final class Calibration {
  private Calibration() {}

  /**
   * Where the label falls in the predicted distribution: P(age &lt; label) + P(age = label) / 2, uniform on 0..1 for a calibrated model.
   */
  static double position(Prediction p) {
    int label = (int) Math.rint(p.ageYears());
    double below = 0;
    double total = 0;
    for (int age = 0; age < p.distribution().length; age++) {
      double probability = p.distribution()[age];
      total += probability;
      below += age < label ? probability : age == label ? probability / 2 : 0;
    }
    return total > 0 ? below / total : Double.NaN;
  }

  /** Share of the labels that lie in the central interval of this probability, for each of the levels. */
  static double[] coverage(List<Prediction> predictions, double[] levels) {
    double[] positions = predictions.stream().mapToDouble(Calibration::position).filter(Double::isFinite).toArray();
    double[] shares = new double[levels.length];
    for (int i = 0; i < levels.length; i++) {
      int inside = 0;
      for (double position : positions) {
        inside += Math.abs(2 * position - 1) <= levels[i] ? 1 : 0;
      }
      shares[i] = positions.length == 0 ? Double.NaN : (double) inside / positions.length;
    }
    return shares;
  }
}

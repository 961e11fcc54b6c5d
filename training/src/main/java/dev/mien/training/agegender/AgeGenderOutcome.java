package dev.mien.training.agegender;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.report.AgeGenderReportData;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code --json} prints of a training or an evaluation.
 *
 * @param run the run folder, or the weights
 * @param seconds wall time of this process, seconds
 * @param imagesPerSecond training speed, or evaluation speed
 * @param interrupted whether it was stopped before its end; there is no test then
 * @param test what was measured
 * @param members the same of each member of an ensemble; null for one network
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AgeGenderOutcome(String run, double seconds, double imagesPerSecond, Boolean interrupted, Test test, Map<String, Test> members) {
  /** Of the faces of a split, as one and each member for itself. */
  static AgeGenderOutcome of(String run, double seconds, double imagesPerSecond, String split, AgeGenderReportData.Test told) {
    var members = new LinkedHashMap<String, Test>();
    told.rivals().forEach(r -> members.put(r.name(), Test.of(split, r.metrics())));
    return new AgeGenderOutcome(run, seconds, imagesPerSecond, null, Test.of(split, told.metrics()), members.isEmpty() ? null : members);
  }

  /**
   * Shares as fractions; what a network does not tell is absent.
   *
   * @param split which samples were scored, and {@code count} how many
   * @param oneOff share within one group of the true one
   * @param aabd mean |told group - true group|
   * @param mae mean absolute error of the expected age, years; {@code floorMae} that of the training median
   * @param majorityGender what always answering the training split's majority would score
   * @param genderEce expected calibration error of the gender, and {@code groupEce} of the age group
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Test(String split, int count, Double genderAccuracy, Double ageGroupAccuracy, Double oneOff, Double aabd, Double mae, Double floorMae,
                     Double majorityGender, Double genderEce, Double groupEce) {
    static Test of(String split, AgeGenderMetrics m) {
      var g = m.gender();
      var b = m.group();
      return new Test(split, m.count(), g == null ? null : (Double) g.accuracy(), b == null ? null : (Double) b.accuracy(),
          b == null ? null : (Double) b.oneOff(), b == null ? null : (Double) b.aabd(), m.years() == null ? null : (Double) m.years().mae(),
          m.years() == null ? null : (Double) m.years().floorMae(), g == null ? null : (Double) g.majorityShare(),
          g == null ? null : (Double) g.calibration().ece(), b == null ? null : (Double) b.calibration().ece());
    }
  }
}

package dev.mien.training.age;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.training.metrics.AgeMetrics;
import java.util.OptionalDouble;

/**
 * What {@code --json} prints of a training or an evaluation.
 *
 * @param run the run folder
 * @param seconds wall time of this process, seconds
 * @param imagesPerSecond training speed, or evaluation speed
 * @param interrupted whether it was stopped before its end; there is no test then
 * @param test what was measured on the test split
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AgeOutcome(String run, double seconds, double imagesPerSecond, Boolean interrupted, Test test) {
  /**
   * Errors in years, shares as fractions.
   *
   * @param split which samples were scored
   * @param count how many
   * @param mae mean absolute error of the expectation
   * @param maeRounded the same with the expectation rounded
   * @param floorMae error of always answering the training median
   * @param cs share of errors of at most 0..10 years
   * @param epsilonError ChaLearn's epsilon-error, null without votes
   * @param coverage80 share of ages inside the predicted 80 % interval
   * @param irreducible the error that no model can beat, null where unknown
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Test(String split, int count, double mae, double maeRounded, double floorMae, double[] cs, Double epsilonError,
                     double coverage80, Double irreducible) {
    static Test of(String split, AgeMetrics m, OptionalDouble irreducible) {
      return new Test(split, m.count(), m.mae(), m.maeRounded(), m.floorMae(), m.cs(),
          Double.isNaN(m.epsilonError()) ? null : m.epsilonError(), m.coverage80(),
          irreducible.isPresent() ? irreducible.getAsDouble() : null);
    }
  }
}

package dev.mien.training.face;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.training.verification.PairScores;
import dev.mien.training.verification.PairVerification;
import dev.mien.training.verification.RocCurve;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code --json} prints of a training or an evaluation.
 *
 * @param run the run folder, or the weights
 * @param seconds wall time of this process, seconds
 * @param imagesPerSecond training speed, or embedding speed
 * @param interrupted whether it was stopped before its end; there is no test then
 * @param test what was measured on all pairs that were kept for the end; null where the data have none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaceOutcome(String run, double seconds, double imagesPerSecond, Boolean interrupted, Test test) {
  /**
   * Shares as fractions.
   *
   * @param pairs how many were scored, and {@code missing} how many were left out for a missing picture
   * @param accuracy mean over the folds, each with the threshold of the others
   * @param accuracyStd standard deviation over the folds
   * @param threshold mean squared distance, below which a pair is taken for one person
   * @param tarAtFar share of true pairs accepted at rates of false acceptance; those that the pairs can resolve
   * @param area under the curve, and {@code equalErrorRate}
   * @param sets the same of each set, where there are several
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Test(int pairs, Integer missing, double accuracy, double accuracyStd, double threshold, Map<String, Double> tarAtFar, double area,
                     double equalErrorRate, Map<String, Test> sets) {
    static Test of(PairScores scores, int missing, Map<String, Test> sets) {
      var v = PairVerification.of(scores);
      var roc = RocCurve.of(scores);
      return new Test(v.pairs(), missing == 0 ? null : missing, v.accuracy(), v.accuracyStd(), v.threshold(), roc.tarAtFar(), roc.area(),
          roc.equalErrorRate(), sets);
    }

    /** Of all pairs together, and of each set. */
    static Test of(List<FaceEvaluator.Scored> scored) {
      if (scored.isEmpty()) {
        return null;
      }
      int missing = scored.stream().mapToInt(s -> s.set().missing().size()).sum();
      Map<String, Test> each = null;
      if (scored.size() > 1) {
        each = new LinkedHashMap<>();
        for (var s : scored) {
          each.put(s.set().name(), of(s.scores(), s.set().missing().size(), null));
        }
      }
      return of(FaceEvaluator.together(scored), missing, each);
    }
  }
}

package dev.mien.training.face;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.training.verification.Correlation;
import dev.mien.training.verification.Identification;
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
 * @param identification what searches in a gallery found; null where the data bring none
 * @param normToDetectorScore how the lengths of features go together with the sureness of the detector; null where the data bring none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaceOutcome(String run, double seconds, double imagesPerSecond, Boolean interrupted, Test test, Identified identification,
                          Correlation normToDetectorScore) {
  FaceOutcome(String run, double seconds, double imagesPerSecond, Boolean interrupted, Test test) {
    this(run, seconds, imagesPerSecond, interrupted, test, null, null);
  }

  /**
   * Searches of a closed set, and for IJB of an open one; shares as fractions.
   *
   * @param probes whose identity the gallery holds, and {@code unmated} those that were left out because it does not
   * @param gallery pictures or templates that were searched, distractors included
   * @param missing pictures that are broken
   * @param rank1 share of the probes whose best match is right; {@code rank5} and so on: that have a right one among so many
   * @param tpirAtFpir share of the probes named rightly at rates at which strangers are named
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Identified(int probes, Integer unmated, int gallery, Integer missing, double rank1, double rank5, double rank10, double rank20,
                           Map<String, Double> tpirAtFpir) {
    static final int[] RANKS = {1, 5, 10, 20};

    static Identified of(Identification.ClosedSet closed, int missing, Map<String, Double> tpirAtFpir) {
      return new Identified(closed.mated(), closed.unmated() == 0 ? null : closed.unmated(), closed.gallery(), missing == 0 ? null : missing,
          closed.share(1), closed.share(5), closed.share(10), closed.share(20), tpirAtFpir);
    }
  }

  /**
   * Shares as fractions.
   *
   * @param pairs how many were scored, and {@code missing} how many were left out for a missing picture
   * @param accuracy mean over the folds, each with the threshold of the others; null for templates, which have no folds
   * @param accuracyStd standard deviation over the folds
   * @param threshold mean squared distance, below which a pair is taken for one person
   * @param meanAccuracy mean of the sets' accuracies, each counting alike, where there are several
   * @param tarAtFar share of true pairs accepted at rates of false acceptance; those that the pairs can resolve
   * @param area under the curve, and {@code equalErrorRate}
   * @param sets the same of each set, where there are several
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Test(int pairs, Integer missing, Double accuracy, Double accuracyStd, Double threshold, Double meanAccuracy,
                     Map<String, Double> tarAtFar, double area, double equalErrorRate, Map<String, Test> sets) {
    static Test of(PairScores scores, int missing, Map<String, Test> sets) {
      var v = PairVerification.of(scores);
      var roc = RocCurve.of(scores);
      Double mean = sets == null ? null : (Double) sets.values().stream().mapToDouble(Test::accuracy).average().orElseThrow();
      return new Test(v.pairs(), missing == 0 ? null : missing, v.accuracy(), v.accuracyStd(), v.threshold(), mean, roc.tarAtFar(), roc.area(),
          roc.equalErrorRate(), sets);
    }

    /** Of pairs without folds. */
    static Test of(RocCurve roc, int missing) {
      return new Test(roc.genuine() + roc.impostors(), missing == 0 ? null : missing, null, null, null, null, roc.tarAtFar(), roc.area(),
          roc.equalErrorRate(), null);
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

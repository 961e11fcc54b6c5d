package dev.mien.training.report;

import dev.mien.training.verification.PairScores;
import dev.mien.training.verification.PairVerification;
import dev.mien.training.verification.RocCurve;
import java.util.List;

/**
 * All that the report of a face recogniser shows.
 *
 * @param run what was run
 * @param training its course; null for a mere evaluation
 * @param test what was measured on pairs; null where the data keep none
 * @param remarks what a reader must know
 */
public record FaceReportData(ReportRun run, Training training, Test test, Remarks remarks) {
  /**
   * The course of a training.
   *
   * @param epochs oldest first
   * @param adaFace whether the head is AdaFace, which tells q of each face; others tell the norm
   * @param quality how q was spread in the last epoch; null for other heads and where the run did not keep it
   */
  public record Training(List<Epoch> epochs, boolean adaFace, Quality quality) {
    public Training {
      epochs = List.copyOf(epochs);
    }
  }

  /**
   * One epoch; NaN where a figure was not taken.
   *
   * @param epoch counted from 1
   * @param validationAccuracy share of the validation pairs
   * @param quality mean and deviation of what the head tells of each face: AdaFace's q, otherwise the norm
   */
  public record Epoch(int epoch, double trainLoss, double validationAccuracy, Spread quality, double learningRate) {}

  /** A mean with the standard deviation around it. */
  public record Spread(double mean, double deviation) {}

  /** AdaFace's q over the faces of an epoch, which is counted from 1. */
  public record Quality(long epoch, Histogram histogram) {}

  /**
   * What was measured on pairs.
   *
   * @param all of all sets together
   * @param sets each of them; the same one where there is only one
   * @param pictures what was measured on the pictures of each set
   * @param quality q of the pictures with the mean and the deviation of these norms
   * @param wrong the pairs that are furthest on the wrong side of the threshold of all pairs
   */
  public record Test(Part all, List<Part> sets, List<Pictures> pictures, double[] quality, Wrong wrong) {
    public Test {
      sets = List.copyOf(sets);
      pictures = List.copyOf(pictures);
    }
  }

  /**
   * A set of pairs and its figures.
   *
   * @param missing pairs that were left out for a missing picture
   */
  public record Part(String name, int missing, PairScores scores, PairVerification verification, RocCurve roc) {
    public static Part of(String name, int missing, PairScores scores) {
      return new Part(name, missing, scores, PairVerification.of(scores), RocCurve.of(scores));
    }

    /** How many pairs of one person are refused at a squared distance. */
    int refused(double threshold) {
      return wrong(true, threshold);
    }

    /** How many pairs of two people are accepted at a squared distance. */
    int accepted(double threshold) {
      return wrong(false, threshold);
    }

    private int wrong(boolean same, double threshold) {
      int count = 0;
      for (int i = 0; i < scores.size(); i++) {
        count += scores.same()[i] == same && scores.distance()[i] < threshold != same ? 1 : 0;
      }
      return count;
    }

    /** How many pairs show one person. */
    int genuine() {
      return scores.size() - roc.impostors();
    }

    /** The cosines of the pairs of one person, or of two. */
    public double[] cosines(boolean same) {
      var found = new double[same ? genuine() : roc.impostors()];
      for (int i = 0, at = 0; i < scores.size(); i++) {
        if (scores.same()[i] == same) {
          found[at++] = 1 - scores.distance()[i] / 2;
        }
      }
      return found;
    }
  }

  /**
   * What was measured on the pictures of a set, each once.
   *
   * @param norms lengths of their features
   * @param sharpness variance of the Laplacian, grey levels squared; NaN where it was not measured
   * @param sidesPx how large the face was seen, pixels; NaN where it was not measured
   */
  public record Pictures(String set, double[] norms, double[] sharpness, double[] sidesPx) {}

  /** Pairs on the wrong side, the worst first: of one person and refused, of two people and accepted. */
  public record Wrong(List<Pair> refused, List<Pair> accepted) {
    public Wrong {
      refused = List.copyOf(refused);
      accepted = List.copyOf(accepted);
    }
  }

  /** Two faces and how alike they are. */
  public record Pair(Face first, Face second, double cosine) {}

  /**
   * A picture of a set.
   *
   * @param set the set's name
   * @param image position in the set
   * @param name where it comes from
   */
  public record Face(String set, int image, String name) {}
}

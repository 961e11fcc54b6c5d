package dev.mien.models.face;

import dev.mien.models.image.Box;
import java.util.Comparator;

/**
 * A face that a detector found in a picture.
 *
 * @param box around the face, in continuous coordinates; it may leave the picture
 * @param score how sure the detector is, 0..1
 * @param points its landmarks
 */
public record DetectedFace(Box box, double score, FivePoints points) {
  /** The highest score first. */
  public static final Comparator<DetectedFace> BEST_FIRST = Comparator.comparingDouble(DetectedFace::score).reversed();

  public DetectedFace {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("a detector's score is 0..1, got " + score);
    }
  }
}

package dev.mien.models.face;

import dev.mien.models.image.RgbImage;
import java.util.List;
import java.util.Optional;

/**
 * Finds faces in pictures. Implementations are thread-safe, give the same faces for the same picture, and leave out candidates whose points are
 * no face ({@link FivePoints}). A picture without a face is no error.
 */
@FunctionalInterface
public interface FaceDetector {
  /** All faces in the picture, by {@link DetectedFace#BEST_FIRST}; an empty list when there is none. */
  List<DetectedFace> detect(RgbImage picture);

  /** The face with the highest score. */
  default Optional<DetectedFace> best(RgbImage picture) {
    return detect(picture).stream().min(DetectedFace.BEST_FIRST);
  }
}

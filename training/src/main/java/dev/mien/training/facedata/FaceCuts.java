package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import dev.mien.models.face.FaceAligner;
import dev.mien.models.face.FivePoints;
import dev.mien.models.image.RgbImage;
import java.util.Arrays;
import java.util.stream.IntStream;

/** How faces are cut out of pictures that were not cut before. */
final class FaceCuts {
  /** Side of an aligned face. */
  static final int ALIGNED = 112;

  private static final FaceAligner ALIGNER = FaceAligner.of(ALIGNED);

  private FaceCuts() {}

  /**
   * The face turned, scaled and shifted so that its five points lie nearest to the template's; black where the picture ends.
   *
   * @param points x and y of left eye, right eye, nose, left and right corner of the mouth, in pixel indices
   * @throws FormatException when they are no face
   */
  static RgbImage aligned(RgbImage image, float[] points) {
    try {
      return ALIGNER.align(image, FivePoints.of(IntStream.range(0, points.length).mapToDouble(i -> points[i]).toArray()));
    } catch (IllegalArgumentException | MienException e) {
      throw new FormatException("the five points " + Arrays.toString(points) + " are no face in " + image + ": " + e.getMessage(), e);
    }
  }
}

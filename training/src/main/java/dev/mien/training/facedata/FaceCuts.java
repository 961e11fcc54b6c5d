package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.models.image.Affine2d;
import dev.mien.models.image.Border;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;
import java.util.Arrays;

/** How faces are cut out of pictures that were not cut before. */
final class FaceCuts {
  /** Side of an aligned face. */
  static final int ALIGNED = 112;

  /** Where the eyes, the nose and the corners of the mouth lie in an aligned face, in pixel indices. */
  private static final double[] TEMPLATE = {38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041};

  /** Points may lie outside the picture, but not so many times its side. */
  private static final double FAR = 3;

  private FaceCuts() {}

  /** The whole picture in the middle of a square, continued by its edge: a network's square input would stretch the face otherwise. */
  static RgbImage squared(RgbImage image) {
    int side = Math.max(image.width(), image.height());
    if (image.width() == image.height()) {
      return image;
    }
    return ImageTransforms.warp(image, Affine2d.translation((image.width() - side) / 2, (image.height() - side) / 2), side, side, Border.REPLICATE);
  }

  /**
   * The face turned, scaled and shifted so that its five points lie nearest to the template's; black where the picture ends.
   *
   * @param points x and y of left eye, right eye, nose, left and right corner of the mouth, in pixel indices
   * @throws FormatException when they are no face in this picture
   */
  static RgbImage aligned(RgbImage image, float[] points) {
    var from = new double[10];
    var to = new double[10];
    double far = FAR * Math.max(image.width(), image.height());
    for (int i = 0; i < 10; i++) {
      if (!(Math.abs(points[i]) <= far)) {
        throw noFace(image, points, null);
      }
      from[i] = points[i] + 0.5;
      to[i] = TEMPLATE[i] + 0.5;
    }
    Affine2d toPicture;
    try {
      toPicture = Affine2d.similarity(from, to).inverse();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw noFace(image, points, e);
    }
    return ImageTransforms.warp(image, toPicture, ALIGNED, ALIGNED, Border.BLACK);
  }

  private static FormatException noFace(RgbImage image, float[] points, Throwable cause) {
    return new FormatException("the five points " + Arrays.toString(points) + " are no face in " + image, cause);
  }
}

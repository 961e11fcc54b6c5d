package dev.mien.training.augment;

import dev.mien.models.image.Affine2d;
import dev.mien.models.image.RgbImage;

/**
 * The picture as the geometric steps so far would show it.
 *
 * @param toSource from points of the canvas to points of the source
 * @param width of the canvas in its own pixels
 * @param height of the canvas in its own pixels
 */
public record Canvas(Affine2d toSource, int width, int height) {
  static Canvas of(RgbImage image) {
    return new Canvas(Affine2d.IDENTITY, image.width(), image.height());
  }

  /** A canvas whose points lie at {@code toThis} on this one. */
  Canvas then(Affine2d toThis, int newWidth, int newHeight) {
    return new Canvas(toSource.after(toThis), newWidth, newHeight);
  }

  /** This canvas stretched to another size. */
  Canvas resized(int newWidth, int newHeight) {
    return then(Affine2d.scaling((double) width / newWidth, (double) height / newHeight), newWidth, newHeight);
  }
}

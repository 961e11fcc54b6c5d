package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Affine2d;

/**
 * The whole picture stretched to {@code resize} squared, and of that a random {@code crop} squared at whole pixels.
 *
 * @param crop at most {@code resize}
 */
public record ResizeRandomCrop(int resize, int crop) implements Augmentation.Geometry {
  public ResizeRandomCrop {
    Checks.side(resize);
    Checks.side(crop);
    if (crop > resize) {
      throw new IllegalArgumentException("a crop of " + crop + " does not fit a picture resized to " + resize);
    }
  }

  @Override
  public Canvas place(Canvas canvas, Rng rng) {
    int x = rng.below(resize - crop + 1, 0);
    int y = rng.below(resize - crop + 1, 1);
    return canvas.resized(resize, resize).then(Affine2d.translation(x, y), crop, crop);
  }
}

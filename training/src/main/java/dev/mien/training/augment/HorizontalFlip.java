package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Affine2d;

/** The mirror image with a probability. */
public record HorizontalFlip(double probability) implements Augmentation.Geometry {
  public HorizontalFlip {
    Checks.probability(probability);
  }

  @Override
  public Canvas place(Canvas canvas, Rng rng) {
    return rng.uniform(0) < probability ? canvas.then(Affine2d.mirror(canvas.width()), canvas.width(), canvas.height()) : canvas;
  }
}

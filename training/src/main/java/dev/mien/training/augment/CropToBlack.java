package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;

/**
 * AdaFace's crop: with a probability, only a random window (area 0.2 to 1, aspect 3/4 to 4/3) stays, in its place, the rest is
 * black.
 */
public record CropToBlack(double probability) implements Augmentation.Pixels {
  private static final RandomWindow.Range RANGE = new RandomWindow.Range(0.2, 1, 3.0 / 4, 4.0 / 3);

  public CropToBlack {
    Checks.probability(probability);
  }

  @Override
  public RgbImage change(RgbImage image, Rng rng) {
    if (!(rng.uniform(0) < probability)) {
      return image;
    }
    var window = RandomWindow.draw(image.width(), image.height(), RANGE, rng.split("window"));
    return ImageTransforms.blackOutside(image, window.x(), window.y(), window.width(), window.height());
  }
}

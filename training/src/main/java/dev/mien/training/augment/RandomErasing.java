package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Rgb;
import dev.mien.models.image.RgbImage;

/**
 * With a probability, a random rectangle painted in one colour (random erasing, Zhong et al. 2017; with a square it is Cutout).
 *
 * @param minArea smallest part of the area
 * @param maxArea largest part of the area
 * @param maxAspect largest ratio of the sides, either way; 1 for squares
 */
public record RandomErasing(double probability, double minArea, double maxArea, double maxAspect, Rgb colour)
    implements Augmentation.Pixels {

  public RandomErasing {
    Checks.probability(probability);
    new RandomWindow.Range(minArea, maxArea, 1 / maxAspect, maxAspect);
  }

  @Override
  public RgbImage change(RgbImage image, Rng rng) {
    if (!(rng.uniform(0) < probability)) {
      return image;
    }
    var range = new RandomWindow.Range(minArea, maxArea, 1 / maxAspect, maxAspect);
    var window = RandomWindow.draw(image.width(), image.height(), range, rng.split("window"));
    return ImageTransforms.fill(image, window.x(), window.y(), window.width(), window.height(), colour);
  }
}

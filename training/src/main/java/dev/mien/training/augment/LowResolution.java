package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Box;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.ResizeFilter;
import dev.mien.models.image.RgbImage;

/**
 * AdaFace's low resolution: with a probability, reduced to a part of its sides uniform in [0.2, 1] and enlarged again, each time
 * with a filter drawn from nearest, linear, area, cubic and Lanczos.
 */
public record LowResolution(double probability) implements Augmentation.Pixels {
  private static final ResizeFilter[] FILTERS =
      {ResizeFilter.NEAREST, ResizeFilter.LINEAR, ResizeFilter.AREA, ResizeFilter.CUBIC, ResizeFilter.LANCZOS4};

  public LowResolution {
    Checks.probability(probability);
  }

  @Override
  public RgbImage change(RgbImage image, Rng rng) {
    if (!(rng.uniform(0) < probability)) {
      return image;
    }
    double ratio = rng.uniform(1, 0.2, 1);
    int width = Math.max(1, (int) (ratio * image.width()));
    int height = Math.max(1, (int) (ratio * image.height()));
    var small = ImageTransforms.resize(image, Box.of(image), width, height, FILTERS[rng.below(FILTERS.length, 2)]);
    return ImageTransforms.resize(small, Box.of(small), image.width(), image.height(), FILTERS[rng.below(FILTERS.length, 3)]);
  }
}

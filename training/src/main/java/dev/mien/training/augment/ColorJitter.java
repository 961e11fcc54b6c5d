package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Colors;
import dev.mien.models.image.RgbImage;

/**
 * With a probability, brightness, contrast and saturation by factors uniform in [max(0, 1 - a), 1 + a] and hue by a shift uniform
 * in
 * [-hue, hue], in random order (torchvision's ColorJitter).
 *
 * @param hue in turns of the hue circle, at most 0.5
 */
public record ColorJitter(double probability, double brightness, double contrast, double saturation, double hue)
    implements Augmentation.Pixels {

  public ColorJitter {
    Checks.probability(probability);
    Checks.range("brightness", 0, brightness, 0, 10);
    Checks.range("contrast", 0, contrast, 0, 10);
    Checks.range("saturation", 0, saturation, 0, 10);
    Checks.range("hue", 0, hue, 0, 0.5);
  }

  @Override
  public RgbImage change(RgbImage image, Rng rng) {
    if (!(rng.uniform(0) < probability)) {
      return image;
    }
    var result = image;
    for (int change : rng.split("order").permutation(4)) {
      result = switch (change) {
        case 0 -> brightness == 0 ? result : Colors.brightness(result, factor(brightness, rng, 1));
        case 1 -> contrast == 0 ? result : Colors.contrast(result, factor(contrast, rng, 2));
        case 2 -> saturation == 0 ? result : Colors.saturation(result, factor(saturation, rng, 3));
        default -> hue == 0 ? result : Colors.hue(result, rng.uniform(4, -hue, hue));
      };
    }
    return result;
  }

  private static double factor(double amount, Rng rng, long counter) {
    return rng.uniform(counter, Math.max(0, 1 - amount), 1 + amount);
  }
}

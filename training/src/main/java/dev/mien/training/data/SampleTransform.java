package dev.mien.training.data;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.RgbImage;

/** Turns a picture into a model's input: augmentation, resize, crop, normalisation. Must be safe for several threads. */
@FunctionalInterface
public interface SampleTransform {
  /**
   * Writes [3, height, width] floats from {@code target[offset]} on, as a pure function of the image and the key.
   *
   * @param rng the sample's own key, different in every epoch; ignored by transforms without augmentation
   */
  void apply(RgbImage image, Rng rng, float[] target, int offset);
}

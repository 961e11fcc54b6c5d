package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.RgbImage;

/** One step of an {@link Augmenter}: it moves the picture, or it changes its pixels. */
public sealed interface Augmentation {
  /** A step that says where on the source the result's points lie; it touches no pixel. */
  sealed interface Geometry extends Augmentation permits HorizontalFlip, RandomAffine, RandomResizedCrop, Resize,
      ResizeRandomCrop {
    /** The canvas after this step; every draw is a function of {@code rng}. */
    Canvas place(Canvas canvas, Rng rng);
  }

  /** A step that changes pixels and keeps the size. */
  sealed interface Pixels extends Augmentation permits ColorJitter, CropToBlack, LowResolution, RandomErasing {
    /** The picture after this step; every draw is a function of {@code rng}. */
    RgbImage change(RgbImage image, Rng rng);
  }
}

package dev.mien.training.face;

import dev.mien.models.image.ImageContract;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Normalization;
import dev.mien.models.image.Rgb;
import dev.mien.training.augment.Augmenter;
import dev.mien.training.augment.ColorJitter;
import dev.mien.training.augment.CropToBlack;
import dev.mien.training.augment.HorizontalFlip;
import dev.mien.training.augment.LowResolution;
import dev.mien.training.augment.RandomAffine;
import dev.mien.training.augment.RandomErasing;
import dev.mien.training.augment.Resize;
import dev.mien.training.data.SampleTransform;

/** How pictures of faces become inputs in training: changed, resized, scaled to [-1, 1]. */
final class FaceTransforms {
  private FaceTransforms() {}

  static SampleTransform training(FaceSettings.Augment augment, int side) {
    var augmenter = switch (augment) {
      case FLIP -> Augmenter.of(new HorizontalFlip(0.5), new Resize(side, side));
      case ADAFACE -> Augmenter.of(new Resize(side, side), new CropToBlack(0.2), new LowResolution(0.2), new ColorJitter(0.2, 0.5, 0.5, 0.5, 0),
          new HorizontalFlip(0.5));
      case STRONG -> Augmenter.of(new HorizontalFlip(0.5), new RandomAffine(8, 3, 0.04, 0.92, 1.1), new Resize(side, side), new LowResolution(0.15),
          new ColorJitter(0.8, 0.3, 0.3, 0.3, 0.02), new RandomErasing(0.3, 0.02, 0.12, 2, new Rgb(128, 128, 128)));
    };
    return (image, rng, target, offset) ->
        ImageTransforms.writeChw(augmenter.apply(image, rng), Normalization.HALF, target, offset);
  }

  static ImageContract contract(int side, String cropPolicy) {
    return ImageContract.rgb(Normalization.HALF, side, cropPolicy);
  }
}

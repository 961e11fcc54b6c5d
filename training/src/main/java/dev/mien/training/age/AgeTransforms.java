package dev.mien.training.age;

import dev.mien.models.age.AgeModel;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.Normalization;
import dev.mien.models.image.Rgb;
import dev.mien.training.augment.Augmenter;
import dev.mien.training.augment.ColorJitter;
import dev.mien.training.augment.HorizontalFlip;
import dev.mien.training.augment.RandomAffine;
import dev.mien.training.augment.RandomErasing;
import dev.mien.training.augment.Resize;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.SampleTransform;

/** How pictures become inputs: augmented for training, exactly as the model's contract says for everything else. */
public final class AgeTransforms {
  /** The paper's random crop takes 227 of 256 pixels. */
  private static final double PAPER_RESIZE = 256.0 / 227;

  /** Of ImageNet's pictures, so that what is erased is 0 in the input. */
  private static final Rgb MEAN = new Rgb(124, 116, 104);

  private AgeTransforms() {}

  /** The model that a run with these settings makes. */
  static AgeModel model(AgeSettings settings, AgeSource source) {
    return new AgeModel(settings.model(), AgeSettings.LAST_CLASS + 1, contract(source, settings.sizePx()), source.describe(), source.trainingMedianYears());
  }

  /** How a model that learns from these faces prepares its square inputs. */
  public static ImageContract contract(AgeSource source, int side) {
    return ImageContract.rgb(Normalization.IMAGENET, side, source.name() + ", whole picture resized");
  }

  /** Pictures that are learned from, changed and then {@code side} pixels wide and high. */
  public static SampleTransform training(AgeSettings.Augment augment, int side) {
    var augmenter = augmenter(augment, side);
    return (image, rng, target, offset) ->
        ImageTransforms.writeChw(augmenter.apply(image, rng), Normalization.IMAGENET, target, offset);
  }

  private static Augmenter augmenter(AgeSettings.Augment augment, int side) {
    return switch (augment) {
      case FLIP -> Augmenter.of(new HorizontalFlip(0.5), new Resize(side, side));
      case PAPER -> Augmenter.amrClap((int) Math.round(side * PAPER_RESIZE), side);
      case STRONG -> Augmenter.of(new HorizontalFlip(0.5), new RandomAffine(8, 4, 0.04, 0.92, 1.1), new Resize(side, side),
          new ColorJitter(0.8, 0.2, 0.2, 0.2, 0.02), new RandomErasing(0.25, 0.02, 0.1, 2, MEAN));
    };
  }

  static SampleTransform evaluation(ImageContract contract) {
    return (image, rng, target, offset) -> contract.write(image, target, offset);
  }
}

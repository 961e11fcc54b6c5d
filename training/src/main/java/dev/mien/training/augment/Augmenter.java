package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Border;
import dev.mien.models.image.Box;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.ResizeFilter;
import dev.mien.models.image.RgbImage;
import java.util.List;

/**
 * Runs augmentation steps on pictures. The geometric steps are composed and the picture is resampled once, antialiased; then the
 * pixel steps run in their order on the result. (Code that resamples at every step blurs each time and colours the pixels it then
 * throws away; apart from that the order of a geometric and a pixel step does not matter.) Without rotation and shear the one
 * resampling is the plain resize that inference uses.
 *
 * <p>The result is a function of the picture, the steps and the key alone, so any thread may make any sample:
 *
 * <pre>{@code
 * var augmenter = Augmenter.amrClap(256, 224);
 * var rng = Rng.seed(2026).split("augment");
 * var image = augmenter.apply(RgbImage.read(path), rng.at(epoch).at(sample));
 * }</pre>
 *
 * @param border what lies outside the source
 */
public record Augmenter(List<Augmentation> steps, Border border) {
  public Augmenter {
    steps = List.copyOf(steps);
  }

  /** Steps over black surroundings, as torchvision has them. */
  public static Augmenter of(Augmentation... steps) {
    return new Augmenter(List.of(steps), Border.BLACK);
  }

  /** No augmentation: the plain resize that tests use in all three papers. */
  public static Augmenter test(int side) {
    return of(new Resize(side, side));
  }

  /** AMR on FG-NET (released code): mirror half of the time, resize to {@code resize} squared, random {@code crop} squared. */
  public static Augmenter amrFgNet(int resize, int crop) {
    return of(new HorizontalFlip(0.5), new ResizeRandomCrop(resize, crop));
  }

  /** AMR on CLAP2016 (released code): also rotation within 10 degrees, shear within 16, and colour jitter 0.1 each. */
  public static Augmenter amrClap(int resize, int crop) {
    return of(new HorizontalFlip(0.5), new RandomAffine(10, 16, 0, 1, 1), new ColorJitter(1, 0.1, 0.1, 0.1, 0.1),
        new ResizeRandomCrop(resize, crop));
  }

  /**
   * The attentional age and gender network: mirror, rotation within 10 degrees, 80 to 100 % crops, brightness and contrast 0.2.
   */
  public static Augmenter attentionCnn(int side) {
    return of(new HorizontalFlip(0.5), new RandomAffine(10, 0, 0, 1, 1), new RandomResizedCrop(side, 0.8, 1, 1, 1),
        new ColorJitter(1, 0.2, 0.2, 0, 0));
  }

  /** AdaFace on aligned faces: each of crop-to-black, low resolution and photometric change with probability 0.2; mirror. */
  public static Augmenter adaFace() {
    return of(new CropToBlack(0.2), new LowResolution(0.2), new ColorJitter(0.2, 0.5, 0.5, 0.5, 0), new HorizontalFlip(0.5));
  }

  /** One augmented picture. */
  public RgbImage apply(RgbImage image, Rng rng) {
    var canvas = Canvas.of(image);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Augmentation.Geometry step) {
        canvas = step.place(canvas, rng.at(i));
      }
    }
    var result = resample(image, canvas);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Augmentation.Pixels step) {
        result = step.change(result, rng.at(i));
      }
    }
    return result;
  }

  private RgbImage resample(RgbImage image, Canvas canvas) {
    var map = canvas.toSource();
    if (map.xy() != 0 || map.yx() != 0 || map.yy() < 0) {
      return ImageTransforms.warp(image, map, canvas.width(), canvas.height(), border);
    }
    boolean mirrored = map.xx() < 0;
    double right = map.applyX(canvas.width(), 0);
    var box = snapped(image, Math.min(map.x0(), right), map.y0(), Math.max(map.x0(), right), map.applyY(0, canvas.height()));
    if (box.left() < 0 || box.top() < 0 || box.right() > image.width() || box.bottom() > image.height()) {
      return ImageTransforms.warp(image, map, canvas.width(), canvas.height(), border);
    }
    var result = ImageTransforms.resize(image, box, canvas.width(), canvas.height(), ResizeFilter.BILINEAR);
    return mirrored ? ImageTransforms.flipHorizontal(result) : result;
  }

  /** Rounding errors of composed maps must not push a box over the edge of the picture. */
  private static Box snapped(RgbImage image, double left, double top, double right, double bottom) {
    return new Box(near(left, 0), near(top, 0), near(right, image.width()), near(bottom, image.height()));
  }

  private static double near(double value, double edge) {
    return Math.abs(value - edge) < 1e-6 ? edge : value;
  }
}

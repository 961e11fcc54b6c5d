package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Affine2d;

/**
 * A random window stretched to {@code side} squared (torchvision's RandomResizedCrop).
 *
 * @param minArea smallest part of the area
 * @param maxArea largest part of the area
 * @param minAspect smallest width over height
 * @param maxAspect largest width over height
 */
public record RandomResizedCrop(int side, double minArea, double maxArea, double minAspect, double maxAspect)
    implements Augmentation.Geometry {

  public RandomResizedCrop {
    Checks.side(side);
    new RandomWindow.Range(minArea, maxArea, minAspect, maxAspect);
  }

  @Override
  public Canvas place(Canvas canvas, Rng rng) {
    var range = new RandomWindow.Range(minArea, maxArea, minAspect, maxAspect);
    var window = RandomWindow.draw(canvas.width(), canvas.height(), range, rng);
    return canvas.then(Affine2d.translation(window.x(), window.y()), window.width(), window.height()).resized(side, side);
  }
}

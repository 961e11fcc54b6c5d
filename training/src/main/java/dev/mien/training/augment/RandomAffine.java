package dev.mien.training.augment;

import dev.mien.engine.random.Rng;
import dev.mien.models.image.Affine2d;

/**
 * A rotation, horizontal shear, translation and uniform scale about the centre, each drawn uniformly (torchvision's
 * RandomAffine).
 *
 * @param rotationDegrees largest rotation either way, below 180
 * @param shearDegrees largest horizontal shear either way, below 80
 * @param translateFraction largest move either way, as part of the width and of the height
 * @param minScale smallest enlargement
 * @param maxScale largest enlargement
 */
public record RandomAffine(double rotationDegrees, double shearDegrees, double translateFraction, double minScale,
    double maxScale)
    implements Augmentation.Geometry {

  public RandomAffine {
    Checks.range("rotationDegrees", 0, rotationDegrees, 0, 180);
    Checks.range("shearDegrees", 0, shearDegrees, 0, 80);
    Checks.range("translateFraction", 0, translateFraction, 0, 1);
    Checks.range("scale", minScale, maxScale, 0.01, 100);
  }

  @Override
  public Canvas place(Canvas canvas, Rng rng) {
    double rotation = rng.uniform(0, -rotationDegrees, rotationDegrees);
    double shear = rng.uniform(1, -shearDegrees, shearDegrees);
    double moveX = rng.uniform(2, -translateFraction, translateFraction) * canvas.width();
    double moveY = rng.uniform(3, -translateFraction, translateFraction) * canvas.height();
    double scale = rng.uniform(4, minScale, maxScale);
    double centreX = canvas.width() / 2.0;
    double centreY = canvas.height() / 2.0;
    var forward = Affine2d.translation(centreX + moveX, centreY + moveY)
        .after(Affine2d.rotation(rotation))
        .after(Affine2d.shear(shear, 0))
        .after(Affine2d.scaling(scale, scale))
        .after(Affine2d.translation(-centreX, -centreY));
    return canvas.then(forward.inverse(), canvas.width(), canvas.height());
  }
}

package dev.mien.training.augment;

import dev.mien.engine.random.Rng;

/** A random rectangle of whole pixels inside a picture, drawn as torchvision's RandomResizedCrop draws it. */
record RandomWindow(int x, int y, int width, int height) {
  private static final int TRIES = 10;

  /** Area fraction uniform, aspect log-uniform; ten tries, then the largest centred window of an allowed aspect. */
  static RandomWindow draw(int width, int height, Range range, Rng rng) {
    for (int i = 0; i < TRIES; i++) {
      double area = rng.uniform(4L * i, range.minArea, range.maxArea) * width * height;
      double aspect = StrictMath.exp(rng.uniform(4L * i + 1, StrictMath.log(range.minAspect), StrictMath.log(range.maxAspect)));
      int w = (int) Math.round(Math.sqrt(area * aspect));
      int h = (int) Math.round(Math.sqrt(area / aspect));
      if (w >= 1 && h >= 1 && w <= width && h <= height) {
        return new RandomWindow(rng.below(width - w + 1, 4L * i + 2), rng.below(height - h + 1, 4L * i + 3), w, h);
      }
    }
    double aspect = Math.clamp((double) width / height, range.minAspect, range.maxAspect);
    int w = Math.clamp(Math.round(height * aspect), 1, width);
    int h = Math.clamp(Math.round(width / aspect), 1, height);
    return new RandomWindow((width - w) / 2, (height - h) / 2, w, h);
  }

  /** Fractions of the area, and width over height. */
  record Range(double minArea, double maxArea, double minAspect, double maxAspect) {
    Range {
      Checks.range("area", minArea, maxArea, 1e-4, 1);
      Checks.range("aspect", minAspect, maxAspect, 0.01, 100);
    }
  }
}

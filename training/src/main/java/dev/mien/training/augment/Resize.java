package dev.mien.training.augment;

import dev.mien.engine.random.Rng;

/** The whole picture stretched to {@code width x height}. */
public record Resize(int width, int height) implements Augmentation.Geometry {
  public Resize {
    Checks.side(width);
    Checks.side(height);
  }

  @Override
  public Canvas place(Canvas canvas, Rng rng) {
    return canvas.resized(width, height);
  }
}

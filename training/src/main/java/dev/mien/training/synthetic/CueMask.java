package dev.mien.training.synthetic;

/**
 * Where a cue is seen in a picture.
 *
 * @param side of the picture in pixels
 * @param cover share of each pixel that shows it, row by row
 */
public record CueMask(int side, float[] cover) {
  public CueMask {
    cover = cover.clone();
    if ((long) side * side != cover.length) {
      throw new IllegalArgumentException("a mask of side " + side + " has " + cover.length + " pixels");
    }
  }

  /** A copy. */
  @Override
  public float[] cover() {
    return cover.clone();
  }

  /** Whether at least half of a pixel shows it. */
  public boolean shows(int at) {
    return cover[at] >= 0.5f;
  }

  /** The share of the pixels that show it. */
  public double area() {
    int count = 0;
    for (int at = 0; at < cover.length; at++) {
      count += shows(at) ? 1 : 0;
    }
    return (double) count / cover.length;
  }

  /** Where this one or the other is seen. */
  public CueMask or(CueMask other) {
    float[] both = cover();
    for (int at = 0; at < both.length; at++) {
      both[at] = Math.max(both[at], other.cover[at]);
    }
    return new CueMask(side, both);
  }
}

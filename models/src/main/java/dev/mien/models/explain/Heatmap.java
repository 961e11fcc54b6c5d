package dev.mien.models.explain;

import dev.mien.models.image.ImageTransforms;
import dev.mien.models.image.RgbImage;

/**
 * How much each pixel counted, 0 to 1 over the picture.
 *
 * @param width pixels
 * @param height pixels
 * @param values row by row from the top; the least is 0 and the greatest 1, or all are 0 where the map was even
 */
public record Heatmap(int width, int height, float[] values) {
  /** A span below this share of the largest value is rounding, not looking. */
  private static final double EVEN = 1e-6;
  /** Colours at 0, 1/5 ... 1: dark violet over red to pale yellow (after matplotlib's inferno). */
  private static final int[][] COLORS = {{0, 0, 4}, {66, 10, 104}, {147, 38, 103}, {221, 81, 58}, {252, 165, 10}, {252, 255, 164}};

  public Heatmap {
    values = values.clone();
    if (width < 1 || height < 1 || (long) width * height != values.length) {
      throw new IllegalArgumentException("a heat map of " + width + " x " + height + " has " + values.length + " values");
    }
  }

  /**
   * Stretches values to 0..1: {@code (v - min) / (max - min)}.
   *
   * @throws IllegalArgumentException when one is not finite
   */
  public static Heatmap stretched(int width, int height, float[] values) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float v : values) {
      if (!Float.isFinite(v)) {
        throw new IllegalArgumentException("a heat map holds " + v);
      }
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    boolean even = high - low <= EVEN * Math.max(Math.abs(low), Math.abs(high));
    var stretched = new float[values.length];
    for (int i = 0; i < values.length && !even; i++) {
      stretched[i] = (values[i] - low) / (high - low);
    }
    return new Heatmap(width, height, stretched);
  }

  /** A copy. */
  @Override
  public float[] values() {
    return values.clone();
  }

  /** The value of a pixel. */
  public float at(int x, int y) {
    return values[y * width + x];
  }

  /** Whether no pixel counts more than another. */
  public boolean isEven() {
    for (float v : values) {
      if (v != 0) {
        return false;
      }
    }
    return true;
  }

  /** The map in colours. */
  public RgbImage picture() {
    var rgb = new byte[3 * values.length];
    for (int i = 0; i < values.length; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = (byte) Math.round(color(values[i], c));
      }
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  private static double color(float value, int channel) {
    double at = Math.clamp(value, 0f, 1f) * (COLORS.length - 1.0);
    int below = (int) Math.min(at, COLORS.length - 2.0);
    return COLORS[below][channel] + (at - below) * (COLORS[below + 1][channel] - COLORS[below][channel]);
  }

  /**
   * The map laid over a face, both brought to the face's size: {@code (1 - a) face + a colour}.
   *
   * @param opacity a, 0..1
   */
  public RgbImage over(RgbImage face, double opacity) {
    if (!(opacity >= 0 && opacity <= 1)) {
      throw new IllegalArgumentException("opacity lies in 0..1, got " + opacity);
    }
    byte[] colors = ImageTransforms.resize(picture(), face.width(), face.height()).toBytes();
    byte[] pixels = face.toBytes();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.round((1 - opacity) * (pixels[i] & 0xff) + opacity * (colors[i] & 0xff));
    }
    return RgbImage.ofPixels(face.width(), face.height(), pixels);
  }
}

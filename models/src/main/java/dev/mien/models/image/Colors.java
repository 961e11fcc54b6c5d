package dev.mien.models.image;

/**
 * Changes of brightness, contrast, saturation and hue, as Pillow's enhancers make them: a blend
 * {@code degenerate + factor (sample - degenerate)}, cut to 0..255 and truncated, with grey {@code 0.299 R + 0.587 G + 0.114 B}.
 */
public final class Colors {
  private Colors() {}

  /** Blend with black: 0 is black, 1 the same picture, 2 twice as bright. */
  public static RgbImage brightness(RgbImage image, double factor) {
    return mapped(image, 0, factor);
  }

  /** Blend with the rounded mean of the grey picture: 0 is flat grey, 1 the same picture. */
  public static RgbImage contrast(RgbImage image, double factor) {
    byte[] in = image.samples();
    long sum = 0;
    for (int i = 0; i < in.length; i += 3) {
      sum += grey(in, i);
    }
    long pixels = in.length / 3;
    return mapped(image, (int) ((2 * sum + pixels) / (2 * pixels)), factor);
  }

  /** Blend with the grey picture: 0 is grey, 1 the same picture. */
  public static RgbImage saturation(RgbImage image, double factor) {
    requireFactor(factor);
    byte[] in = image.samples();
    var out = new byte[in.length];
    float f = (float) factor;
    for (int i = 0; i < in.length; i += 3) {
      int grey = grey(in, i);
      out[i] = blend(grey, in[i] & 0xFF, f);
      out[i + 1] = blend(grey, in[i + 1] & 0xFF, f);
      out[i + 2] = blend(grey, in[i + 2] & 0xFF, f);
    }
    return RgbImage.owning(image.width(), image.height(), out);
  }

  /** Every colour turned around the hue circle by {@code turns} (1 is all the way round); HSV saturation and value stay. */
  public static RgbImage hue(RgbImage image, double turns) {
    if (!Double.isFinite(turns)) {
      throw new IllegalArgumentException("a hue shift must be finite, got " + turns);
    }
    float shift = (float) (6 * (turns - Math.floor(turns)));
    byte[] in = image.samples();
    var out = new byte[in.length];
    for (int i = 0; i < in.length; i += 3) {
      turn(in[i] & 0xFF, in[i + 1] & 0xFF, in[i + 2] & 0xFF, shift, out, i);
    }
    return RgbImage.owning(image.width(), image.height(), out);
  }

  private static void turn(int red, int green, int blue, float shift, byte[] out, int o) {
    int max = Math.max(red, Math.max(green, blue));
    int chroma = max - Math.min(red, Math.min(green, blue));
    float hue = 0;
    if (chroma > 0) {
      if (max == red) {
        hue = (float) (green - blue) / chroma + 6;
      } else if (max == green) {
        hue = (float) (blue - red) / chroma + 2;
      } else {
        hue = (float) (red - green) / chroma + 4;
      }
    }
    hue += shift;
    out[o] = part(hue + 5, max, chroma);
    out[o + 1] = part(hue + 3, max, chroma);
    out[o + 2] = part(hue + 1, max, chroma);
  }

  /** {@code max - chroma clamp(min(k, 4 - k), 0, 1)} for k modulo 6, the closed form of HSV to RGB. */
  private static byte part(float k, int max, int chroma) {
    float folded = k - 6 * (int) (k * (1 / 6f));
    return (byte) (int) (max - chroma * Math.clamp(Math.min(folded, 4 - folded), 0f, 1f) + 0.5f);
  }

  private static RgbImage mapped(RgbImage image, int degenerate, double factor) {
    requireFactor(factor);
    var table = new byte[256];
    for (int i = 0; i < 256; i++) {
      table[i] = blend(degenerate, i, (float) factor);
    }
    byte[] in = image.samples();
    var out = new byte[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = table[in[i] & 0xFF];
    }
    return RgbImage.owning(image.width(), image.height(), out);
  }

  private static byte blend(int degenerate, int sample, float factor) {
    return (byte) Math.clamp((int) (degenerate + factor * (sample - degenerate)), 0, 255);
  }

  private static int grey(byte[] in, int i) {
    return (19_595 * (in[i] & 0xFF) + 38_470 * (in[i + 1] & 0xFF) + 7_471 * (in[i + 2] & 0xFF) + 0x8000) >> 16;
  }

  private static void requireFactor(double factor) {
    if (!(factor >= 0) || factor > 1e6) {
      throw new IllegalArgumentException("a colour factor must be at least 0 (1 changes nothing), got " + factor);
    }
  }
}

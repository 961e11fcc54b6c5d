package dev.mien.models.image;

import java.util.Arrays;

/**
 * What turns an 8-bit sample into a network's input, per channel in the order red, green, blue:
 * {@code (sample / 255 - mean[c]) / std[c]}.
 */
public record Normalization(float[] mean, float[] std) {
  /** The mean and standard deviation of ImageNet. */
  public static final Normalization IMAGENET =
      new Normalization(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
  /** To [-1, 1]: mean and standard deviation one half, as face recognition has it. */
  public static final Normalization HALF = new Normalization(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});
  /** To [0, 1]: only the division by 255. */
  public static final Normalization UNIT = new Normalization(new float[] {0, 0, 0}, new float[] {1, 1, 1});

  public Normalization {
    mean = mean.clone();
    std = std.clone();
    if (mean.length != 3 || std.length != 3) {
      throw new IllegalArgumentException("a normalization has 3 means and 3 standard deviations, got "
          + mean.length + " and " + std.length);
    }
    for (int c = 0; c < 3; c++) {
      if (!Float.isFinite(mean[c]) || !(std[c] > 0) || !Float.isFinite(std[c])) {
        throw new IllegalArgumentException("means must be finite and standard deviations positive, got "
            + Arrays.toString(mean) + " and " + Arrays.toString(std));
      }
    }
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] std() {
    return std.clone();
  }

  /** The network's value of every sample 0..255 of a channel. */
  float[] table(int channel) {
    var table = new float[256];
    for (int i = 0; i < 256; i++) {
      table[i] = (i / 255f - mean[channel]) / std[channel];
    }
    return table;
  }

  /** The sample nearest to a network's value, clamped to 0..255. */
  int sample(float value, int channel) {
    return Math.clamp(Math.round((value * std[channel] + mean[channel]) * 255), 0, 255);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalization o && Arrays.equals(mean, o.mean) && Arrays.equals(std, o.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "Normalization[mean=" + Arrays.toString(mean) + ", std=" + Arrays.toString(std) + "]";
  }
}

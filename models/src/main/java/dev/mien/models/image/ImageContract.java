package dev.mien.models.image;

import java.util.Map;
import java.util.TreeMap;

/**
 * How a picture becomes a model's input, kept with the weights: a model cannot be fed the wrong colour order, size, scale or crop
 * by accident.
 *
 * @param colorOrder order of the planes
 * @param normalization means and standard deviations, in the order red, green, blue whatever the order of the planes
 * @param inputWidth pixels
 * @param inputHeight pixels
 * @param cropPolicy how the face was cut out, for example {@code "utkface-aligned"} or {@code "insightface-112"}; compared as
 * text
 */
public record ImageContract(ColorOrder colorOrder, Normalization normalization, int inputWidth, int inputHeight,
    String cropPolicy) {
  /** The order of the colour planes of a network's input. */
  public enum ColorOrder { RGB, BGR }

  public ImageContract {
    if (inputWidth < 1 || inputHeight < 1 || cropPolicy == null || cropPolicy.isBlank()) {
      throw new IllegalArgumentException("an image contract needs a positive input size and a crop policy, got "
          + inputWidth + " x " + inputHeight + ", crop policy " + cropPolicy);
    }
  }

  /** An RGB contract of a square input. */
  public static ImageContract rgb(Normalization normalization, int inputSide, String cropPolicy) {
    return new ImageContract(ColorOrder.RGB, normalization, inputSide, inputSide, cropPolicy);
  }

  /** Floats that one picture takes. */
  public int inputLength() {
    return Math.multiplyExact(3, Math.multiplyExact(inputWidth, inputHeight));
  }

  /** The picture, resized if its size differs, normalised into [3, inputHeight, inputWidth] from {@code target[offset]}. */
  public void write(RgbImage image, float[] target, int offset) {
    ImageTransforms.writeChw(ImageTransforms.resize(image, inputWidth, inputHeight), normalization, target, offset);
    if (colorOrder == ColorOrder.BGR) {
      int plane = inputWidth * inputHeight;
      for (int i = offset; i < offset + plane; i++) {
        float red = target[i];
        target[i] = target[i + 2 * plane];
        target[i + 2 * plane] = red;
      }
    }
  }

  /** As text entries for the metadata of a weights file. */
  public Map<String, String> toMetadata() {
    var map = new TreeMap<String, String>();
    map.put("image.colorOrder", colorOrder.name());
    map.put("image.mean", join(normalization.mean()));
    map.put("image.std", join(normalization.std()));
    map.put("image.inputWidth", Integer.toString(inputWidth));
    map.put("image.inputHeight", Integer.toString(inputHeight));
    map.put("image.cropPolicy", cropPolicy);
    return map;
  }

  /**
   * Reads back what {@link #toMetadata} wrote.
   *
   * @throws IllegalArgumentException naming the entry that is missing or wrong
   */
  public static ImageContract fromMetadata(Map<String, String> map) {
    String order = entry(map, "image.colorOrder");
    if (!order.equals("RGB") && !order.equals("BGR")) {
      throw new IllegalArgumentException("image.colorOrder is " + order + "; expected RGB or BGR");
    }
    var normalization = new Normalization(floats(map, "image.mean"), floats(map, "image.std"));
    return new ImageContract(ColorOrder.valueOf(order), normalization, (int) number(map, "image.inputWidth"),
        (int) number(map, "image.inputHeight"), entry(map, "image.cropPolicy"));
  }

  private static String join(float[] values) {
    return values[0] + "," + values[1] + "," + values[2];
  }

  private static float[] floats(Map<String, String> map, String key) {
    String[] parts = entry(map, key).split(",", -1);
    var result = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        result[i] = Float.parseFloat(parts[i].strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(key + " is " + map.get(key) + "; expected three numbers with commas between", e);
      }
    }
    return result;
  }

  private static long number(Map<String, String> map, String key) {
    String text = entry(map, key);
    if (!text.matches("[0-9]{1,6}")) {
      throw new IllegalArgumentException(key + " is " + text + "; expected a number of pixels");
    }
    return Long.parseLong(text);
  }

  private static String entry(Map<String, String> map, String key) {
    String value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the weights carry no " + key + "; they were saved without an image contract");
    }
    return value;
  }
}

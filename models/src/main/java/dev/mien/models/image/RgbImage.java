package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable picture of 8-bit sRGB samples, height x width x 3, rows from the top, colour order red, green, blue.
 *
 * <pre>{@code
 * var face = ImageTransforms.resize(RgbImage.read(photo), 224, 224);
 * ImageTransforms.writeChw(face, Normalization.IMAGENET, batch, 0);
 * }</pre>
 */
public final class RgbImage {
  private final int width;
  private final int height;
  private final byte[] rgb;

  private RgbImage(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || (long) width * height * 3 != rgb.length) {
      throw new IllegalArgumentException(
          "an RGB image of " + width + " x " + height + " needs " + 3L * width * height + " bytes and at least one pixel, got "
              + rgb.length + " bytes");
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * Decodes a JPEG, PNG, PGM or PPM file within {@link ImageDecoder.Limits#STANDARD}, upright by its EXIF orientation.
   *
   * @throws FormatException naming the file, what was found and what was expected
   */
  public static RgbImage read(Path path) {
    return ImageDecoder.standard().decode(path);
  }

  /**
   * Decodes the bytes of a JPEG, PNG, PGM or PPM file; {@code name} stands for them in messages.
   *
   * @throws FormatException naming the file, what was found and what was expected
   */
  public static RgbImage read(byte[] bytes, String name) {
    return ImageDecoder.standard().decode(bytes, name);
  }

  /**
   * A picture from a copy of interleaved samples.
   *
   * @param rgb {@code 3 * width * height} bytes: red, green, blue of the first pixel of the first row, and so on
   */
  public static RgbImage ofPixels(int width, int height, byte[] rgb) {
    return new RgbImage(width, height, Objects.requireNonNull(rgb, "rgb").clone());
  }

  /** A picture from any AWT image: alpha over white, 16 bits to 8, grey samples as they are (no gamma is applied to them). */
  public static RgbImage of(BufferedImage image) {
    return AwtImages.toRgb(image);
  }

  /** Takes the array without a copy; nobody may write to it afterwards. */
  static RgbImage owning(int width, int height, byte[] rgb) {
    return new RgbImage(width, height, rgb);
  }

  /** The samples themselves, for readers in this package. */
  byte[] samples() {
    return rgb;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** Red at column x, row y, 0..255. */
  public int red(int x, int y) {
    return rgb[at(x, y)] & 0xFF;
  }

  /** Green at column x, row y, 0..255. */
  public int green(int x, int y) {
    return rgb[at(x, y) + 1] & 0xFF;
  }

  /** Blue at column x, row y, 0..255. */
  public int blue(int x, int y) {
    return rgb[at(x, y) + 2] & 0xFF;
  }

  /** A copy of the samples, interleaved: {@code 3 * width * height} bytes. */
  public byte[] toBytes() {
    return rgb.clone();
  }

  /** An AWT image of type {@link BufferedImage#TYPE_INT_RGB}, to show or to write with ImageIO. */
  public BufferedImage toBufferedImage() {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0, i = 3 * y * width; x < width; x++, i += 3) {
        row[x] = (rgb[i] & 0xFF) << 16 | (rgb[i + 1] & 0xFF) << 8 | rgb[i + 2] & 0xFF;
      }
      image.getRaster().setDataElements(0, y, width, 1, row);
    }
    return image;
  }

  private int at(int x, int y) {
    if (x < 0 || y < 0 || x >= width || y >= height) {
      throw new IndexOutOfBoundsException("pixel (" + x + ", " + y + ") lies outside the image of " + width + " x " + height);
    }
    return 3 * (y * width + x);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage o && width == o.width && height == o.height && Arrays.equals(rgb, o.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "RgbImage[" + width + " x " + height + "]";
  }
}

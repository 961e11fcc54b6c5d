package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The one place that turns image files into pixels: JPEG (baseline and progressive; grey, RGB, YCbCr, CMYK, YCCK), PNG (all types
 * and depths) and binary PGM / PPM, recognised by their first bytes and refused otherwise.
 *
 * <p>A file is walked by our own header reader before anything of the declared size is allocated; only checked segments reach
 * the JDK's decoder, which runs under a deadline. Colour conversion is ours, so pixels do not depend on installed plug-ins; an
 * ImageIO plug-in for JPEG that is present is asked only for files that the JDK cannot decode (lossless, 12 bit).
 *
 * <p>Fixed rules: the EXIF orientation is applied; transparency is composited over white; 16 bits are rounded to 8; ICC profiles
 * and gamma are ignored, as Pillow and OpenCV do; a JPEG or PNG that ends early is refused, except a progressive JPEG in which
 * every component has at least one whole scan. Everything wrong with a file is a {@link FormatException}. Safe for use by many
 * threads.
 */
public final class ImageDecoder {
  private static final ImageDecoder STANDARD = new ImageDecoder(Limits.STANDARD);

  private final Limits limits;

  /**
   * What a file may ask for.
   *
   * @param bytes size of the file
   * @param pixels width times height
   * @param side largest width or height
   * @param scans number of scans of a JPEG
   * @param timeoutMillis wall time of one decode
   */
  public record Limits(long bytes, long pixels, int side, int scans, long timeoutMillis) {
    /** 32 MiB, 40 megapixels, 16,384 pixels a side, 100 scans, 2 seconds. */
    public static final Limits STANDARD = new Limits(32L << 20, 40_000_000, 16_384, 100, 2_000);

    public Limits {
      if (bytes < 1 || bytes > Integer.MAX_VALUE - 64 || pixels < 1 || pixels > 700_000_000 || side < 1 || scans < 1
          || timeoutMillis < 1) {
        throw new IllegalArgumentException("image limits must be positive, bytes below 2^31 and pixels at most 7e8, got bytes "
            + bytes + ", pixels " + pixels + ", side " + side + ", scans " + scans + ", timeoutMillis " + timeoutMillis);
      }
    }

    /** These limits with another deadline. */
    public Limits withTimeoutMillis(long millis) {
      return new Limits(bytes, pixels, side, scans, millis);
    }

    void checkSize(String name, long width, long height) {
      if (width < 1 || height < 1) {
        throw new FormatException(name + " declares " + width + " x " + height + " pixels; expected at least 1 x 1");
      }
      if (width > side || height > side || width * height > pixels) {
        throw new FormatException(name + " declares " + width + " x " + height + " pixels; the limit is " + side + " a side and "
            + pixels + " in all. Scale the picture down, or decode with wider limits.");
      }
    }

    /** Refuses what would not fit: an OutOfMemoryError strikes whichever thread allocates next, not this file. */
    void checkMemory(String name, long neededBytes) {
      long heap = Runtime.getRuntime().maxMemory();
      if (neededBytes > heap / 10 * 7) {
        throw new FormatException(name + " needs " + (neededBytes >> 20) + " MiB to decode, but the Java heap is limited to "
            + (heap >> 20) + " MiB. Raise -Xmx, or scale the picture down.");
      }
    }
  }

  public ImageDecoder(Limits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /** The decoder with {@link Limits#STANDARD}. */
  public static ImageDecoder standard() {
    return STANDARD;
  }

  public Limits limits() {
    return limits;
  }

  /**
   * Decodes a file.
   *
   * @throws FormatException when it cannot be read, is no image that we accept, is broken, or exceeds a limit
   */
  public RgbImage decode(Path path) {
    String name = path.toString();
    byte[] bytes;
    try {
      if (!Files.isRegularFile(path)) {
        throw new FormatException(name + (Files.exists(path) ? " is not a regular file" : " does not exist")
            + "; expected a JPEG, PNG, PGM or PPM file");
      }
      checkBytes(name, Files.size(path));
      try (var in = Files.newInputStream(path)) {
        bytes = in.readNBytes((int) limits.bytes + 1);
      }
    } catch (NoSuchFileException e) {
      throw new FormatException(name + " does not exist; expected a JPEG, PNG, PGM or PPM file", e);
    } catch (IOException e) {
      throw new FormatException(name + " cannot be read: " + e.getMessage(), e);
    }
    return decode(bytes, name);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name what messages call it
   * @throws FormatException when it is no image that we accept, is broken, or exceeds a limit
   */
  public RgbImage decode(byte[] bytes, String name) {
    checkBytes(name, bytes.length);
    if (startsWith(bytes, 0xFF, 0xD8)) {
      var file = JpegFile.parse(bytes, name, limits);
      return file.orientation().upright(JpegPixels.decode(file, name, limits));
    }
    if (startsWith(bytes, 0x89, 'P', 'N', 'G')) {
      var file = PngFile.parse(bytes, name, limits);
      return file.orientation().upright(PngPixels.decode(file, name, limits));
    }
    if (startsWith(bytes, 'P', '5') || startsWith(bytes, 'P', '6')) {
      return PnmReader.read(bytes, name, limits);
    }
    throw new FormatException(name + " " + describe(bytes)
        + "; expected a JPEG (FF D8), a PNG (89 50 4E 47), or a binary PGM or PPM (P5, P6)");
  }

  private void checkBytes(String name, long size) {
    if (size == 0) {
      throw new FormatException(name + " is empty; expected a JPEG, PNG, PGM or PPM file");
    }
    if (size > limits.bytes) {
      throw new FormatException(name + " has " + size + " bytes; the limit for an image is " + limits.bytes);
    }
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static String describe(byte[] bytes) {
    if (startsWith(bytes, 'G', 'I', 'F', '8')) {
      return "is a GIF";
    }
    if (startsWith(bytes, 'B', 'M')) {
      return "is a BMP";
    }
    if (startsWith(bytes, 'R', 'I', 'F', 'F')) {
      return "is a RIFF file, perhaps WebP";
    }
    if (startsWith(bytes, 'I', 'I', 42, 0) || startsWith(bytes, 'M', 'M', 0, 42)) {
      return "is a TIFF";
    }
    if (startsWith(bytes, 'P') && bytes.length > 1 && bytes[1] >= '1' && bytes[1] <= '7') {
      return "is a PNM file of type P" + (char) bytes[1];
    }
    var text = new StringBuilder("starts with");
    for (int i = 0; i < Math.min(4, bytes.length); i++) {
      text.append(String.format(" %02X", bytes[i]));
    }
    return text.toString();
  }
}

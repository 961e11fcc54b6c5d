package dev.mien.models.image;

import dev.mien.engine.tensor.MienException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures as the bytes of files, by the JDK's own writers: the same picture gives the same bytes, whatever plug-ins are installed. */
public final class ImageEncoder {
  private static final String JDK_MODULE = "java.desktop";

  private ImageEncoder() {}

  /** A PNG of 8-bit RGB, from which the same picture is read again. */
  public static byte[] png(RgbImage image) {
    return encode(image, "png", Float.NaN);
  }

  /**
   * A baseline JPEG.
   *
   * @param quality 0..1; data sets of faces have 0.95
   */
  public static byte[] jpeg(RgbImage image, double quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new IllegalArgumentException("the quality of a JPEG is 0..1, got " + quality);
    }
    return encode(image, "jpeg", (float) quality);
  }

  private static byte[] encode(RgbImage image, String format, float quality) {
    var picture = image.toBufferedImage();
    var bytes = new ByteArrayOutputStream(3 * picture.getWidth() * picture.getHeight() / 2);
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      var writer = provider(format, ImageTypeSpecifier.createFromRenderedImage(picture)).createWriterInstance();
      try {
        var parameters = writer.getDefaultWriteParam();
        if (!Float.isNaN(quality)) {
          parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
          parameters.setCompressionQuality(quality);
        }
        writer.setOutput(stream);
        writer.write(null, new IIOImage(picture, null, null), parameters);
      } finally {
        writer.dispose();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a picture in memory could not be encoded as " + format, e);
    }
    return bytes.toByteArray();
  }

  private static ImageWriterSpi provider(String format, ImageTypeSpecifier type) {
    var providers = IIORegistry.getDefaultInstance().getServiceProviders(ImageWriterSpi.class, true);
    while (providers.hasNext()) {
      var provider = providers.next();
      if (JDK_MODULE.equals(provider.getClass().getModule().getName()) && provider.canEncodeImage(type)
          && java.util.Arrays.asList(provider.getFormatNames()).contains(format)) {
        return provider;
      }
    }
    throw new MienException("this Java has no writer of " + format + " of its own; expected one in module " + JDK_MODULE);
  }
}

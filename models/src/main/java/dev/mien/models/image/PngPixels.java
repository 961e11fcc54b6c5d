package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import javax.imageio.spi.ImageReaderSpi;

/** From a checked PNG to RGB by the JDK's decoder. */
final class PngPixels {
  private static final ImageReaderSpi JDK = Readers.jdk("png");

  private PngPixels() {}

  static RgbImage decode(PngFile file, String name, ImageDecoder.Limits limits) {
    limits.checkMemory(name, (long) file.width() * file.height() * (file.bytesPerPixel() + 3L) + file.clean().length);
    var input = new CancellableInput(file.clean());
    return Deadline.call(name, limits.timeoutMillis(), input, () -> {
      var reader = Readers.open(JDK, input);
      try {
        var image = RgbImage.of(reader.read(0));
        if (image.width() != file.width() || image.height() != file.height()) {
          throw new FormatException(name + " was decoded to " + image.width() + " x " + image.height() + "; its header says "
              + file.width() + " x " + file.height());
        }
        return image;
      } finally {
        reader.dispose();
      }
    });
  }
}

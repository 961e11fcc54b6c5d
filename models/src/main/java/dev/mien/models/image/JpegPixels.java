package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.spi.ImageReaderSpi;

/**
 * From a checked JPEG to RGB: the JDK's decoder gives the stored components, the colour conversion (JFIF's, as in libjpeg) is
 * here.
 */
final class JpegPixels {
  private static final ImageReaderSpi JDK = Readers.jdk("jpeg");
  private static final int HALF = 1 << 15;
  private static final int[] RED_OF_CR = chroma(1.402);
  private static final int[] BLUE_OF_CB = chroma(1.772);
  private static final int[] GREEN_OF_CR = greenPart(0.71414, 0);
  private static final int[] GREEN_OF_CB = greenPart(0.34414, HALF);

  private JpegPixels() {}

  static RgbImage decode(JpegFile file, String name, ImageDecoder.Limits limits) {
    // A sequential file without its end marker may still hold every row: the decoder's warnings tell, below.
    if (file.endsEarly() && file.progressive() && !file.everyComponentScanned()) {
      throw endsEarly(name);
    }
    long pixels = (long) file.width() * file.height();
    limits.checkMemory(name, pixels * (file.components() == 3 ? 3 : file.components() + 3) + file.clean().length);
    var input = new CancellableInput(file.clean());
    return Deadline.call(name, limits.timeoutMillis(), input, () -> decode(file, name, input));
  }

  private static RgbImage decode(JpegFile file, String name, CancellableInput input) throws IOException {
    if (file.unusual() != null) {
      return byPlugin(file, name, input);
    }
    var shortage = new boolean[1];
    var reader = Readers.open(JDK, input);
    try {
      reader.addIIOReadWarningListener((source, warning) -> shortage[0] |= warning.contains("premature end of data segment"));
      var raster = reader.readRaster(0, null);
      if (shortage[0] && !(file.progressive() && file.everyComponentScanned())) {
        throw endsEarly(name);
      }
      return toRgb(raster, file, name);
    } finally {
      reader.dispose();
    }
  }

  private static FormatException endsEarly(String name) {
    return new FormatException(name + " ends before its last row, or is damaged inside; expected a whole JPEG picture");
  }

  private static RgbImage byPlugin(JpegFile file, String name, CancellableInput input) throws IOException {
    IOException last = null;
    for (var provider : Readers.plugins("jpeg")) {
      var reader = Readers.open(provider, input);
      try {
        var image = RgbImage.of(reader.read(0));
        if (image.width() == file.width() && image.height() == file.height()) {
          return image;
        }
      } catch (IIOException e) {
        last = e;
      } finally {
        reader.dispose();
      }
      input.seek(0);
    }
    throw new FormatException(name + " " + file.unusual() + "; expected a baseline or progressive JPEG of 8 bits."
        + " Save it as such, or put an ImageIO plug-in that reads it on the path"
        + (last == null ? "" : " (the one found says: " + last.getMessage() + ")"), last);
  }

  private static RgbImage toRgb(Raster raster, JpegFile file, String name) {
    int width = file.width();
    int height = file.height();
    int bands = file.components();
    if (raster.getWidth() != width || raster.getHeight() != height || raster.getNumBands() != bands
        || !(raster.getDataBuffer() instanceof DataBufferByte data)
        || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || model.getScanlineStride() != width * bands || data.getData().length != width * height * bands) {
      throw new FormatException(name + " was decoded to " + raster.getWidth() + " x " + raster.getHeight() + " x "
          + raster.getNumBands() + "; its header says " + width + " x " + height + " x " + bands);
    }
    byte[] in = data.getData();
    byte[] out = bands == 3 ? in : new byte[3 * width * height];
    switch (file.colours()) {
      case RGB -> { }
      case GREY -> spread(in, out);
      case YCBCR -> fromYcc(in, 3, out);
      case CMYK, CMYK_INVERTED -> fromInk(in, out, file.colours() == JpegFile.Colours.CMYK);
      case YCCK_INVERTED -> {
        fromYcc(in, 4, in);
        complementColours(in);
        fromInk(in, out, false);
      }
    }
    return RgbImage.owning(width, height, out);
  }

  private static void spread(byte[] in, byte[] out) {
    for (int i = 0, o = 0; i < in.length; i++, o += 3) {
      out[o] = in[i];
      out[o + 1] = in[i];
      out[o + 2] = in[i];
    }
  }

  /** The first three of every {@code step} samples; may work in place, and then leaves a fourth alone. */
  private static void fromYcc(byte[] in, int step, byte[] out) {
    for (int i = 0; i < in.length; i += step) {
      int luma = in[i] & 0xFF;
      int cb = in[i + 1] & 0xFF;
      int cr = in[i + 2] & 0xFF;
      out[i] = clamp(luma + RED_OF_CR[cr]);
      out[i + 1] = clamp(luma + (GREEN_OF_CB[cb] + GREEN_OF_CR[cr] >> 16));
      out[i + 2] = clamp(luma + BLUE_OF_CB[cb]);
    }
  }

  /** YCCK carries 255 minus each of cyan, magenta and yellow as an RGB picture. */
  private static void complementColours(byte[] ink) {
    for (int i = 0; i < ink.length; i++) {
      ink[i] = (i & 3) == 3 ? ink[i] : (byte) ~ink[i];
    }
  }

  /** Paper minus ink: each of red, green, blue is (1 - ink)(1 - black). Adobe stores 255 - ink. */
  private static void fromInk(byte[] in, byte[] out, boolean fullIsInk) {
    int flip = fullIsInk ? 0xFF : 0;
    for (int i = 0, o = 0; i < in.length; i += 4, o += 3) {
      int white = in[i + 3] & 0xFF ^ flip;
      out[o] = (byte) (((in[i] & 0xFF ^ flip) * white + 127) / 255);
      out[o + 1] = (byte) (((in[i + 1] & 0xFF ^ flip) * white + 127) / 255);
      out[o + 2] = (byte) (((in[i + 2] & 0xFF ^ flip) * white + 127) / 255);
    }
  }

  private static byte clamp(int value) {
    return (byte) ((value & ~0xFF) == 0 ? value : value < 0 ? 0 : 255);
  }

  private static int[] chroma(double factor) {
    var table = new int[256];
    int fixed = (int) (factor * 65536 + 0.5);
    for (int i = 0; i < 256; i++) {
      table[i] = fixed * (i - 128) + HALF >> 16;
    }
    return table;
  }

  private static int[] greenPart(double factor, int rounding) {
    var table = new int[256];
    int fixed = (int) (factor * 65536 + 0.5);
    for (int i = 0; i < 256; i++) {
      table[i] = -fixed * (i - 128) + rounding;
    }
    return table;
  }
}

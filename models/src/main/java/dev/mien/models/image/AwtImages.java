package dev.mien.models.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** From AWT rasters to RGB bytes, by the stored samples: {@code BufferedImage.getRGB} would brighten grey images. */
final class AwtImages {
  private AwtImages() {}

  static RgbImage toRgb(BufferedImage image) {
    var raster = image.getRaster();
    var out = new byte[Math.multiplyExact(3, Math.multiplyExact(image.getWidth(), image.getHeight()))];
    boolean plainSamples = image.getColorModel() instanceof ComponentColorModel && !image.getColorModel().isAlphaPremultiplied()
        && raster.getNumBands() <= 4 && raster.getTransferType() <= DataBuffer.TYPE_USHORT;
    if (image.getColorModel() instanceof IndexColorModel palette && raster.getNumBands() == 1) {
      indexed(raster, palette, out);
    } else if (plainSamples) {
      components(raster, image.getColorModel().getComponentSize(0), out);
    } else {
      converted(image, out);
    }
    return RgbImage.owning(image.getWidth(), image.getHeight(), out);
  }

  private static void indexed(Raster raster, IndexColorModel palette, byte[] out) {
    int width = raster.getWidth();
    var colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    var row = new int[width];
    for (int y = 0, o = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++, o += 3) {
        putOverWhite(row[x] < colours.length ? colours[row[x]] : 0xFF000000, out, o);
      }
    }
  }

  private static void components(Raster raster, int bits, byte[] out) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    if (bits == 8 && bands == 3 && copied(raster, out)) {
      return;
    }
    int max = (1 << bits) - 1;
    int green = bands >= 3 ? 1 : 0;
    int blue = bands >= 3 ? 2 : 0;
    boolean alpha = bands == 2 || bands == 4;
    var row = new int[width * bands];
    for (int y = 0, o = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0, i = 0; x < width; x++, i += bands, o += 3) {
        int opacity = alpha ? to8(row[i + bands - 1], max) : 255;
        out[o] = (byte) overWhite(to8(row[i], max), opacity);
        out[o + 1] = (byte) overWhite(to8(row[i + green], max), opacity);
        out[o + 2] = (byte) overWhite(to8(row[i + blue], max), opacity);
      }
    }
  }

  /** The common case, pixel-interleaved bytes, without going through ints. */
  private static boolean copied(Raster raster, byte[] out) {
    if (!(raster.getDataBuffer() instanceof DataBufferByte data) || data.getNumBanks() != 1
        || !(raster.getSampleModel() instanceof ComponentSampleModel model) || model.getPixelStride() != 3
        || model.getScanlineStride() != 3 * raster.getWidth() || raster.getParent() != null || data.getOffset() != 0) {
      return false;
    }
    int[] offsets = model.getBandOffsets();
    byte[] in = data.getData();
    for (int i = 0; i < out.length; i += 3) {
      out[i] = in[i + offsets[0]];
      out[i + 1] = in[i + offsets[1]];
      out[i + 2] = in[i + offsets[2]];
    }
    return true;
  }

  private static void converted(BufferedImage image, byte[] out) {
    int width = image.getWidth();
    var row = new int[width];
    for (int y = 0, o = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++, o += 3) {
        putOverWhite(row[x], out, o);
      }
    }
  }

  private static void putOverWhite(int argb, byte[] out, int o) {
    int opacity = argb >>> 24;
    out[o] = (byte) overWhite(argb >> 16 & 0xFF, opacity);
    out[o + 1] = (byte) overWhite(argb >> 8 & 0xFF, opacity);
    out[o + 2] = (byte) overWhite(argb & 0xFF, opacity);
  }

  private static int to8(int value, int max) {
    return max == 255 ? value : (value * 255 + max / 2) / max;
  }

  private static int overWhite(int value, int opacity) {
    return opacity == 255 ? value : (value * opacity + 255 * (255 - opacity) + 127) / 255;
  }
}

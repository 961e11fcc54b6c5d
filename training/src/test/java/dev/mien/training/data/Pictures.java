package dev.mien.training.data;

import dev.mien.engine.random.Rng;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Small pictures for tests: each seed gives another pattern of soft colour blocks. */
final class Pictures {
  static final byte[] BROKEN = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1, 2, 3};

  private Pictures() {}

  static BufferedImage pattern(long seed, int side) {
    var rng = Rng.seed(seed);
    var small = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64; i++) {
      small.setRGB(i % 8, i / 8, rng.below(0x1000000, i));
    }
    return scaled(small, side);
  }

  static BufferedImage scaled(BufferedImage image, int side) {
    var big = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    var g = big.createGraphics();
    g.setRenderingHint(java.awt.RenderingHints.KEY_INTERPOLATION, java.awt.RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, side, side, null);
    g.dispose();
    return big;
  }

  static BufferedImage mirrored(BufferedImage image) {
    var flip = AffineTransform.getScaleInstance(-1, 1);
    flip.translate(-image.getWidth(), 0);
    return new AffineTransformOp(flip, AffineTransformOp.TYPE_NEAREST_NEIGHBOR).filter(image, null);
  }

  static byte[] jpeg(long seed) {
    return encode(pattern(seed, 48), "jpg");
  }

  static byte[] png(long seed) {
    return encode(pattern(seed, 40), "png");
  }

  static byte[] encode(BufferedImage image, String format) {
    var out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}

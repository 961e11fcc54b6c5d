package dev.mien.models.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;

/** Pictures and files made in code. */
final class TestImages {
  private TestImages() {}

  /** Smooth colours with a little noise, different at every pixel. */
  static RgbImage picture(int width, int height) {
    var rgb = new byte[3 * width * height];
    for (int i = 0, y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = (x * 7919 + y * 104_729) % 13;
        rgb[i++] = (byte) (20 + 200 * x / width + noise);
        rgb[i++] = (byte) (20 + 200 * y / height + noise);
        rgb[i++] = (byte) (20 + 200 * (x + y) / (width + height) + noise);
      }
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  static RgbImage constant(int width, int height, int red, int green, int blue) {
    var rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return RgbImage.ofPixels(width, height, rgb);
  }

  static byte[] jpeg(RgbImage image, boolean progressive) {
    return write(image.toBufferedImage(), "jpeg", progressive);
  }

  static byte[] greyJpeg(int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, 40 + 150 * x / width);
      }
    }
    return write(image, "jpeg", false);
  }

  static byte[] png(BufferedImage image) {
    return write(image, "png", false);
  }

  private static byte[] write(BufferedImage image, String format, boolean progressive) {
    var out = new ByteArrayOutputStream();
    var writer = ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), format).next();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      var param = writer.getDefaultWriteParam();
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] chunk(String type, byte... body) {
    var crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.ISO_8859_1));
    crc.update(body);
    return ByteBuffer.allocate(12 + body.length).putInt(body.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(body)
        .putInt((int) crc.getValue()).array();
  }

  static byte[] ihdr(int width, int height, int bits, int colourType, int interlace) {
    return chunk("IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) bits).put((byte) colourType)
        .put((byte) 0).put((byte) 0).put((byte) interlace).array());
  }

  static byte[] deflate(byte[] raw) {
    return deflate(raw, 9);
  }

  static byte[] deflate(byte[] raw, int level) {
    var deflater = new Deflater(level);
    deflater.setInput(raw);
    deflater.finish();
    var out = new ByteArrayOutputStream();
    var buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** The JPEG with a segment put after its start marker. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] body) {
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) marker, (byte) (body.length + 2 >> 8), (byte) (body.length + 2)});
    out.writeBytes(body);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /** An APP1 body that says nothing but the orientation. */
  static byte[] exif(int orientation, boolean little) {
    var buffer = ByteBuffer.allocate(6 + 8 + 2 + 12 + 4)
        .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    buffer.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
    buffer.put((byte) (little ? 'I' : 'M')).put((byte) (little ? 'I' : 'M'));
    buffer.putShort((short) 42).putInt(8).putShort((short) 1);
    buffer.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0).putInt(0);
    return buffer.array();
  }

  /** Where the marker FF {@code code} first stands. */
  static int find(byte[] bytes, int code) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xFF && (bytes[i + 1] & 0xFF) == code) {
        return i;
      }
    }
    throw new AssertionError("no marker " + Integer.toHexString(code));
  }

  static double meanDifference(RgbImage a, RgbImage b) {
    byte[] x = a.toBytes();
    byte[] y = b.toBytes();
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += Math.abs((x[i] & 0xFF) - (y[i] & 0xFF));
    }
    return sum / x.length;
  }

  static int largestDifference(RgbImage a, RgbImage b) {
    byte[] x = a.toBytes();
    byte[] y = b.toBytes();
    int largest = x.length == y.length ? 0 : 256;
    for (int i = 0; largest < 256 && i < x.length; i++) {
      largest = Math.max(largest, Math.abs((x[i] & 0xFF) - (y[i] & 0xFF)));
    }
    return largest;
  }
}

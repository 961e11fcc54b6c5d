package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;

/** Binary PGM (P5) and PPM (P6), 8 or 16 bits big-endian, after Netpbm's description; the first picture of the file counts. */
final class PnmReader {
  private final byte[] bytes;
  private final String name;
  private int at = 2;

  private PnmReader(byte[] bytes, String name) {
    this.bytes = bytes;
    this.name = name;
  }

  static RgbImage read(byte[] bytes, String name, ImageDecoder.Limits limits) {
    return new PnmReader(bytes, name).read(limits);
  }

  private RgbImage read(ImageDecoder.Limits limits) {
    boolean colour = bytes[1] == '6';
    int width = number("width");
    int height = number("height");
    int max = number("largest value");
    limits.checkSize(name, width, height);
    if (max < 1 || max > 65_535) {
      throw new FormatException(name + " declares " + max + " as its largest sample; expected 1 to 65535");
    }
    if (at >= bytes.length || !isSpace(bytes[at])) {
      throw new FormatException(name + " lacks the white space between its header and its samples at byte " + at);
    }
    at++;
    int sampleBytes = max < 256 ? 1 : 2;
    long needed = (long) width * height * (colour ? 3 : 1) * sampleBytes;
    if (bytes.length - at < needed) {
      throw new FormatException(name + " ends early: " + width + " x " + height + " needs " + needed + " bytes of samples, found "
          + (bytes.length - at));
    }
    limits.checkMemory(name, 3L * width * height);
    var rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; ) {
      byte sample = sample(max, sampleBytes);
      rgb[i++] = sample;
      rgb[i++] = colour ? sample(max, sampleBytes) : sample;
      rgb[i++] = colour ? sample(max, sampleBytes) : sample;
    }
    return RgbImage.owning(width, height, rgb);
  }

  private byte sample(int max, int sampleBytes) {
    int value = bytes[at++] & 0xFF;
    if (sampleBytes == 2) {
      value = value << 8 | bytes[at++] & 0xFF;
    }
    return (byte) (max == 255 ? value : (Math.min(value, max) * 255 + max / 2) / max);
  }

  private int number(String what) {
    while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] == '#')) {
      if (bytes[at] == '#') {
        while (at < bytes.length && bytes[at] != '\n' && bytes[at] != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
    int start = at;
    long value = 0;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && value <= Integer.MAX_VALUE) {
      value = 10 * value + bytes[at++] - '0';
    }
    if (at == start || value > Integer.MAX_VALUE) {
      throw new FormatException(name + " has no " + what + " at byte " + start + " of its header; expected a number below 2^31");
    }
    return (int) value;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b >= 9 && b <= 13;
  }
}

package dev.mien.models.image;

import dev.mien.engine.tensor.FormatException;
import java.io.ByteArrayOutputStream;

/**
 * What a walk over a JPEG's segments found, and the same picture without its remarks: only tables, frame, scans, and JFIF and
 * Adobe markers rebuilt by us. Damaged ICC profiles, thumbnails and comments therefore never reach a decoder.
 *
 * @param components 1, 3 or 4
 * @param colours how the samples are to be read
 * @param endsEarly the end marker is missing
 * @param everyComponentScanned every component has a scan that is followed by another segment
 * @param unusual why the JDK cannot decode it, null if it can
 * @param clean the stripped stream, always with an end marker
 */
record JpegFile(int width, int height, int components, Colours colours, boolean progressive, boolean endsEarly,
    boolean everyComponentScanned, String unusual, Orientation orientation, byte[] clean) {

  /** Sample interpretations; the ink ones say whether 255 means no ink (Adobe) or full ink. */
  enum Colours { GREY, YCBCR, RGB, CMYK, CMYK_INVERTED, YCCK_INVERTED }

  static JpegFile parse(byte[] bytes, String name, ImageDecoder.Limits limits) {
    return new Walk(bytes, name, limits).run();
  }

  private static final class Walk {
    /** TEM, a marker without body or meaning; also stands for the end of the bytes. */
    private static final int NOTHING = 0x01;
    private static final int SOF0 = 0xC0;
    private static final int SOF2 = 0xC2;
    private static final int DHT = 0xC4;
    private static final int DAC = 0xCC;
    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int DQT = 0xDB;
    private static final int DRI = 0xDD;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP14 = 0xEE;

    private final byte[] bytes;
    private final String name;
    private final ImageDecoder.Limits limits;
    private final ByteArrayOutputStream body;
    private int width;
    private int height;
    private int frame = -1;
    private int[] ids = {};
    private boolean jfif;
    private int adobeTransform = -1;
    private boolean huffmanTables;
    private int scans;
    private long scannedIds;
    private long scanBytes;
    private String unusual;
    private Orientation orientation = Orientation.UPRIGHT;

    Walk(byte[] bytes, String name, ImageDecoder.Limits limits) {
      this.bytes = bytes;
      this.name = name;
      this.limits = limits;
      this.body = new ByteArrayOutputStream(bytes.length + 64);
    }

    JpegFile run() {
      int at = 2;
      boolean ended = false;
      while (!ended && at < bytes.length) {
        if (frame == SOF2 && scans > 0) {
          at = skipDamage(at);
        }
        int marker = marker(at);
        at = afterMarker(at);
        if (marker == EOI) {
          ended = true;
        } else if (marker == SOI) {
          throw new FormatException(
              name + " has a second start-of-image marker at byte " + (at - 2) + "; expected one picture");
        } else if (!(marker == NOTHING || marker >= 0xD0 && marker <= 0xD7)) {
          if (frame == SOF2 && scans > 0 && !fits(at)) {
            break;
          }
          int end = at + segmentLength(marker, at);
          at = marker == SOS ? scan(at, end) : segment(marker, at, end);
        }
      }
      return result(ended);
    }

    /** Between progressive scans a decoder finds its way again at the next marker: a lost scan costs sharpness only. */
    private int skipDamage(int at) {
      int next = at;
      while (next < bytes.length && !(bytes[next] == (byte) 0xFF && endsScan(next))) {
        next++;
      }
      return bytes[at] == (byte) 0xFF ? at : next;
    }

    private int marker(int at) {
      if (at >= bytes.length) {
        return NOTHING;
      }
      if ((bytes[at] & 0xFF) != 0xFF) {
        throw new FormatException(String.format(
            "%s has byte %02X at %d where a JPEG segment must begin; expected FF. The file is damaged", name, bytes[at], at));
      }
      int code = afterMarker(at) - 1;
      return code < bytes.length ? bytes[code] & 0xFF : NOTHING;
    }

    /** Any number of FF may precede the code. */
    private int afterMarker(int at) {
      int i = at + 1;
      while (i < bytes.length && bytes[i] == (byte) 0xFF) {
        i++;
      }
      return i + 1;
    }

    private boolean fits(int at) {
      return at + 2 <= bytes.length && u16(at) >= 2 && u16(at) <= bytes.length - at;
    }

    private int segmentLength(int marker, int at) {
      int length = at + 2 <= bytes.length ? u16(at) : 0;
      if (!fits(at)) {
        throw new FormatException(String.format(
            "%s: JPEG segment %02X at byte %d declares %d bytes, but %d are left; expected 2 to that",
            name, marker, at, length, Math.max(0, bytes.length - at)));
      }
      return length;
    }

    private int segment(int marker, int at, int end) {
      if (marker >= SOF0 && marker <= 0xCF && marker != DHT && marker != DAC && marker != 0xC8) {
        frame(marker, at, end);
        copy(marker, at, end);
      } else if (marker == DHT || marker == DQT || marker == DRI || marker == DAC) {
        huffmanTables |= marker == DHT;
        copy(marker, at, end);
      } else if (marker == APP0 && hasText(at + 2, end, "JFIF")) {
        jfif = true;
      } else if (marker == APP14 && end - at >= 14 && hasText(at + 2, end, "Adobe")) {
        adobeTransform = bytes[at + 13] & 0xFF;
      } else if (marker == APP1 && hasText(at + 2, end, "Exif\0") && orientation == Orientation.UPRIGHT) {
        orientation = Orientation.fromExif(bytes, at + 8, end);
      }
      return end;
    }

    private void frame(int marker, int at, int end) {
      if (frame >= 0) {
        throw new FormatException(name + " has a second frame header at byte " + at + "; expected one picture in a JPEG");
      }
      int count = end - at >= 8 ? bytes[at + 7] & 0xFF : 0;
      if (count < 1 || end - at < 8 + 3 * count) {
        throw new FormatException(name + " has a frame header of " + (end - at) + " bytes for " + count
            + " components; expected 8 bytes and 3 for each component");
      }
      frame = marker;
      height = u16(at + 3);
      width = u16(at + 5);
      limits.checkSize(name, width, height);
      if (count != 1 && count != 3 && count != 4) {
        throw new FormatException(name + " has " + count + " colour components; expected 1, 3 or 4");
      }
      ids = new int[count];
      for (int i = 0; i < count; i++) {
        ids[i] = bytes[at + 8 + 3 * i] & 0xFF;
      }
      int bits = bytes[at + 2] & 0xFF;
      if (marker > SOF2) {
        unusual = "uses JPEG process SOF" + (marker - SOF0) + " (lossless, hierarchical or arithmetic)";
      } else if (bits != 8) {
        unusual = "has " + bits + " bits a sample";
      }
    }

    private int scan(int at, int end) {
      if (frame < 0) {
        throw new FormatException(name + " has a scan at byte " + at + " before any frame header; the file is damaged");
      }
      if (++scans > limits.scans()) {
        throw new FormatException(name + " has more than " + limits.scans() + " scans; that is the limit for a JPEG");
      }
      if (scans == 1 && !huffmanTables && frame < SOF2) {
        body.writeBytes(StandardHuffmanTables.segment());
      }
      copy(SOS, at, end);
      int next = end;
      while (next < bytes.length && !(bytes[next] == (byte) 0xFF && endsScan(next))) {
        next++;
      }
      body.write(bytes, end, next - end);
      scanBytes += next - end;
      if (next < bytes.length) {
        rememberComponents(at, end);
      }
      return next;
    }

    private boolean endsScan(int at) {
      int code = at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0;
      return code != 0 && code != 0xFF && !(code >= 0xD0 && code <= 0xD7);
    }

    private void rememberComponents(int at, int end) {
      int count = end - at > 2 ? bytes[at + 2] & 0xFF : 0;
      for (int i = 0; i < count && at + 3 + 2 * i < end; i++) {
        for (int k = 0; k < ids.length; k++) {
          if (ids[k] == (bytes[at + 3 + 2 * i] & 0xFF)) {
            scannedIds |= 1L << k;
          }
        }
      }
    }

    private JpegFile result(boolean ended) {
      if (frame < 0 || scans == 0) {
        throw new FormatException(name + " has no " + (frame < 0 ? "frame header" : "scan") + "; expected a whole JPEG picture");
      }
      checkScanBytes();
      var clean = new ByteArrayOutputStream(body.size() + 48);
      clean.writeBytes(new byte[] {(byte) 0xFF, (byte) SOI});
      if (jfif && ids.length != 4) {
        clean.writeBytes(new byte[] {(byte) 0xFF, (byte) APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0});
      }
      if (adobeTransform >= 0) {
        clean.writeBytes(new byte[] {
            (byte) 0xFF, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) adobeTransform});
      }
      clean.writeBytes(body.toByteArray());
      clean.writeBytes(new byte[] {(byte) 0xFF, (byte) EOI});
      boolean all = scannedIds == (1L << ids.length) - 1;
      return new JpegFile(width, height, ids.length, colours(), frame == SOF2, !ended, all, unusual, orientation,
          clean.toByteArray());
    }

    /** Every block takes at least one bit, so scans too short for the declared size are refused before a decoder allocates. */
    private void checkScanBytes() {
      long needed = (long) (width / 8) * (height / 8) / 8;
      if (unusual == null && scanBytes < needed) {
        throw new FormatException(name + " declares " + width + " x " + height + " pixels but its scans hold only " + scanBytes
            + " bytes; expected at least " + needed + ". It ends early or is damaged");
      }
    }

    /** The rules of libjpeg's {@code default_decompress_parms}; inverted inks follow the Adobe marker. */
    private Colours colours() {
      boolean adobe = adobeTransform >= 0;
      if (ids.length == 1) {
        return Colours.GREY;
      }
      if (ids.length == 4) {
        if (adobeTransform == 2) {
          return Colours.YCCK_INVERTED;
        }
        return adobe ? Colours.CMYK_INVERTED : Colours.CMYK;
      }
      boolean named = ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B';
      return !jfif && (adobe ? adobeTransform == 0 : named) ? Colours.RGB : Colours.YCBCR;
    }

    private void copy(int marker, int at, int end) {
      body.write(0xFF);
      body.write(marker);
      body.write(bytes, at, end - at);
    }

    private boolean hasText(int at, int end, String text) {
      for (int i = 0; i < text.length(); i++) {
        if (at + i >= end || bytes[at + i] != text.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private int u16(int at) {
      return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
  }
}

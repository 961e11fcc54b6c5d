package dev.mien.models.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.mien.engine.tensor.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What a walk over a PNG's chunks found, every checksum verified, and the same picture without its remarks: only IHDR, PLTE,
 * tRNS, IDAT and IEND, so that text or profiles that inflate without bound never reach a decoder.
 *
 * @param bytesPerPixel what the decoder holds for a pixel
 */
record PngFile(int width, int height, int bytesPerPixel, Orientation orientation, byte[] clean) {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  static PngFile parse(byte[] bytes, String name, ImageDecoder.Limits limits) {
    return new Walk(bytes, name, limits).run();
  }

  private static final class Walk {
    /** Of deflate: 258 bytes from 2 bits. */
    private static final int LARGEST_INFLATION = 1032;

    private final byte[] bytes;
    private final String name;
    private final ImageDecoder.Limits limits;
    private final ByteBuffer in;
    private final ByteArrayOutputStream clean;
    private int width;
    private int height;
    private int colourType = -1;
    private int bits;
    private boolean palette;
    private boolean data;
    private long dataBytes;
    private Orientation orientation = Orientation.UPRIGHT;

    Walk(byte[] bytes, String name, ImageDecoder.Limits limits) {
      this.bytes = bytes;
      this.name = name;
      this.limits = limits;
      this.in = ByteBuffer.wrap(bytes);
      this.clean = new ByteArrayOutputStream(bytes.length);
    }

    PngFile run() {
      for (int i = 0; i < SIGNATURE.length; i++) {
        if (i >= bytes.length || bytes[i] != SIGNATURE[i]) {
          throw new FormatException(name + " has a damaged PNG signature at byte " + i + "; was it copied as text?");
        }
      }
      clean.writeBytes(SIGNATURE);
      int at = SIGNATURE.length;
      boolean ended = false;
      while (!ended) {
        int end = checkedChunk(at);
        String type = new String(bytes, at + 4, 4, ISO_8859_1);
        take(type, at, end);
        ended = type.equals("IEND");
        at = end;
      }
      if (!data || colourType == 3 && !palette) {
        throw new FormatException(name + " has no " + (data ? "palette (PLTE)" : "image data (IDAT)") + "; expected a whole PNG");
      }
      int channels = new int[] {2, 0, 4, 1, 2, 0, 4}[colourType];
      checkDataBytes();
      return new PngFile(width, height, channels * (bits == 16 ? 2 : 1), orientation, clean.toByteArray());
    }

    /** Length, type, body and checksum of the chunk at {@code at} lie inside the file and agree; returns where it ends. */
    private int checkedChunk(int at) {
      if (bytes.length - at < 12) {
        throw new FormatException(name + " ends at byte " + bytes.length + " before its end chunk; expected a whole PNG");
      }
      int length = in.getInt(at);
      if (length < 0 || length > bytes.length - at - 12) {
        throw new FormatException(name + ": the PNG chunk at byte " + at + " declares " + (length & 0xFFFFFFFFL) + " bytes, but "
            + (bytes.length - at - 12) + " are left; the file is cut off or damaged");
      }
      var crc = new CRC32();
      crc.update(bytes, at + 4, length + 4);
      if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
        throw new FormatException(String.format(
            "%s: the PNG chunk at byte %d has checksum %08X, its bytes give %08X; the file is damaged",
            name, at, in.getInt(at + 8 + length), crc.getValue()));
      }
      if (colourType < 0 && in.getInt(at + 4) != 0x49484452) {
        throw new FormatException(name + " does not begin with an IHDR chunk; expected a PNG");
      }
      return at + 12 + length;
    }

    private void take(String type, int at, int end) {
      switch (type) {
        case "IHDR" -> header(at + 8, end - at - 12);
        case "PLTE" -> {
          int length = end - at - 12;
          if (palette || data || length % 3 != 0 || length == 0 || length > 768 || colourType == 0 || colourType == 4) {
            throw new FormatException(name + " has a PLTE chunk of " + length + " bytes that does not belong at byte " + at
                + "; expected one of 3 to 768 bytes before the image data of a colour picture");
          }
          palette = true;
        }
        case "IDAT" -> {
          data = true;
          dataBytes += end - at - 12;
        }
        case "eXIf" -> orientation = Orientation.fromExif(bytes, at + 8, end - 4);
        default -> { }
      }
      boolean keep = switch (type) {
        case "IHDR", "IDAT", "IEND" -> true;
        case "PLTE" -> colourType == 3;
        case "tRNS" -> !data && transparencyFits(end - at - 12);
        default -> false;
      };
      if (keep) {
        clean.write(bytes, at, end - at);
      } else if (Character.isUpperCase(type.charAt(0)) && !type.equals("PLTE")) {
        throw new FormatException(name + " has a critical chunk " + type.replaceAll("[^A-Za-z]", "?") + " at byte " + at
            + " that PNG does not know; the file is damaged");
      }
    }

    /** Data too short for the declared size are refused before a decoder allocates for it. */
    private void checkDataBytes() {
      int samples = new int[] {1, 0, 3, 1, 2, 0, 4}[colourType];
      long needed = (long) width * height * samples * bits / 8 / LARGEST_INFLATION;
      if (dataBytes < needed) {
        throw new FormatException(name + " declares " + width + " x " + height + " pixels but holds only " + dataBytes
            + " bytes of compressed data; they cannot inflate to more than " + LARGEST_INFLATION + " times that");
      }
    }

    private boolean transparencyFits(int length) {
      return switch (colourType) {
        case 0 -> length == 2;
        case 2 -> length == 6;
        case 3 -> palette && length <= 256;
        default -> false;
      };
    }

    private void header(int at, int length) {
      if (colourType >= 0 || length != 13) {
        throw new FormatException(name + " has an IHDR chunk of " + length + " bytes at " + at + "; expected one, of 13");
      }
      limits.checkSize(name, in.getInt(at) & 0xFFFFFFFFL, in.getInt(at + 4) & 0xFFFFFFFFL);
      width = in.getInt(at);
      height = in.getInt(at + 4);
      bits = bytes[at + 8];
      colourType = bytes[at + 9] & 0xFF;
      boolean known = switch (colourType) {
        case 0 -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
        case 3 -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
        case 2, 4, 6 -> bits == 8 || bits == 16;
        default -> false;
      };
      if (!known || bytes[at + 10] != 0 || bytes[at + 11] != 0 || bytes[at + 12] < 0 || bytes[at + 12] > 1) {
        throw new FormatException(name + " is a PNG of colour type " + colourType + " with " + bits + " bits, compression "
            + bytes[at + 10] + ", filter " + bytes[at + 11] + ", interlace " + bytes[at + 12] + "; no such PNG exists");
      }
    }
  }
}

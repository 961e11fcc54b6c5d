package dev.mien.models.image;

import static dev.mien.models.image.TestImages.PNG_SIGNATURE;
import static dev.mien.models.image.TestImages.chunk;
import static dev.mien.models.image.TestImages.concat;
import static dev.mien.models.image.TestImages.deflate;
import static dev.mien.models.image.TestImages.find;
import static dev.mien.models.image.TestImages.ihdr;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files that must be refused, by category, made from good ones. */
final class BrokenFiles {
  private static final byte[] JPEG = TestImages.jpeg(TestImages.picture(96, 80), false);
  private static final byte[] PROGRESSIVE = TestImages.jpeg(TestImages.picture(96, 80), true);
  private static final byte[] PNG = TestImages.png(TestImages.picture(96, 80).toBufferedImage());

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private BrokenFiles() {}

  /** Names are {@code category/detail}; twelve categories. */
  static Map<String, byte[]> all() {
    var broken = new BrokenFiles();
    broken.notImages();
    broken.cutOff();
    broken.segments();
    broken.structure();
    broken.tables();
    broken.sizes();
    broken.pngChunks();
    broken.pngHeaders();
    broken.pngData();
    broken.pnm();
    return broken.files;
  }

  /** Small files that ask for a lot: memory, scans, inflation. */
  static Map<String, byte[]> bombs() {
    var broken = new BrokenFiles();
    broken.put("bomb/png 20000x20000", png(ihdr(20_000, 20_000, 8, 2, 0), chunk("IDAT", deflate(new byte[60_001])),
        chunk("IEND")));
    broken.put("bomb/png 2^31", png(ihdr(-1, -1, 16, 6, 1), chunk("IEND")));
    broken.put("bomb/png 16384x16384 1 bit", png(ihdr(16_384, 16_384, 1, 0, 0), chunk("IEND")));
    broken.put("bomb/png 40 MP of 16-bit alpha", png(ihdr(8_000, 5_000, 16, 6, 0), chunk("IDAT", deflate(new byte[99])),
        chunk("IEND")));
    broken.put("bomb/jpeg 65535x65535", patched(JPEG, find(JPEG, 0xC0) + 5, -1, -1, -1, -1));
    broken.put("bomb/progressive jpeg 65535x16", patched(PROGRESSIVE, find(PROGRESSIVE, 0xC2) + 5, 0, 16, -1, -1));
    broken.put("bomb/thousand scans", scans(1_000));
    broken.put("bomb/101 scans", scans(101));
    broken.put("bomb/ppm 2^31", text("P6 2147483647 2147483647 255 x"));
    broken.put("bomb/pgm 16384x16384", text("P5 16384 16384 255 x"));
    return broken.files;
  }

  private void notImages() {
    put("no image/empty", new byte[0]);
    put("no image/one byte", new byte[] {(byte) 0xFF});
    put("no image/text", text("hello, world"));
    put("no image/gif", text("GIF89a\1\0\1\0"));
    put("no image/bmp", text("BM\0\0\0\0"));
    put("no image/webp", text("RIFF\0\0\0\0WEBPVP8 "));
    put("no image/zeros", new byte[4096]);
  }

  private void cutOff() {
    for (int percent : new int[] {1, 10, 50, 80}) {
      put("cut-off jpeg/" + percent + " %", Arrays.copyOf(JPEG, JPEG.length * percent / 100));
      put("cut-off png/" + percent + " %", Arrays.copyOf(PNG, PNG.length * percent / 100));
    }
    put("cut-off jpeg/start marker only", Arrays.copyOf(JPEG, 2));
    put("cut-off jpeg/in the scan header", Arrays.copyOf(JPEG, find(JPEG, 0xDA) + 5));
    put("cut-off jpeg/progressive in its first scan", Arrays.copyOf(PROGRESSIVE, find(PROGRESSIVE, 0xDA) + 30));
    put("cut-off png/no end chunk", Arrays.copyOf(PNG, PNG.length - 12));
    put("cut-off png/signature only", PNG_SIGNATURE);
  }

  private void segments() {
    int tables = find(JPEG, 0xDB);
    put("jpeg segment/length 0", patched(JPEG, tables + 2, 0, 0));
    put("jpeg segment/length 1", patched(JPEG, tables + 2, 0, 1));
    put("jpeg segment/length past the end", patched(JPEG, tables + 2, 0xFF, 0xFF));
    put("jpeg segment/length 1 too long", patched(JPEG, tables + 2, 0, JPEG[tables + 3] + 1));
    put("jpeg segment/garbage before the frame", concat(Arrays.copyOf(JPEG, tables), new byte[9],
        Arrays.copyOfRange(JPEG, tables, 999)));
    put("jpeg segment/no marker", patched(JPEG, tables, 0));
  }

  private void structure() {
    put("jpeg structure/no frame", without(JPEG, 0xC0));
    put("jpeg structure/no scan", concat(Arrays.copyOf(JPEG, find(JPEG, 0xDA)), new byte[] {-1, (byte) 0xD9}));
    put("jpeg structure/two frames", doubled(JPEG, 0xC0));
    put("jpeg structure/second start", concat(Arrays.copyOf(JPEG, 2), JPEG));
    put("jpeg structure/start and end", new byte[] {-1, (byte) 0xD8, -1, (byte) 0xD9});
    put("jpeg structure/arithmetic coding", patched(JPEG, find(JPEG, 0xC0) + 1, 0xC9));
    put("jpeg structure/hierarchical", patched(JPEG, find(JPEG, 0xC0) + 1, 0xC5));
  }

  private void tables() {
    put("jpeg tables/no quantisation", without(without(JPEG, 0xDB), 0xDB));
    put("jpeg tables/quantisation number 9", patched(JPEG, find(JPEG, 0xDB) + 4, 9));
    put("jpeg tables/huffman number 9", patched(JPEG, find(JPEG, 0xC4) + 4, 9));
    put("jpeg tables/huffman counts", patched(JPEG, find(JPEG, 0xC4) + 5, -1, -1, -1, -1));
    put("jpeg tables/scan names another component", patched(JPEG, find(JPEG, 0xDA) + 5, 77));
    put("jpeg tables/sampling factor 9", patched(JPEG, find(JPEG, 0xC0) + 11, 0x99));
  }

  private void sizes() {
    int frame = find(JPEG, 0xC0);
    put("size/jpeg of no rows", patched(JPEG, frame + 5, 0, 0));
    put("size/jpeg of no columns", patched(JPEG, frame + 7, 0, 0));
    put("size/jpeg with more rows than data", patched(JPEG, frame + 5, 0x10, 0));
    put("size/jpeg of 2 components", patched(JPEG, frame + 9, 2));
    put("size/jpeg of 12 bits", patched(JPEG, frame + 4, 12));
    put("size/png of no rows", png(ihdr(5, 0, 8, 2, 0), chunk("IDAT", deflate(new byte[9])), chunk("IEND")));
  }

  private void pngChunks() {
    put("png chunk/checksum", patched(PNG, 60, PNG[60] ^ 1));
    put("png chunk/checksum of IHDR", patched(PNG, 30, 0));
    put("png chunk/negative length", patched(PNG, 33, -1, -1, -1, -1));
    put("png chunk/length past the end", patched(PNG, 33, 0, 15, 0, 0));
    put("png chunk/no IHDR", concat(PNG_SIGNATURE, Arrays.copyOfRange(PNG, 33, PNG.length)));
    put("png chunk/two IHDR", concat(Arrays.copyOf(PNG, 33), Arrays.copyOfRange(PNG, 8, PNG.length)));
    put("png chunk/no IDAT", png(ihdr(4, 4, 8, 2, 0), chunk("IEND")));
    put("png chunk/no PLTE", png(ihdr(4, 4, 8, 3, 0), chunk("IDAT", deflate(new byte[20])), chunk("IEND")));
    put("png chunk/unknown critical", concat(Arrays.copyOf(PNG, 33), chunk("ABCD"), Arrays.copyOfRange(PNG, 33, PNG.length)));
  }

  private void pngHeaders() {
    int[][] depthAndType = {{3, 0}, {16, 3}, {4, 2}, {8, 1}, {8, 5}, {8, 7}, {0, 0}, {32, 2}};
    for (int[] header : depthAndType) {
      put("png header/" + header[0] + " bits of type " + header[1],
          png(ihdr(4, 4, header[0], header[1], 0), chunk("IDAT", deflate(new byte[200])), chunk("IEND")));
    }
    put("png header/interlace 2", png(ihdr(4, 4, 8, 2, 2), chunk("IDAT", deflate(new byte[200])), chunk("IEND")));
    put("png header/short", png(chunk("IHDR", new byte[12]), chunk("IEND")));
  }

  private void pngData() {
    put("png data/too few bytes", png(ihdr(4000, 4000, 8, 2, 0), chunk("IDAT", deflate(new byte[500])), chunk("IEND")));
    put("png data/too few rows", png(ihdr(40, 40, 8, 2, 0), chunk("IDAT", deflate(new byte[500])), chunk("IEND")));
    put("png data/not deflated", png(ihdr(40, 40, 8, 2, 0), chunk("IDAT", new byte[5000]), chunk("IEND")));
    put("png data/empty", png(ihdr(40, 40, 8, 2, 0), chunk("IDAT"), chunk("IEND")));
    var filters = new byte[40 * 121];
    Arrays.fill(filters, (byte) 77);
    put("png data/filter 77", png(ihdr(40, 40, 8, 2, 0), chunk("IDAT", deflate(filters)), chunk("IEND")));
    byte[] data = deflate(TestImages.picture(40, 40).toBytes());
    data[data.length / 2] ^= 0x55;
    put("png data/damaged inside", png(ihdr(40, 200, 8, 2, 0), chunk("IDAT", data), chunk("IEND")));
  }

  private void pnm() {
    for (String header : new String[] {
        "P6", "P6 4 4", "P6 4 4 255 short", "P5 0 4 255 ", "P5 4 4 0 0123456789abcdef", "P6 4 4 99999 x", "P4 4 4 x",
            "P2 1 1 255 7"}) {
      put("pnm/" + header, text(header));
    }
  }

  private void put(String name, byte[] bytes) {
    files.put(name, bytes);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] png(byte[]... chunks) {
    return concat(PNG_SIGNATURE, concat(chunks));
  }

  private static byte[] patched(byte[] file, int at, int... values) {
    byte[] result = file.clone();
    for (int i = 0; i < values.length; i++) {
      result[at + i] = (byte) values[i];
    }
    return result;
  }

  private static byte[] without(byte[] jpeg, int marker) {
    int at = find(jpeg, marker);
    int length = (jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF;
    return concat(Arrays.copyOf(jpeg, at), Arrays.copyOfRange(jpeg, at + 2 + length, jpeg.length));
  }

  private static byte[] doubled(byte[] jpeg, int marker) {
    int at = find(jpeg, marker);
    int length = (jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF;
    return concat(Arrays.copyOf(jpeg, at + 2 + length), Arrays.copyOfRange(jpeg, at, jpeg.length));
  }

  /** The progressive file with its last scan again and again. */
  private static byte[] scans(int count) {
    int last = 0;
    for (int i = 0; i + 1 < PROGRESSIVE.length; i++) {
      last = PROGRESSIVE[i] == (byte) 0xFF && PROGRESSIVE[i + 1] == (byte) 0xDA ? i : last;
    }
    byte[] scan = Arrays.copyOfRange(PROGRESSIVE, last, PROGRESSIVE.length - 2);
    var parts = new byte[count + 2][];
    Arrays.fill(parts, scan);
    parts[0] = Arrays.copyOf(PROGRESSIVE, last);
    parts[count + 1] = new byte[] {(byte) 0xFF, (byte) 0xD9};
    return concat(parts);
  }
}

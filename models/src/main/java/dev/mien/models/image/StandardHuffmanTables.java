package dev.mien.models.image;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** The tables of ITU-T T.81 annex K.3, which Motion-JPEG frames leave out. */
final class StandardHuffmanTables {
  private static final int[] DC_LUMA_COUNTS = {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
  private static final int[] DC_CHROMA_COUNTS = {0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
  private static final String DC_VALUES = "000102030405060708090a0b";
  private static final int[] AC_LUMA_COUNTS = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d};
  private static final String AC_LUMA_VALUES =
      "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
          + "434445464748494a535455565758595a636465666768696a737475767778797a"
          + "838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aa"
          + "b2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa";
  private static final int[] AC_CHROMA_COUNTS = {0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77};
  private static final String AC_CHROMA_VALUES =
      "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a"
          + "434445464748494a535455565758595a636465666768696a737475767778797a"
          + "82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aa"
          + "b2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa";

  private StandardHuffmanTables() {}

  /** One DHT segment with its marker: DC 0, AC 0, DC 1, AC 1. */
  static byte[] segment() {
    var body = new ByteArrayOutputStream();
    table(body, 0x00, DC_LUMA_COUNTS, DC_VALUES);
    table(body, 0x10, AC_LUMA_COUNTS, AC_LUMA_VALUES);
    table(body, 0x01, DC_CHROMA_COUNTS, DC_VALUES);
    table(body, 0x11, AC_CHROMA_COUNTS, AC_CHROMA_VALUES);
    var segment = new ByteArrayOutputStream();
    int length = body.size() + 2;
    segment.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xC4, (byte) (length >> 8), (byte) length});
    segment.writeBytes(body.toByteArray());
    return segment.toByteArray();
  }

  private static void table(ByteArrayOutputStream out, int id, int[] counts, String values) {
    out.write(id);
    for (int count : counts) {
      out.write(count);
    }
    out.writeBytes(HexFormat.of().parseHex(values));
  }
}

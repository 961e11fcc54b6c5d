package dev.mien.training.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip archives byte by byte, so that any field can lie. */
final class ZipForge {
  private final ByteArrayOutputStream local = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int count;

  /** What one entry says about itself; null or -1 means the truth. */
  static final class Entry {
    String name = "images/a.jpg";
    byte[] packed;
    int method;
    int flags = 0x800;
    long size;
    long packedSize;
    long crc;
    long offset = -1;
    int externalAttributes;

    static Entry stored(String name, byte[] bytes) {
      var entry = new Entry();
      entry.name = name;
      entry.packed = bytes;
      entry.size = bytes.length;
      entry.packedSize = bytes.length;
      entry.crc = crc(bytes);
      return entry;
    }

    static Entry deflated(String name, byte[] bytes) {
      var deflater = new Deflater(9, true);
      deflater.setInput(bytes);
      deflater.finish();
      var out = new ByteArrayOutputStream();
      var buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      deflater.end();
      var entry = stored(name, out.toByteArray());
      entry.method = 8;
      entry.size = bytes.length;
      entry.crc = crc(bytes);
      return entry;
    }

    private static long crc(byte[] bytes) {
      var crc = new CRC32();
      crc.update(bytes);
      return crc.getValue();
    }
  }

  ZipForge add(Entry e) {
    var name = e.name.getBytes(StandardCharsets.UTF_8);
    long offset = e.offset >= 0 ? e.offset : local.size();
    if (e.offset < 0) {
      var head = little(30).putInt(0x04034b50).putShort((short) 20).putShort((short) e.flags).putShort((short) e.method).putInt(0)
          .putInt((int) e.crc).putInt((int) e.packedSize).putInt((int) e.size).putShort((short) name.length).putShort((short) 0);
      local.writeBytes(head.array());
      local.writeBytes(name);
      local.writeBytes(e.packed);
    }
    var head = little(46).putInt(0x02014b50).putShort((short) (3 << 8 | 20)).putShort((short) 20).putShort((short) e.flags)
        .putShort((short) e.method).putInt(0).putInt((int) e.crc).putInt((int) e.packedSize).putInt((int) e.size)
        .putShort((short) name.length).putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort((short) 0)
        .putInt(e.externalAttributes).putInt((int) offset);
    directory.writeBytes(head.array());
    directory.writeBytes(name);
    count++;
    return this;
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(local.toByteArray());
    out.writeBytes(directory.toByteArray());
    out.writeBytes(little(22).putInt(0x06054b50).putInt(0).putShort((short) count).putShort((short) count)
        .putInt(directory.size())
        .putInt(local.size()).putShort((short) 0).array());
    return out.toByteArray();
  }

  static byte[] of(Entry... entries) {
    var forge = new ZipForge();
    List.of(entries).forEach(forge::add);
    return forge.bytes();
  }

  /** Many entries that all point at the same packed data, as in overlapping zip bombs. */
  static byte[] overlapping(Entry first, int more) {
    var forge = new ZipForge().add(first);
    for (var e : copies(first, more)) {
      forge.add(e);
    }
    return forge.bytes();
  }

  private static List<Entry> copies(Entry first, int more) {
    var list = new ArrayList<Entry>();
    for (int i = 0; i < more; i++) {
      var e = new Entry();
      e.name = "copy" + i + ".jpg";
      e.packed = first.packed;
      e.method = first.method;
      e.size = first.size;
      e.packedSize = first.packedSize;
      e.crc = first.crc;
      e.offset = 0;
      list.add(e);
    }
    return list;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

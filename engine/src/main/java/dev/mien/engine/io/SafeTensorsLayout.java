package dev.mien.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where each tensor of a file to be written lies. */
final class SafeTensorsLayout {
  private final List<SafeTensorsPart> parts;
  private final List<SafeTensorsPart> byOffset;
  private final Map<String, Long> begins = new HashMap<>();

  SafeTensorsLayout(List<SafeTensorsPart> parts) {
    this.parts = parts;
    this.byOffset = new ArrayList<>(parts);
    byOffset.sort(Comparator.comparingInt(p -> -p.dtype().sizeBytes));
    long at = 0;
    for (var p : byOffset) {
      if (p.name().equals(SafeTensorsHeader.METADATA)) {
        throw new IllegalArgumentException("[safetensors] no tensor may be named " + SafeTensorsHeader.METADATA);
      }
      if (p.shape().rank() > SafeTensorsHeader.MAX_RANK || parts.size() > SafeTensorsHeader.MAX_TENSORS) {
        throw new IllegalArgumentException("[safetensors] " + p.name() + " " + p.shape() + ", one of " + parts.size() + " tensors: ranks to "
            + SafeTensorsHeader.MAX_RANK + " and " + SafeTensorsHeader.MAX_TENSORS + " tensors can be written");
      }
      if (begins.put(p.name(), at) != null) {
        throw new IllegalArgumentException("[safetensors] two tensors are named " + p.name());
      }
      at += p.sizeBytes();
    }
  }

  /** Takes bytes of the named tensor, in the order of the file. */
  @FunctionalInterface
  interface Sink {
    void accept(String name, byte[] data, int length) throws IOException;
  }

  void payload(Sink sink) throws IOException {
    for (var p : byOffset) {
      TensorBytes.write(p.data(), (data, length) -> sink.accept(p.name(), data, length));
    }
  }

  /** Length field and JSON, filled up with spaces so that the data starts at a multiple of 8. */
  byte[] header(Map<String, String> metadata) {
    var json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      json.append('"').append(SafeTensorsHeader.METADATA).append("\":{");
      for (var e : metadata.entrySet()) {
        StrictJson.quote(e.getKey(), json);
        StrictJson.quote(e.getValue(), json.append(':'));
        json.append(',');
      }
      json.setCharAt(json.length() - 1, '}');
      json.append(',');
    }
    for (var p : parts) {
      long begin = begins.get(p.name());
      StrictJson.quote(p.name(), json);
      json.append(":{\"dtype\":\"").append(p.dtype()).append("\",\"shape\":").append(p.shape().toString().replace(" ", ""))
          .append(",\"data_offsets\":[").append(begin).append(',').append(begin + p.sizeBytes()).append("]},");
    }
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    byte[] utf8 = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    int padded = (utf8.length + 7) / 8 * 8;
    if (padded > SafeTensors.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException("[safetensors] the header needs " + padded + " bytes, the format allows "
          + SafeTensors.MAX_HEADER_BYTES);
    }
    var bytes = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(utf8);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.array();
  }
}

package dev.mien.engine.io;

import dev.mien.engine.tensor.HostTensor;
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
  private final Map<String, HostTensor> tensors;
  private final List<Map.Entry<String, HostTensor>> byOffset;
  private final Map<String, Long> begins = new HashMap<>();

  SafeTensorsLayout(Map<String, HostTensor> tensors) {
    this.tensors = tensors;
    this.byOffset = new ArrayList<>(tensors.entrySet());
    byOffset.sort(Comparator.comparingInt(e -> -Dtype.of(e.getValue()).sizeBytes));
    long at = 0;
    for (var e : byOffset) {
      if (e.getKey().equals(SafeTensorsHeader.METADATA)) {
        throw new IllegalArgumentException("[safetensors] no tensor may be named " + SafeTensorsHeader.METADATA);
      }
      if (e.getValue().shape().rank() > SafeTensorsHeader.MAX_RANK || tensors.size() > SafeTensorsHeader.MAX_TENSORS) {
        throw new IllegalArgumentException("[safetensors] " + e.getKey() + " " + e.getValue().shape() + ", one of "
            + tensors.size() + " tensors: ranks to " + SafeTensorsHeader.MAX_RANK + " and " + SafeTensorsHeader.MAX_TENSORS
            + " tensors can be written");
      }
      begins.put(e.getKey(), at);
      at += TensorBytes.sizeBytes(e.getValue());
    }
  }

  /** Takes bytes of the named tensor, in the order of the file. */
  @FunctionalInterface
  interface Sink {
    void accept(String name, byte[] data, int length) throws IOException;
  }

  void payload(Sink sink) throws IOException {
    for (var e : byOffset) {
      TensorBytes.write(e.getValue(), (data, length) -> sink.accept(e.getKey(), data, length));
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
    for (var e : tensors.entrySet()) {
      long begin = begins.get(e.getKey());
      StrictJson.quote(e.getKey(), json);
      json.append(":{\"dtype\":\"").append(Dtype.of(e.getValue())).append("\",\"shape\":")
          .append(e.getValue().shape().toString().replace(" ", "")).append(",\"data_offsets\":[").append(begin).append(',')
          .append(begin + TensorBytes.sizeBytes(e.getValue())).append("]},");
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

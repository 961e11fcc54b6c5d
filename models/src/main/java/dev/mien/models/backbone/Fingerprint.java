package dev.mien.models.backbone;

import dev.mien.engine.tensor.StateMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/** What tells two models apart: 16 hexadecimal digits of the SHA-256 over what they are built as and their weights. */
public final class Fingerprint {
  private static final int CHUNK = 1 << 16;

  private Fingerprint() {}

  /**
   * @param contract architecture and contract as text
   * @param tensors weights and running statistics, in any order
   */
  public static String of(String contract, StateMap tensors) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    digest.update(contract.getBytes(StandardCharsets.UTF_8));
    new TreeMap<>(tensors.tensors()).forEach((name, tensor) -> {
      digest.update((name + tensor.shape()).getBytes(StandardCharsets.UTF_8));
      float[] values = tensor.floats();
      var bytes = ByteBuffer.allocate(4 * Math.min(values.length, CHUNK)).order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < values.length; from += CHUNK) {
        int n = Math.min(CHUNK, values.length - from);
        bytes.clear().asFloatBuffer().put(values, from, n);
        digest.update(bytes.array(), 0, 4 * n);
      }
    });
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }
}

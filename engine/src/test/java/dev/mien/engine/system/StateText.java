package dev.mien.engine.system;

import dev.mien.engine.tensor.StateMap;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A state as text and as one hash, whatever the width of its reals. */
final class StateText {
  private StateText() {}

  static String of(StateMap state) {
    var text = new StringBuilder();
    state.tensors().forEach((name, t) -> text.append(name).append(' ').append(Arrays.toString(t.doubles())).append('\n'));
    return text.append(state.longs()).append(state.doubles()).toString();
  }

  static String hash(StateMap state) {
    return hash(of(state));
  }

  static String hash(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
          .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

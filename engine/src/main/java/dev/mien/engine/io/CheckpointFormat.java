package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.HostTensor;
import dev.mien.engine.tensor.StateMap;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32C;

/**
 * A checkpoint is a safetensors file whose metadata starts with {@code mien.sha256}, the SHA-256 of the data followed by length
 * field and header, its own 64 digits read as zeros: so every bit of the file is covered. After it {@code mien.checkpoint} (the
 * version), {@code mien.step} where there is one, {@code c:NAME} the CRC32C of each tensor (it says which one is damaged), and
 * {@code s:}, {@code l:}, {@code d:NAME} the strings, longs (decimal) and doubles (16 hexadecimal digits of their bits).
 */
final class CheckpointFormat {
  static final int VERSION = 1;
  static final long NO_STEP = -1;

  private static final String SHA_KEY = "mien.sha256";
  private static final String VERSION_KEY = "mien.checkpoint";
  private static final String STEP_KEY = "mien.step";
  private static final int SHA_DIGITS = 64;
  private static final byte[] BEFORE_SHA =
      ("{\"" + SafeTensorsHeader.METADATA + "\":{\"" + SHA_KEY + "\":\"").getBytes(StandardCharsets.US_ASCII);
  private static final int NAMES_SHOWN = 5;

  private CheckpointFormat() {}

  /** A state ready to be written. */
  record Encoded(byte[] header, SafeTensorsLayout layout, String sha256) {
    void writeTo(OutputStream out) throws IOException {
      out.write(header);
      layout.payload((name, data, length) -> out.write(data, 0, length));
    }
  }

  /** A state whose file was whole. */
  record Decoded(StateMap state, long step, String sha256) {}

  static Encoded encode(StateMap state, long step) {
    var layout = new SafeTensorsLayout(SafeTensors.parts(state.tensors()));
    var sums = new Sums();
    try {
      layout.payload(sums::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(SHA_KEY, "0".repeat(SHA_DIGITS));
    metadata.put(VERSION_KEY, Integer.toString(VERSION));
    if (step != NO_STEP) {
      metadata.put(STEP_KEY, Long.toString(step));
    }
    state.tensors().keySet().forEach(name -> metadata.put("c:" + name, sums.crc(name)));
    state.strings().forEach((name, value) -> metadata.put("s:" + name, value));
    state.longs().forEach((name, value) -> metadata.put("l:" + name, value.toString()));
    state.doubles().forEach((name, value) -> metadata.put("d:" + name,
        HexFormat.of().toHexDigits(Double.doubleToRawLongBits(value))));
    byte[] header = layout.header(metadata);
    String sha = sums.sha256(header);
    System.arraycopy(sha.getBytes(StandardCharsets.US_ASCII), 0, header, Long.BYTES + BEFORE_SHA.length, SHA_DIGITS);
    return new Encoded(header, layout, sha);
  }

  static Decoded read(Path file) {
    var check = new Check(file.toString());
    try {
      return check.decode(SafeTensors.read(file, check));
    } catch (FormatException e) {
      throw damaged(file.toString(), e);
    }
  }

  static Decoded read(String source, byte[] bytes) {
    var check = new Check(source);
    try {
      return check.decode(SafeTensors.read(source, bytes, check));
    } catch (FormatException e) {
      throw damaged(source, e);
    }
  }

  private static FormatException damaged(String source, FormatException e) {
    return e.getMessage().startsWith("[checkpoint]") ? e
        : new FormatException("[checkpoint] " + source + " is damaged, or no checkpoint: " + e.getMessage(), e);
  }

  /** Running checksums of a payload. */
  private static final class Sums {
    private final MessageDigest sha = newSha256();
    private final Map<String, CRC32C> crcs = new LinkedHashMap<>();

    void add(String name, byte[] data, int length) {
      sha.update(data, 0, length);
      crcs.computeIfAbsent(name, n -> new CRC32C()).update(data, 0, length);
    }

    String crc(String name) {
      var crc = crcs.get(name); // an empty tensor never came by
      return HexFormat.of().toHexDigits((int) (crc == null ? 0 : crc.getValue()));
    }

    /** Ends the digest with a header whose own digits are zeros. */
    String sha256(byte[]... zeroedHeader) {
      for (byte[] part : zeroedHeader) {
        sha.update(part);
      }
      return HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest newSha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }
  }

  /** Listens while a file is read, and believes nothing before the sums are right. */
  private static final class Check implements SafeTensors.Tap {
    private final String source;
    private final Sums sums = new Sums();
    private byte[] lengthField;
    private byte[] zeroed;
    private String claimed;

    Check(String source) {
      this.source = source;
    }

    @Override
    public void header(byte[] lengthField, byte[] json) {
      int from = BEFORE_SHA.length;
      if (json.length < from + SHA_DIGITS || !Arrays.equals(json, 0, from, BEFORE_SHA, 0, from)) {
        throw fail("is no Mien checkpoint: its header does not start with a checksum");
      }
      this.lengthField = lengthField;
      claimed = new String(json, from, SHA_DIGITS, StandardCharsets.ISO_8859_1);
      zeroed = json.clone();
      Arrays.fill(zeroed, from, from + SHA_DIGITS, (byte) '0');
    }

    @Override
    public void payload(String name, byte[] data, int length) {
      sums.add(name, data, length);
    }

    Decoded decode(SafeTensors.Contents contents) {
      checkSums(contents);
      String version = contents.metadata().get(VERSION_KEY);
      if (!Integer.toString(VERSION).equals(version)) {
        throw fail("has checkpoint version " + version + ", this Mien reads version " + VERSION);
      }
      var state = new StateMap();
      contents.tensors().forEach((name, tensor) -> {
        checkName(state, name);
        state.put(name, tensor);
      });
      long step = NO_STEP;
      for (var e : contents.metadata().entrySet()) {
        switch (e.getKey()) {
          case SHA_KEY, VERSION_KEY -> { }
          case STEP_KEY -> step = integer(STEP_KEY, e.getValue());
          default -> scalar(state, contents.tensors(), e.getKey(), e.getValue());
        }
      }
      return new Decoded(state, step, claimed);
    }

    private void checkSums(SafeTensors.Contents contents) {
      var wrong = new ArrayList<String>();
      for (String name : contents.tensors().keySet()) {
        if (!sums.crc(name).equals(contents.metadata().get("c:" + name))) {
          wrong.add(name);
        }
      }
      if (!sums.sha256(lengthField, zeroed).equals(claimed)) {
        throw fail("is damaged: its SHA-256 is not the one written in it; " + where(wrong));
      }
      if (!wrong.isEmpty()) {
        throw fail("contradicts itself: " + where(wrong));
      }
    }

    private static String where(List<String> wrong) {
      return wrong.isEmpty() ? "every tensor's CRC32C is right, so the header is what changed"
          : "the CRC32C is wrong for " + String.join(", ", wrong.subList(0, Math.min(NAMES_SHOWN, wrong.size())))
              + (wrong.size() > NAMES_SHOWN ? " and " + (wrong.size() - NAMES_SHOWN) + " more" : "");
    }

    private void scalar(StateMap state, SequencedMap<String, HostTensor> tensors, String key, String value) {
      String kind = key.substring(0, Math.min(2, key.length()));
      String name = key.substring(kind.length());
      if (kind.equals("c:") && tensors.containsKey(name)) {
        return;
      }
      switch (kind) {
        case "s:" -> {
          checkName(state, name);
          state.putString(name, value);
        }
        case "l:" -> {
          checkName(state, name);
          state.putLong(name, integer(name, value));
        }
        case "d:" -> {
          checkName(state, name);
          state.putDouble(name, bits(name, value));
        }
        default -> throw fail("holds an unknown entry " + StrictJson.quoteShort(key));
      }
    }

    private void checkName(StateMap state, String name) {
      if (name.isEmpty() || state.contains(name)) {
        throw fail(name.isEmpty() ? "holds an entry without a name" : "holds " + StrictJson.quoteShort(name) + " twice");
      }
    }

    private long integer(String name, String value) {
      try {
        long parsed = Long.parseLong(value);
        if (Long.toString(parsed).equals(value)) {
          return parsed;
        }
      } catch (NumberFormatException e) {
        // reported below, with the name
      }
      throw fail("holds " + StrictJson.quoteShort(value) + " for the integer " + StrictJson.quoteShort(name));
    }

    private double bits(String name, String value) {
      try {
        if (value.length() == 2 * Double.BYTES) {
          return Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(value));
        }
      } catch (IllegalArgumentException e) {
        // reported below, with the name
      }
      throw fail("holds " + StrictJson.quoteShort(value) + " for the number " + StrictJson.quoteShort(name));
    }

    private FormatException fail(String what) {
      return new FormatException("[checkpoint] " + source + " " + what);
    }
  }
}

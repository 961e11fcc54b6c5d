package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * Reads and writes JSON (RFC 8259) and nothing looser; what it writes is the same for the same value, without white space.
 *
 * <pre>{@code
 * var object = (JsonValue.Object) StrictJson.read("contract.json", bytes);
 * String text = StrictJson.write(JsonValue.of(Map.of("classes", 101)));
 * }</pre>
 */
public final class StrictJson {
  private static final int SHOWN_CHARS = 60;

  private StrictJson() {}

  /**
   * @param source names the text in errors
   * @throws FormatException with the position of the first error
   */
  public static JsonValue read(String source, byte[] utf8) {
    return read(source, utf8, JsonLimits.DEFAULT);
  }

  /** The same with limits of one's own. */
  public static JsonValue read(String source, byte[] utf8, JsonLimits limits) {
    var reader = new JsonReader(source, utf8, limits);
    var value = value(reader);
    reader.end();
    return value;
  }

  /** The same from text. */
  public static JsonValue read(String source, String text) {
    return read(source, encode(text));
  }

  private static JsonValue value(JsonReader in) {
    return switch (in.peek()) {
      case OBJECT -> {
        var members = new LinkedHashMap<String, JsonValue>();
        in.object(key -> members.put(key, value(in)));
        yield new JsonValue.Object(members);
      }
      case ARRAY -> {
        var values = new ArrayList<JsonValue>();
        in.array(() -> values.add(value(in)));
        yield new JsonValue.Array(values);
      }
      case STRING -> new JsonValue.Text(in.string());
      case NUMBER -> new JsonValue.Number(in.number());
      case BOOLEAN -> new JsonValue.Bool(in.bool());
      case NULL -> {
        in.nothing();
        yield JsonValue.NULL;
      }
    };
  }

  /**
   * @throws IllegalArgumentException for text that is no Unicode (lone surrogates)
   */
  public static String write(JsonValue value) {
    var out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(JsonValue value, StringBuilder out) {
    switch (value) {
      case JsonValue.Null n -> out.append("null");
      case JsonValue.Bool b -> out.append(b.value());
      case JsonValue.Number n -> out.append(n.text());
      case JsonValue.Text t -> quote(t.value(), out);
      case JsonValue.Array a -> {
        out.append('[');
        String separator = "";
        for (var element : a.values()) {
          out.append(separator);
          write(element, out);
          separator = ",";
        }
        out.append(']');
      }
      case JsonValue.Object o -> {
        out.append('{');
        String separator = "";
        for (var member : o.members().entrySet()) {
          quote(member.getKey(), out.append(separator));
          write(member.getValue(), out.append(':'));
          separator = ",";
        }
        out.append('}');
      }
    }
  }

  /** The text as a JSON string, quotes included. */
  public static String quote(String text) {
    var out = new StringBuilder(text.length() + 2);
    quote(text, out);
    return out.toString();
  }

  /** For messages: at most 60 characters of a text, quoted. */
  static String quoteShort(String text) {
    return text.length() <= SHOWN_CHARS ? quote(text) : quote(text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARS / 2)))
        + "...";
  }

  static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            out.append(String.format("\\u%04x", (int) c));
          } else if (Character.isSurrogate(c)) {
            boolean paired = Character.isHighSurrogate(c) && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) {
              throw new IllegalArgumentException("[json] a lone surrogate at " + i + " of a text cannot be written");
            }
            out.append(c).append(text.charAt(++i));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

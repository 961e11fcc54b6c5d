package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A JSON value. Objects keep the order of their members. */
public sealed interface JsonValue {
  /** {@code null}. */
  JsonValue NULL = new Null();

  record Null() implements JsonValue {}

  record Bool(boolean value) implements JsonValue {}

  record Text(String value) implements JsonValue {}

  /** A number as it was written, so that nothing is lost. */
  record Number(String text) implements JsonValue {
    /**
     * @throws FormatException when it has a fraction or does not fit 64 bits
     */
    public long longValue() {
      try {
        return new BigDecimal(text).longValueExact();
      } catch (ArithmeticException e) {
        throw new FormatException("[json] " + text + " is not a 64-bit integer");
      }
    }

    public double doubleValue() {
      return Double.parseDouble(text);
    }
  }

  record Array(List<JsonValue> values) implements JsonValue {
    public Array {
      values = List.copyOf(values);
    }
  }

  record Object(SequencedMap<String, JsonValue> members) implements JsonValue {
    public Object {
      members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** The member of this name. */
    public JsonValue get(String name) {
      var value = members.get(name);
      if (value == null) {
        throw new FormatException("[json] no member '" + name + "'; there are " + members.keySet());
      }
      return value;
    }

    public boolean has(String name) {
      return members.containsKey(name);
    }

    public String string(String name) {
      return get(name) instanceof Text t ? t.value() : wrong(name, "a string");
    }

    public long integer(String name) {
      return get(name) instanceof Number n ? n.longValue() : wrong(name, "an integer");
    }

    public double real(String name) {
      return get(name) instanceof Number n ? n.doubleValue() : wrong(name, "a number");
    }

    public boolean bool(String name) {
      return get(name) instanceof Bool b ? b.value() : wrong(name, "true or false");
    }

    public List<JsonValue> array(String name) {
      return get(name) instanceof Array a ? a.values() : wrong(name, "an array");
    }

    public Object object(String name) {
      return get(name) instanceof Object o ? o : wrong(name, "an object");
    }

    private <T> T wrong(String name, String expected) {
      throw new FormatException("[json] member '" + name + "' is " + StrictJson.write(get(name)) + ", expected " + expected);
    }
  }

  /**
   * Converts maps with string keys, lists, strings, numbers, booleans and null.
   *
   * @throws IllegalArgumentException for NaN, infinities and anything else
   */
  static JsonValue of(java.lang.Object value) {
    return switch (value) {
      case null -> NULL;
      case JsonValue j -> j;
      case Boolean b -> new Bool(b);
      case String s -> new Text(s);
      case Byte n -> new Number(n.toString());
      case Short n -> new Number(n.toString());
      case Integer n -> new Number(n.toString());
      case Long n -> new Number(n.toString());
      case Float n when Float.isFinite(n) -> new Number(n.toString());
      case Double n when Double.isFinite(n) -> new Number(n.toString());
      case List<?> list -> new Array(list.stream().map(JsonValue::of).toList());
      case Map<?, ?> map -> {
        var members = new LinkedHashMap<String, JsonValue>();
        map.forEach((k, v) -> members.put((String) k, of(v)));
        yield new Object(members);
      }
      default -> throw new IllegalArgumentException("[json] no JSON for " + value + " (" + value.getClass().getSimpleName()
          + ")");
    };
  }
}

package dev.mien.engine.io;

import dev.mien.engine.tensor.FormatException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.function.Consumer;

/**
 * Walks a JSON text (RFC 8259, nothing more) without building a tree, so that a hostile text costs no more memory than its caller
 * keeps. Refused: comments, trailing commas, byte-order mark, duplicate keys, lone surrogates, leading zeros, numbers beyond
 * double.
 */
final class JsonReader {
  /** What comes next. */
  enum Kind { OBJECT, ARRAY, STRING, NUMBER, BOOLEAN, NULL }

  private static final int MAX_NUMBER_CHARS = 64;

  private final String source;
  private final String text;
  private final JsonLimits limits;
  private int at;
  private int depth;
  private long values;

  /** @param source names the text in errors */
  JsonReader(String source, byte[] utf8, JsonLimits limits) {
    this.source = source;
    this.limits = limits;
    if (utf8.length > limits.sizeBytes()) {
      throw new FormatException("[json] " + source + " has " + utf8.length + " bytes, at most " + limits.sizeBytes()
          + " are read");
    }
    int bad = firstInvalidUtf8(utf8);
    if (bad >= 0) {
      throw new FormatException("[json] " + source + " is not UTF-8: invalid byte at position " + bad);
    }
    this.text = new String(utf8, StandardCharsets.UTF_8);
  }

  private static int firstInvalidUtf8(byte[] utf8) {
    var decoder = StandardCharsets.UTF_8.newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    var in = ByteBuffer.wrap(utf8);
    var out = CharBuffer.allocate(Math.min(utf8.length + 1, 8192));
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    return result.isError() ? in.position() : -1;
  }

  Kind peek() {
    skipSpace();
    return switch (current()) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't', 'f' -> Kind.BOOLEAN;
      case 'n' -> Kind.NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Kind.NUMBER;
      default -> throw error("a value is expected" + found());
    };
  }

  /** Reads an object; {@code member} is called after each key and must read its value. */
  void object(Consumer<String> member) {
    open('{', "an object");
    var keys = new HashSet<String>();
    if (!closes('}')) {
      do {
        skipSpace();
        int start = at;
        String key = rawString("a key");
        if (!keys.add(key)) {
          at = start;
          throw error("duplicate key " + StrictJson.quoteShort(key));
        }
        skipSpace();
        expect(':', "':' after the key");
        member.accept(key);
      } while (continues('}'));
    }
    depth--;
  }

  /** Reads an array; {@code element} is called before each value and must read it. */
  void array(Runnable element) {
    open('[', "an array");
    if (!closes(']')) {
      do {
        element.run();
      } while (continues(']'));
    }
    depth--;
  }

  String string() {
    count();
    skipSpace();
    return rawString("a string");
  }

  /** An integer without fraction or exponent that fits 64 bits. */
  long integer() {
    skipSpace();
    int start = at;
    String number = number();
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      at = start;
      throw error("a 64-bit integer is expected, found " + number);
    }
  }

  /** A number as written. */
  String number() {
    count();
    skipSpace();
    int start = at;
    accept('-');
    if (accept('0')) {
      if (isDigit(current())) {
        throw error("a number may not start with 0");
      }
    } else {
      digits();
    }
    if (accept('.')) {
      digits();
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      digits();
    }
    String number = text.substring(start, at);
    if (number.length() > MAX_NUMBER_CHARS || !Double.isFinite(Double.parseDouble(number))) {
      at = start;
      throw error(number.length() > MAX_NUMBER_CHARS
          ? "a number has " + number.length() + " characters, at most " + MAX_NUMBER_CHARS + " are read"
          : number + " is beyond the range of a double");
    }
    return number;
  }

  boolean bool() {
    count();
    skipSpace();
    if (current() == 't') {
      literal("true");
      return true;
    }
    literal("false");
    return false;
  }

  void nothing() {
    count();
    skipSpace();
    literal("null");
  }

  /** Nothing but white space may follow. */
  void end() {
    skipSpace();
    if (at < text.length()) {
      throw error("nothing is expected after the value" + found());
    }
  }

  /** An error at the place reached. */
  FormatException error(String what) {
    return new FormatException("[json] " + source + ", position " + at + ": " + what);
  }

  private void open(char bracket, String what) {
    count();
    skipSpace();
    expect(bracket, what);
    if (++depth > limits.depth()) {
      throw error("nested deeper than " + limits.depth() + " levels");
    }
  }

  private boolean closes(char bracket) {
    skipSpace();
    return accept(bracket);
  }

  private boolean continues(char bracket) {
    skipSpace();
    if (accept(bracket)) {
      return false;
    }
    expect(',', "',' or '" + bracket + "'");
    return true;
  }

  private String rawString(String what) {
    expect('"', what);
    int start = at;
    StringBuilder changed = null;
    while (true) {
      char c = current();
      if (c == '"' && at < text.length()) {
        String rest = text.substring(start, at++);
        return changed == null ? rest : changed.append(rest).toString();
      }
      if (c < 0x20) {
        throw error(at >= text.length() ? "the text ends inside a string" : "a control character in a string must be escaped");
      }
      if (c == '\\') {
        changed = changed == null ? new StringBuilder() : changed;
        changed.append(text, start, at++);
        changed.append(escape());
        start = at;
      } else {
        at++;
      }
    }
  }

  private String escape() {
    char c = current();
    at++;
    return switch (c) {
      case '"' -> "\"";
      case '\\' -> "\\";
      case '/' -> "/";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'u' -> unicode();
      default -> {
        at--;
        throw error("unknown escape" + found());
      }
    };
  }

  private String unicode() {
    int start = at;
    char first = hex4();
    if (!Character.isSurrogate(first)) {
      return String.valueOf(first);
    }
    if (Character.isHighSurrogate(first) && accept('\\') && accept('u')) {
      char second = hex4();
      if (Character.isLowSurrogate(second)) {
        return "" + first + second;
      }
    }
    at = start;
    throw error("a lone surrogate is no character");
  }

  private char hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = current() < 128 ? Character.digit(current(), 16) : -1;
      if (digit < 0) {
        throw error("four hexadecimal digits are expected" + found());
      }
      value = value * 16 + digit;
      at++;
    }
    return (char) value;
  }

  private void literal(String word) {
    if (!text.startsWith(word, at)) {
      throw error("'" + word + "' is expected" + found());
    }
    at += word.length();
  }

  private void digits() {
    if (!isDigit(current())) {
      throw error("a digit is expected" + found());
    }
    while (isDigit(current())) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void count() {
    if (++values > limits.values()) {
      throw error("more than " + limits.values() + " values");
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char current() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c, String what) {
    if (!accept(c)) {
      throw error(what + " is expected" + found());
    }
  }

  private String found() {
    if (at >= text.length()) {
      return ", but the text ends";
    }
    int c = text.codePointAt(at);
    return ", found " + (c < 0x20 || c == 0x7f ? String.format("character %#04x", c) : "'" + Character.toString(c) + "'");
  }
}

package dev.mien.training.facedata;

import dev.mien.engine.tensor.FormatException;
import dev.mien.engine.tensor.MienException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text files line by line: UTF-8, lines of bounded length, a callback per line and never the whole file in memory. */
final class TextLines {
  static final int MAX_LINE_BYTES = 16 << 10;

  /** One line without its end; its number counts from 1. */
  record Line(String tag, String source, long number, String text) {
    /** Between tabs where there are tabs (names may hold blanks then), else between blanks. */
    String[] columns() {
      return text.indexOf('\t') >= 0 ? text.split("\t", -1) : text.trim().split(" +");
    }

    int integer(String column, int low) {
      try {
        int value = Integer.parseInt(column.trim());
        if (value >= low) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw error("has \"" + shown(column) + "\" where a whole number is expected");
      }
      throw error("has " + column.trim() + ", expected at least " + low);
    }

    /** A finite number. */
    float number(String column) {
      try {
        float value = Float.parseFloat(column.trim());
        if (Float.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw error("has \"" + shown(column) + "\" where a number is expected");
      }
      throw error("has " + shown(column) + ", expected a finite number");
    }

    FormatException error(String what) {
      return new FormatException("[" + tag + "] " + source + " line " + number + " " + what);
    }
  }

  /** What is done with a line. */
  @FunctionalInterface
  interface Reader {
    void line(Line line);
  }

  private final String tag;
  private final String source;
  private final InputStream in;
  private final byte[] buffer = new byte[MAX_LINE_BYTES];

  private TextLines(String tag, String source, InputStream in) {
    this.tag = tag;
    this.source = source;
    this.in = in;
  }

  /** Calls {@code reader} for each line that is not blank. */
  static void read(String tag, Path path, Reader reader) {
    if (!Files.isRegularFile(path)) {
      throw new MienException("[" + tag + "] " + path + (Files.exists(path) ? " is not a regular file" : " does not exist")
          + "; expected a text file");
    }
    try (var in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      new TextLines(tag, path.toString(), in).all(reader);
    } catch (IOException e) {
      throw new MienException("[" + tag + "] " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  static void read(String tag, String source, byte[] text, Reader reader) {
    try {
      new TextLines(tag, source, new ByteArrayInputStream(text)).all(reader);
    } catch (IOException e) {
      throw new MienException("[" + tag + "] " + source + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void all(Reader reader) throws IOException {
    long number = 0;
    int length = 0;
    int b;
    do {
      b = in.read();
      if (b == '\n' || b < 0) {
        number++;
        var text = decode(length, number);
        if (!text.isBlank()) {
          reader.line(new Line(tag, source, number, text));
        }
        length = 0;
      } else if (length == buffer.length) {
        throw new FormatException("[" + tag + "] " + source + " line " + (number + 1) + " has more than " + MAX_LINE_BYTES
            + " bytes; is it a text file?");
      } else {
        buffer[length++] = (byte) b;
      }
    } while (b >= 0);
  }

  private String decode(int length, long number) {
    int from = number == 1 && length >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF
        ? 3 : 0;
    int to = length > from && buffer[length - 1] == '\r' ? length - 1 : length;
    int all = 0;
    for (int i = from; i < to; i++) {
      all |= buffer[i];
      if (buffer[i] >= 0 && buffer[i] < ' ' && buffer[i] != '\t' || buffer[i] == 0x7F) {
        throw new FormatException("[" + tag + "] " + source + " line " + number + " has control characters; is it a text file?");
      }
    }
    if (all >= 0) {
      return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buffer, from, to - from)).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException("[" + tag + "] " + source + " line " + number + " is not UTF-8 text", e);
    }
  }

  /** Foreign text as messages may show it: short and without control characters. */
  static String shown(String text) {
    var clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "..." : clean;
  }

  /** A path below the data set's root, with '/', refused where it could leave it. */
  static String safePath(Line line, String raw) {
    var name = raw.replace('\\', '/');
    if (name.isBlank() || name.startsWith("/") || name.matches("^[A-Za-z]:.*") || ("/" + name + "/").contains("/../")) {
      throw line.error("names \"" + shown(raw) + "\"; expected a path below the data set's folder");
    }
    return name.startsWith("./") ? name.substring(2) : name;
  }
}

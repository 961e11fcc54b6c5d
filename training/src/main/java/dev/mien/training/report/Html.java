package dev.mien.training.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** The frame of a page, and the small parts that reports share. */
final class Html {
  private Html() {}

  /** Text as it may stand in an element or an attribute. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
  }

  /** A number with so many digits after the point; a dash when it is not finite. */
  static String number(double value, int digits) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : "–";
  }

  /** A share of one in percent. */
  static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : "–";
  }

  /** Seconds as people say them. */
  static String duration(double seconds) {
    if (!(seconds >= 60)) {
      return number(seconds, 1) + " s";
    }
    long s = Math.round(seconds);
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s % 3600 / 60 + " min";
  }

  /** A card with a heading, a sentence and a chart or table. */
  static String card(String title, String sentence, String content) {
    return "<section class=\"card\"><h3>" + escape(title) + "</h3>" + (sentence.isEmpty() ? "" : "<p>" + sentence + "</p>")
        + content
        + "</section>\n";
  }

  /** A swatch with its meaning, for the sentence above a chart. */
  static String key(String css, String meaning) {
    return "<span class=\"key\"><i class=\"swatch " + css + "\"></i>" + escape(meaning) + "</span> ";
  }

  /** A picture inside the page; its kind is told from its first bytes. */
  static String picture(byte[] bytes, String alternative) {
    String kind = bytes.length > 1 && bytes[0] == (byte) 0x89 && bytes[1] == 'P' ? "png" : "jpeg";
    return "<img alt=\"" + escape(alternative) + "\" src=\"data:image/" + kind + ";base64,"
        + Base64.getEncoder().encodeToString(bytes)
        + "\">";
  }

  /** The whole page; it needs no other file and no script. */
  static String page(String title, String body) {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<meta name=\"color-scheme\" content=\"light dark\">"
        + "<title>" + escape(title) + "</title>\n<style>\n" + resource("report.css") + "</style></head>\n<body><main>\n" + body
        + "</main></body></html>\n";
  }

  private static String resource(String name) {
    try (var in = Html.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

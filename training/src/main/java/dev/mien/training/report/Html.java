package dev.mien.training.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
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

  /** A figure with a few words. */
  static String tile(String figure, String words) {
    return "<div class=\"tile\"><b>" + figure + "</b><span>" + escape(words) + "</span></div>";
  }

  /** A bar of a comparison: its length as a share of the longest, and what is written behind it. */
  static String rung(String name, String css, double share, String figure) {
    return String.format(Locale.ROOT,
        "<span class=\"name %s\">%s</span><span class=\"rung %s\"><i style=\"width:calc((100%% - 60px) * %.3f)\"></i>%s</span>", css,
        escape(name), css, Double.isFinite(share) ? share : 0, figure);
  }

  /** A card with sentences, or with the other one where there is none. */
  static String list(String title, List<String> sentences, String otherwise) {
    var out = new StringBuilder();
    sentences.forEach(s -> out.append("<li>").append(escape(s)).append("</li>"));
    return card(title, "", sentences.isEmpty() ? "<p>" + escape(otherwise) + "</p>" : "<ul>" + out + "</ul>");
  }

  /** The top of a page. */
  static String header(String title, ReportRun run) {
    return "<header><h1>" + escape(title) + "</h1><p>" + escape(run.summary()) + "</p><p>" + escape(run.name()) + "</p></header>\n";
  }

  /** What every report ends with: findings in the data, what was not run, the configuration and the command. */
  static String end(ReportRun run, Remarks remarks) {
    var out = new StringBuilder("<h2>Data</h2>\n").append(list("What was found in the data", remarks.findings(),
        "Nothing was skipped, malformed or clamped."));
    if (!remarks.notRun().isEmpty()) {
      out.append("<h2>Not run</h2>\n").append(list("What this run does not show", remarks.notRun(), ""));
    }
    out.append("<h2>Configuration</h2>\n<section class=\"card configuration\"><table><tbody>");
    run.configuration().forEach((name, value) -> out.append("<tr><th>").append(escape(name)).append("</th><td>").append(escape(value))
        .append("</td></tr>"));
    out.append("</tbody></table></section>\n<h2>Repeat</h2>\n<section class=\"card\"><p>The exact command, at the root of the repository:</p>");
    return out.append("<pre>").append(escape(run.command())).append("</pre></section>\n").toString();
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

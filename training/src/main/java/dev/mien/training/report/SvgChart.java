package dev.mien.training.report;

import java.util.List;
import java.util.Locale;

/**
 * A chart with two axes as inline SVG. Colours are classes ({@code s1}, {@code s2}, {@code s3}, {@code dim}) that the style sheet
 * fills, so that it follows light, dark and print.
 */
final class SvgChart {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 290;
  private static final double LEFT = 42;
  private static final double RIGHT = 12;
  private static final double TOP = 30;
  private static final double BOTTOM = 42;

  private final Axis x;
  private final Axis y;
  private final StringBuilder body = new StringBuilder();
  private final String description;

  /**
   * @param description what it shows, for those who do not see it
   * @param xTitle what runs along the bottom
   * @param yTitle what runs up, written at the top
   */
  SvgChart(Axis x, Axis y, String description, String xTitle, String yTitle) {
    this.x = x;
    this.y = y;
    this.description = description;
    for (double tick : y.ticks()) {
      put("<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", LEFT, py(tick), WIDTH - RIGHT, py(tick));
      put("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 7, py(tick) + 4, y.label(tick));
    }
    for (double tick : x.ticks()) {
      text(tick, 16, x.label(tick));
    }
    put("<line class=\"base\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT,
        HEIGHT - BOTTOM);
    put("<text class=\"title\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6,
        Html.escape(xTitle));
    put("<text class=\"title\" x=\"2\" y=\"%.1f\">%s</text>", TOP - 17, Html.escape(yTitle));
  }

  private double px(double value) {
    return LEFT + x.at(value) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.at(value) * (HEIGHT - TOP - BOTTOM);
  }

  private SvgChart put(String format, Object... arguments) {
    body.append(String.format(Locale.ROOT, format, arguments));
    return this;
  }

  private void text(double at, double below, String label) {
    put("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", px(at), HEIGHT - BOTTOM + below,
        Html.escape(label));
  }

  /** A word below the x axis, instead of a number, and another below it (or none). */
  SvgChart xLabel(double at, String label, String second) {
    text(at, 16, label);
    if (!second.isEmpty()) {
      text(at, 32, second);
    }
    return this;
  }

  /** A line through the finite points; a lone point becomes a dot. */
  SvgChart line(String css, List<double[]> points) {
    var path = new StringBuilder();
    int drawn = 0;
    boolean pen = false;
    for (var p : points) {
      boolean finite = Double.isFinite(p[0]) && Double.isFinite(p[1]);
      if (finite) {
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", px(p[0]), py(p[1])));
        drawn++;
      }
      pen = finite;
    }
    if (drawn == 1) {
      points.stream().filter(p -> Double.isFinite(p[1])).forEach(p -> dot(css, p[0], p[1], ""));
    }
    return put("<path class=\"line %s\" d=\"%s\"/>", css, path);
  }

  /** The area between two lines over the same x values: {@code {x, low, high}}. */
  SvgChart area(String css, List<double[]> bounds) {
    var path = new StringBuilder();
    for (int i = 0; i < bounds.size(); i++) {
      path.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", px(bounds.get(i)[0]), py(bounds.get(i)[2])));
    }
    for (int i = bounds.size() - 1; i >= 0; i--) {
      path.append(String.format(Locale.ROOT, "L%.1f %.1f", px(bounds.get(i)[0]), py(bounds.get(i)[1])));
    }
    return put("<path class=\"area %s\" d=\"%sZ\"/>", css, path);
  }

  /** A dot with words that show under the pointer. */
  SvgChart dot(String css, double atX, double atY, String words) {
    return put("<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\">%s</circle>", css, px(atX), py(atY), tip(words));
  }

  /** Many small transparent dots. */
  SvgChart cloud(String css, List<double[]> points) {
    put("<g class=\"cloud %s\">", css);
    for (var p : points) {
      put("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>", px(p[0]), py(p[1]));
    }
    return put("</g>");
  }

  /** A bar from zero. */
  SvgChart bar(String css, double center, double width, double value, String words) {
    double top = py(Math.max(value, 0));
    double bottom = py(Math.min(value, 0));
    return put("<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\">%s</rect>", css,
        px(center - width / 2), top, px(center + width / 2) - px(center - width / 2), Math.max(0.5, bottom - top), tip(words));
  }

  /** Words at a point of the chart, raised by so many pixels; in the middle of it, or where {@code css} ends so, from its start or to its end. */
  SvgChart note(String css, double atX, double atY, double raise, String words) {
    return put("<text class=\"note %s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", css, px(atX), py(atY) - raise,
        css.endsWith("start") ? "start" : css.endsWith("end") ? "end" : "middle", Html.escape(words));
  }

  /** A straight line from the bottom to the top: where a decision falls. */
  SvgChart mark(double atX) {
    return put("<line class=\"mark\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", px(atX), HEIGHT - BOTTOM, px(atX), TOP);
  }

  /** A straight dashed line between two points, for what something is compared with. */
  SvgChart guide(double x1, double y1, double x2, double y2) {
    return put("<line class=\"guide\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", px(x1), py(y1), px(x2), py(y2));
  }

  private static String tip(String words) {
    return words.isEmpty() ? "" : "<title>" + Html.escape(words) + "</title>";
  }

  /** The element. */
  String svg() {
    return String.format(Locale.ROOT, "<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">%s</svg>",
        WIDTH, HEIGHT,
        Html.escape(description), body);
  }
}

package dev.mien.training.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * A distribution over whole years as a few lines of text: bars, an age axis, and below it the 80 % interval with the expectation.
 *
 * <pre>{@code
 *         ▁▅█▆▂
 *       ▂▆█████▄▁
 * ──────────────────────┬───
 * 10        20        30
 *       ├────●────┤   24.3 years, 80 %: 17 to 31
 * }</pre>
 */
public final class TerminalChart {
  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
  private static final String ASCII_BLOCKS = " ..::++##";
  private static final int EIGHTHS = 8;
  private static final int ROWS = 4;
  private static final int LABEL_EVERY = 10;
  private static final double SHOWN_SHARE = 0.999;
  private static final int MARGIN_YEARS = 2;

  private TerminalChart() {}

  /**
   * What is marked below the axis, in years.
   *
   * @param expected the expectation
   * @param low80 lower end of the 80 % interval
   * @param high80 upper end of it
   */
  public record Marks(double expected, double low80, double high80) {}

  /**
   * Draws the part of the distribution that holds nearly all of it, one column a year (more years a column where it would not
   * fit).
   *
   * @param distribution probability of each whole year from 0
   * @param columns how wide it may become
   * @param unicode whether block characters can be shown
   */
  public static String render(float[] distribution, Marks marks, int columns, boolean unicode) {
    if (distribution.length == 0 || columns < 20) {
      throw new IllegalArgumentException("a chart needs a distribution and 20 columns, got " + distribution.length + " and "
          + columns);
    }
    int[] range = range(distribution, marks);
    int years = range[1] - range[0];
    int perColumn = (years + columns - 1) / columns;
    int width = (years + perColumn - 1) / perColumn;
    double[] heights = new double[width];
    for (int age = range[0]; age < range[1]; age++) {
      heights[(age - range[0]) / perColumn] += distribution[age];
    }
    var out = new StringBuilder();
    bars(out, heights, unicode ? BLOCKS : ASCII_BLOCKS);
    var scale = new Scale(range[0], perColumn, width);
    axis(out, scale, unicode);
    interval(out, scale, marks, unicode);
    return out.toString();
  }

  /** Ages to columns. */
  private record Scale(int first, int perColumn, int width) {
    int column(double age) {
      return (int) Math.clamp(Math.floor((age - first) / perColumn), 0, width - 1);
    }
  }

  private static int[] range(float[] d, Marks marks) {
    double total = 0;
    for (float p : d) {
      total += p;
    }
    double tail = (1 - SHOWN_SHARE) / 2 * total;
    int first = 0;
    double below = d[0];
    while (first < d.length - 1 && below <= tail) {
      below += d[++first];
    }
    int last = d.length - 1;
    double above = d[last];
    while (last > first && above <= tail) {
      above += d[--last];
    }
    first = (int) Math.min(first, Math.max(0, Math.floor(marks.low80))) - MARGIN_YEARS;
    last = (int) Math.max(last, Math.min(d.length - 1, Math.ceil(marks.high80))) + MARGIN_YEARS;
    return new int[] {Math.max(0, first), Math.min(d.length, last + 1)};
  }

  private static void bars(StringBuilder out, double[] heights, String blocks) {
    double top = Arrays.stream(heights).max().orElse(1);
    for (int row = ROWS - 1; row >= 0; row--) {
      var line = new StringBuilder();
      for (double h : heights) {
        long filled = top > 0 ? Math.round(h / top * ROWS * EIGHTHS) - (long) row * EIGHTHS : 0;
        line.append(blocks.charAt((int) Math.clamp(filled, 0, EIGHTHS)));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
  }

  private static void axis(StringBuilder out, Scale scale, boolean unicode) {
    char[] line = new char[scale.width];
    char[] labels = new char[scale.width + 4];
    Arrays.fill(line, unicode ? '─' : '-');
    Arrays.fill(labels, ' ');
    int firstLabel = (scale.first + LABEL_EVERY - 1) / LABEL_EVERY * LABEL_EVERY;
    for (int age = firstLabel; age < scale.first + scale.perColumn * scale.width; age += LABEL_EVERY) {
      int at = scale.column(age);
      line[at] = unicode ? '┬' : '+';
      String text = Integer.toString(age);
      text.getChars(0, text.length(), labels, at);
    }
    out.append(line).append('\n').append(new String(labels).stripTrailing()).append('\n');
  }

  private static void interval(StringBuilder out, Scale scale, Marks marks, boolean unicode) {
    char[] line = new char[scale.width];
    Arrays.fill(line, ' ');
    int low = scale.column(marks.low80);
    int high = scale.column(marks.high80);
    Arrays.fill(line, low, high + 1, unicode ? '─' : '-');
    line[low] = unicode ? '├' : '|';
    line[high] = unicode ? '┤' : '|';
    line[scale.column(marks.expected)] = unicode ? '●' : 'o';
    out.append(new String(line).stripTrailing())
        .append(String.format(Locale.ROOT, "  %.1f years, 80 %%: %.0f to %.0f%n", marks.expected, marks.low80, marks.high80));
  }
}

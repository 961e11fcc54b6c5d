package dev.mien.training.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * The scores of pairs of one person and of two as a few lines of text, above one axis with the threshold.
 *
 * <pre>{@code
 * two people   ▁▂▅█▇▄▂▁
 * one person        ▁▁▂▄▆█▇▅▂
 *            ───────┬─────────
 *                   threshold 0.31      cosines -0.42 to 0.93
 * }</pre>
 */
public final class TerminalScores {
  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
  private static final String ASCII_BLOCKS = " .,:;+*%#";
  private static final String TWO = "two people ";
  private static final String ONE = "one person ";

  private TerminalScores() {}

  /**
   * Draws both histograms, each to its own height.
   *
   * @param same cosines of pairs of one person
   * @param different cosines of pairs of two people
   * @param threshold the cosine from which a pair is taken for one person
   * @param columns how wide the bars may become, 20 at least
   * @param unicode whether block characters can be shown
   */
  public static String render(double[] same, double[] different, double threshold, int columns, boolean unicode) {
    if (columns < 20 || same.length + different.length == 0) {
      throw new IllegalArgumentException("a chart needs scores and 20 columns, got " + (same.length + different.length) + " and " + columns);
    }
    double[] all = DoubleStream.concat(Arrays.stream(same), Arrays.stream(different)).toArray();
    double low = Math.min(threshold, Arrays.stream(all).min().orElseThrow());
    double high = Math.max(threshold, Arrays.stream(all).max().orElseThrow());
    var axis = new Axis(low, high > low ? high : low + 1, List.of(), false);
    int at = (int) Math.clamp(Math.floor(axis.at(threshold) * columns), 0, columns - 1);
    var line = new StringBuilder((unicode ? "─" : "-").repeat(columns));
    line.setCharAt(at, unicode ? '┴' : '+');
    String words = String.format(Locale.ROOT, "threshold %.3f", threshold);
    String range = String.format(Locale.ROOT, "cosines %.2f to %.2f", low, high);
    String indent = " ".repeat(ONE.length());
    return bars(TWO, Histogram.of(different, axis, columns), unicode) + bars(ONE, Histogram.of(same, axis, columns), unicode) + indent + line + '\n'
        + indent + " ".repeat(Math.max(0, Math.min(at, columns - words.length()))) + words + '\n' + indent + range + '\n';
  }

  private static String bars(String label, Histogram histogram, boolean unicode) {
    String blocks = unicode ? BLOCKS : ASCII_BLOCKS;
    double highest = histogram.highest();
    var line = new StringBuilder(label);
    for (int i = 0; i < histogram.counts().length; i++) {
      long height = highest > 0 ? (long) Math.ceil(8 * histogram.percent(i) / highest - 1e-9) : 0;
      line.append(blocks.charAt((int) Math.clamp(height, 0, 8)));
    }
    return line.toString().stripTrailing() + '\n';
  }
}

package dev.mien.training.report;

import static dev.mien.training.report.Html.card;
import static dev.mien.training.report.Html.key;
import static dev.mien.training.report.Html.number;

import dev.mien.training.report.FaceReportData.Pictures;
import dev.mien.training.report.FaceReportData.Test;
import dev.mien.training.verification.Correlation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The part of the face report on the length of the features and what it says of a picture's quality. */
final class FaceNorms {
  /** Rank correlations nearer to zero than this say nothing of a direction. */
  private static final double NOTABLE = 0.1;

  private FaceNorms() {}

  static String html(FaceReportData data) {
    var quality = data.training() == null ? null : data.training().quality();
    if (quality == null && data.test() == null) {
      return "";
    }
    var out = new StringBuilder("<h2>Norm and quality</h2>\n<div class=\"grid\">\n");
    if (quality != null) {
      out.append(card("AdaFace's q in training", String.format(Locale.ROOT, "%,d faces of epoch %d, augmented as they were trained on, each with the "
          + "moving averages of its step. At −1 the margin is ArcFace's, at 0 CosFace's; towards 1 hard faces count more.",
          quality.histogram().total(), quality.epoch()), FaceCharts.quality(quality.histogram())));
    }
    if (data.test() != null) {
      out.append(ofTest(data.test()));
    }
    return out.append("</div>\n").toString();
  }

  private static String ofTest(Test test) {
    var sets = test.pictures();
    return card("AdaFace's q of the scored pictures", "From the norms of these pictures with their own mean and deviation, not with the averages of a "
        + "training.", FaceCharts.quality(test.quality()))
        + card("Norms of the features", keys(sets) + "Pictures, each once: half the length of the sum of both views.", FaceCharts.norms(sets))
        + against(sets, Pictures::sharpness, "sharpness", "variance of the Laplacian, grey levels squared",
            "Variance of the Laplacian of the picture at the network's input size; grain counts as sharp.")
        + against(sets, Pictures::sidesPx, "size", "shorter side as seen, pixels", "Shorter side of the face in pixels, before it was enlarged where that is known.");
  }

  private static String keys(List<Pictures> sets) {
    if (sets.size() > FaceCharts.MOST_OVERLAID) {
      return "All sets together. ";
    }
    var keys = new StringBuilder();
    for (int i = 0; sets.size() > 1 && i < sets.size(); i++) {
      keys.append(key(FaceCharts.color(i), sets.get(i).set()));
    }
    return keys.toString();
  }

  private static String against(List<Pictures> sets, Function<Pictures, double[]> measure, String name, String unit, String explained) {
    var correlation = Correlation.of(FaceCharts.all(sets, measure), FaceCharts.all(sets, Pictures::norms));
    String title = "Norm against " + name;
    if (!Double.isFinite(correlation.spearman())) {
      double[] values = Arrays.stream(FaceCharts.all(sets, measure)).filter(Double::isFinite).distinct().toArray();
      return card(title, explained, "<p>" + (values.length == 1 ? "All pictures are of one " + name + " (" + number(values[0], 0) + "): there is"
          : "The norm does not vary: there is") + " nothing to hold against each other.</p>");
    }
    String words = String.format(Locale.ROOT, "<b>Spearman %s, Pearson %s</b> over %,d pictures. ", signed(correlation.spearman()),
        signed(correlation.pearson()), correlation.count());
    return card(title, words + (correlation.spearman() < -NOTABLE ? "The norm falls where the " + name + " rises: it does not stand for quality here. "
        : "") + explained + " " + keys(sets) + key("ink", "median of each tenth"), FaceCharts.against(sets, measure, unit));
  }

  /** Two digits and a sign. */
  static String signed(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%+.2f", value).replace('-', '−') : "–";
  }
}

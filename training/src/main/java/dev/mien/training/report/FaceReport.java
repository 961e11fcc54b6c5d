package dev.mien.training.report;

import static dev.mien.training.report.Html.card;
import static dev.mien.training.report.Html.duration;
import static dev.mien.training.report.Html.escape;
import static dev.mien.training.report.Html.header;
import static dev.mien.training.report.Html.key;
import static dev.mien.training.report.Html.number;
import static dev.mien.training.report.Html.percent;
import static dev.mien.training.report.Html.rung;
import static dev.mien.training.report.Html.tile;

import dev.mien.training.report.FaceReportData.Epoch;
import dev.mien.training.report.FaceReportData.Face;
import dev.mien.training.report.FaceReportData.Part;
import dev.mien.training.report.FaceReportData.Test;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The report of a face recogniser: one HTML file that needs no other file, no script and no network, for screens light and dark, wide
 * and narrow, and for paper.
 *
 * <pre>{@code
 * DurableFiles.writeString(run.file("report.html"), FaceReport.html(data, face -> thumbnail(face)));
 * }</pre>
 */
public final class FaceReport {
  /** Wrong pairs shown of each kind, at most. */
  public static final int EXAMPLES = 9;

  private FaceReport() {}

  /**
   * The page.
   *
   * @param picture a small JPEG or PNG of a face, asked only for those that are shown; may return null
   */
  public static String html(FaceReportData data, Function<Face, byte[]> picture) {
    var body = new StringBuilder(header("Face recognition", data.run()));
    var test = data.test();
    if (test == null) {
      body.append("<section class=\"card\" style=\"margin-top:22px\"><p>The data keep no pairs for a test: nothing was scored.</p></section>\n");
    } else {
      body.append(headline(test)).append(tiles(data));
    }
    if (data.training() != null) {
      body.append("<h2>Training</h2>\n").append(training(data.training()));
    }
    if (test != null) {
      body.append("<h2>Verification</h2>\n").append(table(test)).append(verification(test));
      body.append(FacePairs.html(test, picture));
    }
    body.append(FaceNorms.html(data));
    body.append(Html.end(data.run(), data.remarks()));
    body.append("<footer>Written by Mien. ").append(data.training() == null ? "" : "The test pairs were looked at once, at the end. ")
        .append("A pair's score is the cosine of its embeddings; each embedding joins a face and its mirror image.</footer>\n");
    return Html.page("Face report: " + data.run().name(), body.toString());
  }

  private static String headline(Test test) {
    var all = test.all();
    var ladder = new StringBuilder(rung(test.sets().size() > 1 ? "all pairs" : "this model", "own", all.verification().accuracy(),
        percent(all.verification().accuracy())));
    if (test.sets().size() > 1) {
      test.sets().forEach(s -> ladder.append(rung(s.name(), "", s.verification().accuracy(), percent(s.verification().accuracy()))));
    }
    double constant = Math.max(all.genuine(), all.roc().impostors()) / (double) all.scores().size();
    ladder.append(rung("one answer to all", "lower", constant, percent(constant)));
    return "<section class=\"card hero\"><div><div class=\"figure\">" + number(100 * all.verification().accuracy(), 2) + " <small>%</small></div>"
        + "<p>of " + number(all.scores().size(), 0) + " pairs are told rightly to show one person or two (± "
        + number(100 * all.verification().accuracyStd(), 2) + " over " + all.scores().folds() + " folds).</p></div><div class=\"ladder\">" + ladder
        + "</div></section>\n";
  }

  private static String tiles(FaceReportData data) {
    var all = data.test().all();
    var out = new StringBuilder("<div class=\"tiles\">");
    out.append(tile(percent(all.roc().equalErrorRate()), "equal error rate"));
    out.append(tile(number(all.roc().area(), 4), "area under the ROC curve"));
    all.roc().tarAtFar().entrySet().stream().reduce((_, last) -> last)
        .ifPresent(e -> out.append(tile(percent(e.getValue()), "of true pairs accepted at a false acceptance rate of " + e.getKey())));
    var time = data.run().time();
    if (Double.isFinite(time.imagesPerSecond())) {
      out.append(tile(number(time.imagesPerSecond(), 1), data.training() == null ? "images/s" : "images/s in training"));
    }
    out.append(tile(duration(time.seconds()), data.training() == null ? "in all" : data.training().epochs().size() + " epochs, in all"));
    return out.append("</div>\n").toString();
  }

  private static List<double[]> points(List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
    return epochs.stream().map(e -> new double[] {e.epoch(), value.applyAsDouble(e)}).toList();
  }

  private static String training(FaceReportData.Training training) {
    if (training.epochs().isEmpty()) {
      return "<section class=\"card\"><p>No epoch was trained to its end.</p></section>\n";
    }
    var epochs = training.epochs();
    var out = new StringBuilder("<div class=\"grid\">\n");
    out.append(card("Loss", key("s1", "training"), TrainingCharts.loss(points(epochs, Epoch::trainLoss), List.of())));
    var accuracy = points(epochs, e -> 100 * e.validationAccuracy());
    if (TrainingCharts.any(accuracy)) {
      out.append(card("Validation accuracy", key("s2", "pairs of the validation split; the best epoch is marked and kept"),
          TrainingCharts.validation(accuracy, new TrainingCharts.Measure("Validation accuracy by epoch", "accuracy, %", true,
              v -> number(v, 2) + " %"))));
    }
    var quality = epochs.stream().map(e -> new double[] {e.epoch(), e.quality().mean(), e.quality().deviation()}).toList();
    if (TrainingCharts.any(quality)) {
      String what = training.adaFace() ? "q" : "norm of the features";
      out.append(card(training.adaFace() ? "AdaFace's q by epoch" : "Norm by epoch", key("s3", "mean ± standard deviation of the training faces"),
          TrainingCharts.band(quality, "Mean and deviation by epoch: " + what, what)));
    }
    out.append(card("Learning rate", key("s3", "at the end of the epoch"), TrainingCharts.learningRate(points(epochs, Epoch::learningRate))));
    return out.append("</div>\n").toString();
  }

  private static String table(Test test) {
    var rates = new LinkedHashSet<>(test.all().roc().tarAtFar().keySet());
    var out = new StringBuilder("<section class=\"card\" style=\"margin-bottom:16px\"><h3>Figures</h3><p>For each fold the threshold is chosen on the other "
        + "folds; accuracy and threshold are means over the folds. TAR: share of the pairs of one person that are accepted where so many of two people "
        + "are (FAR). A dash: too few pairs of two people to tell.</p><div class=\"scroll\"><table><thead><tr><th>pairs of</th><th class=\"n\">pairs</th>"
        + "<th class=\"n\">accuracy</th><th class=\"n\">threshold, cosine</th><th class=\"n\">EER</th><th class=\"n\">AUC</th>");
    rates.forEach(far -> out.append("<th class=\"n\">TAR@FAR ").append(escape(far)).append("</th>"));
    out.append("</tr></thead><tbody>\n");
    if (test.sets().size() > 1) {
      row(out, "all sets", test.all(), rates);
    }
    test.sets().forEach(s -> row(out, s.name(), s, rates));
    return out.append("</tbody></table></div></section>\n").toString();
  }

  private static void row(StringBuilder out, String name, Part part, Iterable<String> rates) {
    var v = part.verification();
    out.append("<tr><td>").append(escape(name)).append("</td>");
    cell(out, number(part.scores().size(), 0) + (part.missing() > 0 ? " (" + part.missing() + " left out)" : ""));
    cell(out, number(100 * v.accuracy(), 2) + " ± " + number(100 * v.accuracyStd(), 2) + " %");
    cell(out, number(v.cosineThreshold(), 3));
    cell(out, percent(part.roc().equalErrorRate()));
    cell(out, number(part.roc().area(), 4));
    var known = part.roc().tarAtFar();
    rates.forEach(far -> cell(out, known.containsKey(far) ? percent(known.get(far)) : "–"));
    out.append("</tr>\n");
  }

  private static void cell(StringBuilder out, String text) {
    out.append("<td class=\"n\">").append(text).append("</td>");
  }

  private static String verification(Test test) {
    var keys = new StringBuilder();
    for (int i = 0; i < Math.min(FaceCharts.MOST_SETS, test.sets().size()); i++) {
      keys.append(key(FaceCharts.color(i), test.sets().get(i).name()));
    }
    if (test.sets().size() > FaceCharts.MOST_SETS) {
      keys.append("The first ").append(FaceCharts.MOST_SETS).append(" sets are drawn. ");
    }
    var out = new StringBuilder("<div class=\"grid\">\n");
    out.append(card("ROC", keys + key("", "guessing") + "The dot is the threshold. A line begins where one false pair is accepted.",
        FaceCharts.roc(test.sets())));
    for (var part : test.sets()) {
      double threshold = part.verification().threshold();
      out.append(card("Scores" + (test.sets().size() > 1 ? " of " + part.name() : ""), key("s1", "one person") + key("s2", "two people")
          + "At the threshold " + number(part.refused(threshold), 0) + " of " + number(part.genuine(), 0) + " are refused and "
          + number(part.accepted(threshold), 0) + " of " + number(part.roc().impostors(), 0) + " accepted wrongly.", FaceCharts.scores(part)));
    }
    return out.append("</div>\n").toString();
  }
}

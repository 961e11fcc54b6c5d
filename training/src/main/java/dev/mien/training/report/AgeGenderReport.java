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

import dev.mien.training.explain.CueStudy;
import dev.mien.training.explain.OverlaySheet.Panel;
import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.metrics.AgeGenderMetrics.Slice;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.metrics.Reliability;
import dev.mien.training.report.AgeGenderReportData.Epoch;
import dev.mien.training.report.AgeGenderReportData.Test;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The report of a model of age and gender: one HTML file that needs no other file, no script and no network, for screens light and dark,
 * wide and narrow, and for paper.
 *
 * <pre>{@code
 * DurableFiles.writeString(run.file("report.html"), AgeGenderReport.html(data, p -> OverlaySheet.panels(face(p), explainer.explain(face(p)), 112, 0.55)));
 * }</pre>
 */
public final class AgeGenderReport {
  /** Faces shown as best, and as many as worst and as most uncertain. */
  public static final int EXAMPLES = 6;

  private static final List<String> GENDERS = List.of("male", "female");

  private AgeGenderReport() {}

  /**
   * The page.
   *
   * @param pictures small pictures of a face, asked only for those that are shown: itself first, unnamed, then the maps over it; may be empty
   */
  public static String html(AgeGenderReportData data, Function<AgeGenderPrediction, List<Panel>> pictures) {
    var test = data.test();
    var body = new StringBuilder(header("Age and gender from faces", data.run()));
    body.append(headlines(test)).append(tiles(data));
    body.append("<h2>Training</h2>\n").append(training(data.epochs()));
    if (test.metrics().gender() != null) {
      body.append("<h2>Gender</h2>\n").append(gender(test.metrics()));
    }
    if (test.metrics().group() != null) {
      body.append("<h2>Age</h2>\n").append(age(test));
    }
    body.append(table(test.metrics().slices()));
    if (!data.cues().isEmpty()) {
      body.append("<h2>Where it looks</h2>\n").append(cues(data.cues()));
    }
    body.append(AgeGenderFaces.html(test.predictions(), pictures));
    body.append(Html.end(data.run(), data.remarks()));
    body.append("<footer>Written by Mien. Shares are of the test split, which was looked at once, at the end. A map shows where a network looked, not "
        + "why.</footer>\n");
    return Html.page("Age and gender report: " + data.run().name(), body.toString());
  }

  private static String headlines(Test test) {
    var out = new StringBuilder();
    var m = test.metrics();
    if (m.gender() != null) {
      out.append(headline(test, m.gender().accuracy(), "of " + number(m.gender().count(), 0) + " test pictures are told to show the right gender.",
          r -> r.gender() == null ? Double.NaN : r.gender().accuracy(), "always the majority", m.gender().majorityShare()));
    }
    if (m.group() != null) {
      out.append(headline(test, m.group().accuracy(), "of " + number(m.group().count(), 0) + " test pictures are told in the right one of "
          + m.group().confusion().length + " age groups, " + percent(m.group().oneOff()) + " in it or in one beside it.",
          r -> r.group() == null ? Double.NaN : r.group().accuracy(), "always the median's", m.group().constantShare()));
    }
    return out.toString();
  }

  private static String headline(Test test, double accuracy, String words, ToDoubleFunction<AgeGenderMetrics> figure, String floor, double floorShare) {
    var ladder = new StringBuilder(rung("this model", "own", accuracy, percent(accuracy)));
    for (var rival : test.rivals()) {
      double share = figure.applyAsDouble(rival.metrics());
      if (Double.isFinite(share)) {
        ladder.append(rung(rival.name(), "", share, percent(share)));
      }
    }
    if (Double.isFinite(floorShare)) {
      ladder.append(rung(floor, "lower", floorShare, percent(floorShare)));
    }
    return "<section class=\"card hero\"><div><div class=\"figure\">" + number(100 * accuracy, 1) + " <small>%</small></div><p>" + words
        + "</p></div><div class=\"ladder\">" + ladder + "</div></section>\n";
  }

  private static String tiles(AgeGenderReportData data) {
    var m = data.test().metrics();
    var out = new StringBuilder("<div class=\"tiles\">");
    if (m.years() != null) {
      out.append(tile(number(m.years().mae(), 2), "years of mean absolute error" + (Double.isFinite(m.years().floorMae())
          ? "; always the training median: " + number(m.years().floorMae(), 2) : "")));
    }
    if (m.group() != null) {
      out.append(tile(number(m.group().aabd(), 3), "groups off on the average, AABD"));
      out.append(tile(percent(m.group().calibration().ece()), "expected calibration error of the age group"));
    }
    if (m.gender() != null) {
      out.append(tile(percent(m.gender().calibration().ece()), "expected calibration error of the gender"));
    }
    var time = data.run().time();
    if (Double.isFinite(time.imagesPerSecond())) {
      out.append(tile(number(time.imagesPerSecond(), 1), data.epochs().isEmpty() ? "images/s" : "images/s in training"));
    }
    out.append(tile(duration(time.seconds()), data.epochs().isEmpty() ? "in all" : data.epochs().size() + " epochs, in all"));
    return out.append("</div>\n").toString();
  }

  private static List<double[]> points(List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
    return epochs.stream().map(e -> new double[] {e.epoch(), value.applyAsDouble(e)}).toList();
  }

  private static String training(List<Epoch> epochs) {
    if (epochs.isEmpty()) {
      return "<section class=\"card\"><p>This run measured a model that was there already; it has no epochs.</p></section>\n";
    }
    var out = new StringBuilder("<div class=\"grid\">\n");
    var validated = points(epochs, e -> e.validation().loss());
    double kept = TrainingCharts.lowest(validated);
    out.append(card("Loss", key("s1", "training") + (TrainingCharts.any(validated) ? key("s2", "validation; the epoch with the lowest is kept") : ""),
        TrainingCharts.loss(points(epochs, Epoch::trainLoss), validated, kept)));
    validation(out, kept, points(epochs, e -> 100 * e.validation().genderAccuracy()), share("Validation gender accuracy"));
    validation(out, kept, points(epochs, e -> 100 * e.validation().groupAccuracy()), share("Validation age-group accuracy"));
    validation(out, kept, points(epochs, e -> e.validation().mae()), new TrainingCharts.Measure("Validation MAE", "MAE, years", false, v -> number(v, 2)));
    if (TrainingCharts.any(points(epochs, Epoch::learningRate))) {
      out.append(card("Learning rate", key("s3", "at the end of the epoch"), TrainingCharts.learningRate(points(epochs, Epoch::learningRate))));
    }
    return out.append("</div>\n").toString();
  }

  private static TrainingCharts.Measure share(String title) {
    return new TrainingCharts.Measure(title, "right, %", true, v -> number(v, 1) + " %");
  }

  private static void validation(StringBuilder out, double kept, List<double[]> points, TrainingCharts.Measure measure) {
    if (TrainingCharts.any(points)) {
      out.append(card(measure.title(), key("s2", "validation split; the epoch that is kept is marked"), TrainingCharts.validation(points, measure, kept)));
    }
  }

  private static String gender(AgeGenderMetrics m) {
    var out = new StringBuilder("<div class=\"grid\">\n");
    out.append(card("Told against true gender", "Percent of each row; behind it the number of faces.",
        AgeGenderCharts.confusion(m.gender().confusion(), GENDERS, GENDERS, "Told against true gender")));
    out.append(card("P(female)", key("s1", "men") + key("s2", "women") + "The dashed line divides them.", AgeGenderCharts.female(m.gender())));
    slices(out, m.slices(), Slice::genderAccuracy, "Gender accuracy", true);
    out.append(reliability("Calibration of the gender", m.gender().calibration()));
    return out.append("</div>\n").toString();
  }

  private static String age(Test test) {
    var m = test.metrics();
    var out = new StringBuilder("<div class=\"grid\">\n");
    var groups = test.predictions().stream().filter(AgeGenderPrediction::scoresGroup).findFirst().orElseThrow().estimate().groups();
    out.append(card("Told against true age group", "Percent of each row; behind it the number of faces.",
        AgeGenderCharts.confusion(m.group().confusion(), groups.labels(), AgeGenderCharts.beginnings(groups), "Told against true age group")));
    if (m.years() != null) {
      out.append(card("Predicted against true age", key("s1", "a picture") + key("s2", "median of each five years") + key("", "perfect"),
          AgeGenderCharts.scatter(test.predictions())));
    }
    slices(out, m.slices(), Slice::groupAccuracy, "Age-group accuracy", true);
    slices(out, m.slices(), Slice::mae, "Mean absolute error", false);
    out.append(reliability("Calibration of the age group", m.group().calibration()));
    return out.append("</div>\n").toString();
  }

  private static String reliability(String title, Reliability calibration) {
    return card(title, "Answers that are 80 % sure should be right in 80 % of the cases; below the diagonal the model is too sure of itself. "
        + key("", "share of the faces") + "Expected calibration error " + percent(calibration.ece()) + ".", AgeGenderCharts.reliability(calibration));
  }

  /** A chart for each kind of part that has more than one. */
  private static void slices(StringBuilder out, List<Slice> all, ToDoubleFunction<Slice> value, String title, boolean shares) {
    for (var kind : List.of("gender", "race", "age")) {
      var slices = all.stream().filter(s -> s.kind().equals(kind) && Double.isFinite(value.applyAsDouble(s))).toList();
      if (slices.size() > 1) {
        out.append(card(title + " by " + kind, "Below: number of pictures.", AgeGenderCharts.slices(slices, value, title + " by " + kind, shares)));
      }
    }
  }

  private static String table(List<Slice> slices) {
    var out = new StringBuilder("<h2>Parts of the test split</h2>\n<section class=\"card\"><div class=\"scroll\"><table><thead><tr><th>part</th>"
        + "<th class=\"n\">pictures</th><th class=\"n\">gender right</th><th class=\"n\">group right</th><th class=\"n\">within one group</th>"
        + "<th class=\"n\">AABD</th><th class=\"n\">MAE, years</th></tr></thead><tbody>\n");
    for (var s : slices) {
      out.append("<tr><td>").append(escape(s.kind() + ": " + s.name())).append("</td>");
      for (var cell : List.of(number(s.count(), 0), percent(s.genderAccuracy()), percent(s.groupAccuracy()), percent(s.oneOff()), number(s.aabd(), 3),
          number(s.mae(), 2))) {
        out.append("<td class=\"n\">").append(cell).append("</td>");
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div></section>\n").toString();
  }

  private static String cues(List<CueStudy.Row> rows) {
    var out = new StringBuilder("<section class=\"card\"><h3>Maps against the cues of drawn faces</h3><p>On faces of the generator, which knows where hair, "
        + "eyes, lines ... are. An even map would put as much of itself on a cue as its area; IoU is of the fifth of the picture that counts most."
        + "</p><div class=\"scroll\"><table><thead><tr><th>map</th><th>cue</th><th class=\"n\">faces</th><th class=\"n\">area of the cue</th>"
        + "<th class=\"n\">map on the cue</th><th class=\"n\">times an even map</th><th class=\"n\">IoU</th><th class=\"n\">by chance</th></tr></thead><tbody>\n");
    for (var r : rows) {
      out.append("<tr><td>").append(escape(r.map())).append("</td><td>").append(escape(r.cue())).append("</td>");
      for (var cell : List.of(number(r.faces(), 0), percent(r.area()), percent(r.mass()), number(r.mass() / r.area(), 2), number(r.topIou(), 3),
          number(r.chanceIou(), 3))) {
        out.append("<td class=\"n\">").append(cell).append("</td>");
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div></section>\n").toString();
  }
}

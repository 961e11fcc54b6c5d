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

import dev.mien.models.age.AgeDistribution;
import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import dev.mien.training.report.AgeCharts.Group;
import dev.mien.training.report.AgeReportData.Epoch;
import dev.mien.training.report.AgeReportData.Floor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The report of an age model: one HTML file that needs no other file, no script and no network, for screens light and dark, wide
 * and narrow, and for paper.
 *
 * <pre>{@code
 * DurableFiles.writeString(run.file("report.html"), AgeReport.html(data, prediction -> thumbnail(prediction.id())));
 * }</pre>
 */
public final class AgeReport {
  /** Pictures shown as best, and as many as worst. */
  public static final int EXAMPLES = 8;

  private static final int CS_SHOWN = 5;

  private AgeReport() {}

  /**
   * The page.
   *
   * @param picture a small JPEG or PNG of a prediction, asked only for those that are shown; may return null
   */
  public static String html(AgeReportData data, Function<AgePrediction, byte[]> picture) {
    var body = new StringBuilder();
    body.append(header("Age from faces", data.run()));
    body.append(headline(data)).append(tiles(data));
    body.append("<h2>Training</h2>\n").append(training(data.epochs()));
    body.append("<h2>Test</h2>\n").append(test(data));
    body.append("<h2>Calibration</h2>\n").append(calibration(data));
    body.append(examples("Best predictions", "Smallest errors on the test split.", best(data.predictions()), picture));
    body.append(examples("Worst predictions",
        "Largest errors on the test split: look here for wrong labels, bad crops and blind spots.",
        worst(data.predictions()), picture));
    body.append(Html.end(data.run(), data.remarks()));
    body.append("<footer>Written by Mien. Shares are of the test split, which was looked at once, at the end.</footer>\n");
    return Html.page("Age report: " + data.run().name(), body.toString());
  }

  /** The predictions with the smallest errors, best first; of equal errors the one that comes first. */
  public static List<AgePrediction> best(List<AgePrediction> predictions) {
    return predictions.stream().sorted(Comparator.comparingDouble(p -> Math.abs(p.error()))).limit(EXAMPLES).toList();
  }

  /** The predictions with the largest errors, worst first; of equal errors the one that comes first. */
  public static List<AgePrediction> worst(List<AgePrediction> predictions) {
    return predictions.stream().sorted(Comparator.comparingDouble(p -> -Math.abs(p.error()))).limit(EXAMPLES).toList();
  }

  private static String headline(AgeReportData data) {
    var test = data.test();
    var floors = new ArrayList<>(data.floors());
    floors.add(new Floor("training median", test.floorMae(), false));
    floors.sort(Comparator.comparingDouble(Floor::mae));
    double top = Math.max(test.mae(), floors.stream().mapToDouble(Floor::mae).filter(Double::isFinite).max().orElse(0));
    var ladder = new StringBuilder(rung("this model", "own", test.mae() / top, number(test.mae(), 2)));
    floors.forEach(f -> ladder.append(rung(f.name(), f.lower() ? "lower" : "", f.mae() / top, number(f.mae(), 2))));
    return "<section class=\"card hero\"><div><div class=\"figure\">" + number(test.mae(), 2) + " <small>years</small></div>"
        + "<p>mean absolute error on " + number(test.count(), 0) + " test pictures: "
        + number(100 * test.mae() / test.floorMae(), 0)
        + " % of the error of always answering the training median.</p></div><div class=\"ladder\">" + ladder
        + "</div></section>\n";
  }

  private static String tiles(AgeReportData data) {
    var test = data.test();
    var out = new StringBuilder("<div class=\"tiles\">");
    out.append(tile(number(test.maeRounded(), 2), "MAE of whole years"));
    if (test.cs().length > CS_SHOWN) {
      out.append(tile(percent(test.cs()[CS_SHOWN]), "within 5 years, CS(5)"));
    }
    out.append(tile(percent(test.coverage80()), "of the ages lie in the 80 % interval"));
    if (Double.isFinite(test.epsilonError())) {
      out.append(tile(number(test.epsilonError(), 4), "ε-error"));
    }
    if (Double.isFinite(data.run().time().imagesPerSecond())) {
      out.append(tile(number(data.run().time().imagesPerSecond(), 1), "images/s in training"));
    }
    out.append(tile(duration(data.run().time().seconds()), data.epochs().isEmpty() ? "in all" : data.epochs().size() + " epochs, in all"));
    return out.append("</div>\n").toString();
  }

  private static String training(List<Epoch> epochs) {
    if (epochs.isEmpty()) {
      return "<section class=\"card\"><p>This run measured a model that was there already; it has no epochs.</p></section>\n";
    }
    var out = new StringBuilder("<div class=\"grid\">\n");
    out.append(card("Loss", key("s1", "training") + key("s2", "validation"), AgeCharts.loss(epochs)));
    if (epochs.stream().anyMatch(e -> Double.isFinite(e.validationMae()))) {
      out.append(card("Validation MAE", key("s2", "validation split; the best epoch is marked and kept"),
          AgeCharts.validationMae(epochs)));
    }
    if (epochs.stream().anyMatch(e -> Double.isFinite(e.averageK()))) {
      out.append(card("Average K", key("s3", "classes in the top-K set of the residue, which shrinks as the model gets surer"),
          AgeCharts.averageK(epochs)));
    }
    out.append(card("Learning rate", key("s3", "at the end of the epoch"), AgeCharts.learningRate(epochs)));
    return out.append("</div>\n").toString();
  }

  private static String test(AgeReportData data) {
    var test = data.test();
    var out = new StringBuilder("<div class=\"grid\">\n");
    out.append(card("Predicted against true age", key("s1", "a picture") + key("s2", "median of each five years")
        + key("", "perfect"),
        AgeCharts.scatter(data.predictions())));
    out.append(card("Error by age", key("s1", "MAE") + key("s2", "bias, above zero: predicted too old")
        + "Below: number of pictures.",
        AgeCharts.groups(bands(test), "age band")));
    out.append(card("Cumulative score", "Share of the pictures whose error is at most so many years.",
        AgeCharts.cumulativeScore(test.cs())));
    if (test.genders().stream().anyMatch(g -> g.gender() >= 0)) {
      out.append(card("Error by gender", key("s1", "MAE") + key("s2", "bias"), AgeCharts.groups(genders(test), "gender")));
    }
    return out.append("</div>\n").toString();
  }

  private static List<Group> bands(AgeMetrics test) {
    return test.bands().stream()
        .map(b -> new Group(b.fromYears() + "–" + (b.toYears() - 1), b.count(), b.mae(), b.bias())).toList();
  }

  private static List<Group> genders(AgeMetrics test) {
    return test.genders().stream()
        .map(g -> new Group(g.gender() == 0 ? "male" : g.gender() == 1 ? "female" : "unknown", g.count(), g.mae(), g.bias()))
        .toList();
  }

  private static String calibration(AgeReportData data) {
    if (!Double.isFinite(data.test().coverage80())) {
      return "<section class=\"card\"><p>This model gives no distributions, so there is nothing to hold against the ages.</p>"
          + "</section>\n";
    }
    return "<div class=\"grid\">\n"
        + card("Promised and kept",
        "The 80 % interval should hold 80 % of the ages, and so for every other. Below the diagonal the model is "
            + "too sure of itself.", AgeCharts.calibration(data.test().calibration()))
        + card("Where the true age falls",
        "Flat is right; high ends mean too sure, a hill means too timid, a slope means biased.",
            AgeCharts.positions(data.predictions()))
        + "</div>\n";
  }

  private static String examples(String title, String sentence, List<AgePrediction> chosen, Function<AgePrediction,
      byte[]> picture) {
    if (chosen.isEmpty()) {
      return "";
    }
    var out = new StringBuilder("<h2>" + escape(title) + "</h2>\n<p class=\"lead\">"
        + escape(sentence) + " "
        + key("s2", "true age") + key("s1", "predicted, with its 80 % interval and distribution")
        + "</p>\n<div class=\"examples\">\n");
    chosen.forEach(p -> out.append(example(p, picture.apply(p))));
    return out.append("</div>\n").toString();
  }

  private static String example(AgePrediction p, byte[] picture) {
    String interval = "";
    if (p.distribution() != null) {
      var central = new AgeDistribution(p.distribution()).central(0.8);
      interval = "80 %: " + number(central.low(), 0) + "–" + number(central.high(), 0);
    }
    return "<div class=\"card example\">" + (picture == null ? "<div class=\"nopicture\">no picture</div>"
        : Html.picture(picture, "face"))
        + "<div class=\"words\"><b>" + number(p.predictedYears(), 1) + "</b>true <em>" + number(p.ageYears(), 0) + "</em> ("
        + signed(p.error()) + ")<br>" + interval + "<span class=\"id\" title=\"" + escape(p.id()) + "\">" + escape(p.id())
        + "</span></div>" + (p.distribution() == null ? "" : AgeCharts.distribution(p)) + "</div>\n";
  }

  private static String signed(double years) {
    return Math.abs(years) < 0.05 ? "0.0" : String.format(Locale.ROOT, "%+.1f", years).replace('-', '−');
  }
}

package dev.mien.training.report;

import static dev.mien.training.report.Html.escape;
import static dev.mien.training.report.Html.key;
import static dev.mien.training.report.Html.number;

import dev.mien.training.explain.OverlaySheet.Panel;
import dev.mien.training.metrics.AgeGenderPrediction;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The part of the report of age and gender that shows faces with the maps over them. */
final class AgeGenderFaces {
  private AgeGenderFaces() {}

  static String html(List<AgeGenderPrediction> predictions, Function<AgeGenderPrediction, List<Panel>> pictures) {
    var known = predictions.stream().filter(p -> p.scoresGender() || p.scoresGroup()).toList();
    String keys = key("s2", "true age group") + key("s1", "others, by their probability");
    return section("Best faces", "What is true was the likeliest by far.", keys, first(known, AgeGenderPrediction::surprise), pictures)
        + section("Worst faces", "What is true was thought the least likely: look here for wrong labels, bad crops and blind spots.", keys,
            first(known, p -> -p.surprise()), pictures)
        + section("Most uncertain faces", "The model could not decide, right or wrong.", keys, first(predictions, p -> -p.entropy()), pictures);
  }

  /** Those with the least value, of equal ones the first. */
  private static List<AgeGenderPrediction> first(List<AgeGenderPrediction> predictions, ToDoubleFunction<AgeGenderPrediction> value) {
    return predictions.stream().sorted(Comparator.comparingDouble(value)).limit(AgeGenderReport.EXAMPLES).toList();
  }

  private static String section(String title, String sentence, String keys, List<AgeGenderPrediction> chosen,
      Function<AgeGenderPrediction, List<Panel>> pictures) {
    if (chosen.isEmpty()) {
      return "";
    }
    var out = new StringBuilder("<h2>" + title + "</h2>\n<p class=\"lead\">" + sentence + " " + keys + "</p>\n<div class=\"looks\">\n");
    chosen.forEach(p -> out.append(face(p, pictures.apply(p))));
    return out.append("</div>\n").toString();
  }

  private static String face(AgeGenderPrediction p, List<Panel> panels) {
    var out = new StringBuilder("<div class=\"card pair look\"><p>").append(words(p)).append("</p>");
    if (panels.isEmpty()) {
      out.append("<figure><div class=\"nopicture\">no picture</div></figure>");
    }
    panels.forEach(panel -> out.append("<figure>").append(Html.picture(panel.png(), panel.name().isEmpty() ? "face" : panel.name()))
        .append("<figcaption>").append(panel.name().isEmpty() ? FacePairs.shortened(p.id()) : escape(panel.name())).append("</figcaption></figure>"));
    if (p.estimate().group() >= 0) {
      out.append(AgeGenderCharts.groups(p));
    }
    return out.append("</div>\n").toString();
  }

  private static String words(AgeGenderPrediction p) {
    var e = p.estimate();
    var out = new StringBuilder();
    if (e.gender() >= 0) {
      out.append("<b>").append(e.gender() == 1 ? "female" : "male").append("</b> P(female) ").append(number(e.pFemale(), 3));
      out.append(p.gender() < 0 || p.genderRight() ? "" : ", is <em>" + (p.gender() == 1 ? "female" : "male") + "</em>").append("<br>");
    }
    if (e.group() >= 0) {
      out.append("<b>").append(escape(e.groups().label(e.group()))).append("</b>");
      var interval = e.age().central(0.8);
      out.append(number(e.ageYears(), 1)).append(" years (80 %: ").append(number(interval.low(), 0)).append('–').append(number(interval.high(), 0))
          .append(")");
      out.append(Double.isNaN(p.ageYears()) ? "" : ", is <em>" + number(p.ageYears(), 0) + "</em>");
    }
    return out.toString();
  }
}

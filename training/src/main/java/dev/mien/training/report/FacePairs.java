package dev.mien.training.report;

import static dev.mien.training.report.Html.escape;
import static dev.mien.training.report.Html.number;

import dev.mien.training.report.FaceReportData.Face;
import dev.mien.training.report.FaceReportData.Pair;
import dev.mien.training.report.FaceReportData.Test;
import java.util.List;
import java.util.function.Function;

/** The part of the face report that shows pairs on the wrong side of the threshold. */
final class FacePairs {
  private FacePairs() {}

  static String html(Test test, Function<Face, byte[]> picture) {
    var all = test.all();
    double threshold = all.verification().threshold();
    String cosine = number(all.verification().cosineThreshold(), 3);
    var refused = new Kind("False rejections", "one person", "at or below", "refused", all.refused(threshold), all.genuine());
    var accepted = new Kind("False acceptances", "two people", "above", "accepted", all.accepted(threshold), all.roc().impostors());
    boolean named = test.sets().size() > 1;
    return section(refused, test.wrong().refused(), cosine, named, picture) + section(accepted, test.wrong().accepted(), cosine, named, picture);
  }

  private record Kind(String title, String people, String side, String decided, int count, int of) {}

  private static String section(Kind kind, List<Pair> pairs, String threshold, boolean named, Function<Face, byte[]> picture) {
    var out = new StringBuilder("<h2>" + kind.title + "</h2>\n");
    if (pairs.isEmpty()) {
      return out.append("<section class=\"card\"><p>No pair of ").append(kind.people).append(" was ").append(kind.decided)
          .append(" at the threshold of all pairs, ").append(threshold).append(".</p></section>\n").toString();
    }
    out.append("<p class=\"lead\">Pairs of ").append(kind.people).append(' ').append(kind.side).append(" the threshold of all pairs, cosine ")
        .append(threshold).append(": ").append(number(kind.count, 0)).append(" of ").append(number(kind.of, 0)).append(" (")
        .append(number(100.0 * kind.count / kind.of, 1)).append(" %). ").append(pairs.size() < kind.count ? "The " + pairs.size() + " furthest from it. " : "")
        .append("Look here for wrong labels, bad crops and blind spots.</p>\n<div class=\"pairs\">\n");
    for (var pair : pairs) {
      out.append("<div class=\"card pair\"><p><b>").append(number(pair.cosine(), 3).replace('-', '−')).append("</b>")
          .append(named ? escape(pair.first().set()) : "cosine").append("</p>").append(face(pair.first(), picture)).append(face(pair.second(), picture))
          .append("</div>\n");
    }
    return out.append("</div>\n").toString();
  }

  private static String face(Face face, Function<Face, byte[]> picture) {
    byte[] bytes = picture.apply(face);
    return "<figure>" + (bytes == null ? "<div class=\"nopicture\">no picture</div>" : Html.picture(bytes, "face")) + "<figcaption title=\""
        + escape(face.name()) + "\">" + shortened(face.name()) + "</figcaption></figure>";
  }

  /**
   * The last two parts of a path, person and picture in most data sets, or the last alone where it names the person too; lines may break
   * behind a slash, a dash or an underscore.
   */
  static String shortened(String name) {
    int last = name.lastIndexOf('/');
    int before = last < 0 ? -1 : name.lastIndexOf('/', last - 1);
    boolean told = last > 0 && name.substring(last + 1).startsWith(name.substring(before + 1, last));
    return escape(name.substring(told ? last + 1 : before + 1)).replaceAll("([/_-])", "$1<wbr>");
  }
}

package dev.mien.training.explain;

import dev.mien.engine.tensor.MienException;
import dev.mien.models.agegender.AgeGenderExplainer;
import dev.mien.models.agegender.AgeGenderExplainer.View;
import dev.mien.training.synthetic.Cue;
import dev.mien.training.synthetic.CueMask;
import dev.mien.training.synthetic.SyntheticFaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** How well the maps of a model fall on the cues of drawn faces, on the average: where a network of age and gender should look. */
public final class CueStudy {
  private static final int BATCH = 16;

  private CueStudy() {}

  /**
   * A map's mean agreement with a cue.
   *
   * @param map the view's name
   * @param cue {@code hair}, {@code brows}, {@code eyes}, {@code mouth}, {@code beard}, {@code creases}, or {@code any} of them
   * @param faces that show the cue and whose map is not even, one at least
   * @param area mean share of the picture that shows it, which an even map would score as {@code mass}
   * @param mass mean share of the map on it
   * @param topIou mean intersection over union with the fifth of the pixels that counts most
   * @param chanceIou the same by chance
   */
  public record Row(String map, String cue, int faces, double area, double mass, double topIou, double chanceIou) {}

  /**
   * Explains the first faces of a drawn set.
   *
   * @param sidePx side of the model's input, at which faces and masks are drawn
   * @throws MienException when there are not so many faces
   */
  public static List<Row> of(AgeGenderExplainer explainer, SyntheticFaces faces, int count, int sidePx) {
    if (count < 1 || count > faces.size()) {
      throw new MienException("[explain] expected 1 to " + faces.size() + " faces, got " + count);
    }
    var sums = new LinkedHashMap<String, Map<String, Sum>>();
    for (int from = 0; from < count; from += BATCH) {
      int[] indices = IntStream.range(from, Math.min(count, from + BATCH)).toArray();
      var views = explainer.explain(IntStream.of(indices).mapToObj(i -> faces.image(i, sidePx)).toList());
      for (int i = 0; i < indices.length; i++) {
        add(sums, views.get(i), named(faces.cues(indices[i], sidePx)));
      }
    }
    var rows = new ArrayList<Row>();
    sums.forEach((map, byCue) -> byCue.forEach((cue, sum) -> {
      if (sum.faces > 0) {
        rows.add(sum.row(map, cue));
      }
    }));
    return rows;
  }

  private static Map<String, CueMask> named(Map<Cue, CueMask> masks) {
    var named = new LinkedHashMap<String, CueMask>();
    masks.forEach((cue, mask) -> named.put(cue.name().toLowerCase(Locale.ROOT), mask));
    named.put("any", masks.values().stream().reduce(CueMask::or).orElseThrow());
    return named;
  }

  private static void add(Map<String, Map<String, Sum>> sums, List<View> views, Map<String, CueMask> cues) {
    for (var view : views) {
      var byCue = sums.computeIfAbsent(view.name(), _ -> new LinkedHashMap<>());
      cues.forEach((name, mask) -> byCue.computeIfAbsent(name, _ -> new Sum()).add(CueAgreement.of(view.map(), mask)));
    }
  }

  private static final class Sum {
    private int faces;
    private double area;
    private double mass;
    private double topIou;
    private double chanceIou;

    void add(CueAgreement found) {
      if (found.area() > 0 && !Double.isNaN(found.mass())) {
        faces++;
        area += found.area();
        mass += found.mass();
        topIou += found.topIou();
        chanceIou += found.chanceIou();
      }
    }

    Row row(String map, String cue) {
      return new Row(map, cue, faces, area / faces, mass / faces, topIou / faces, chanceIou / faces);
    }
  }
}

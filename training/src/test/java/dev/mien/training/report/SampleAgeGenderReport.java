package dev.mien.training.report;

import dev.mien.models.age.AgeDistribution;
import dev.mien.models.agegender.AgeGenderEstimate;
import dev.mien.models.agegender.AgeGenderExplainer.View;
import dev.mien.models.agegender.AgeGroups;
import dev.mien.models.explain.Heatmap;
import dev.mien.training.explain.CueStudy;
import dev.mien.training.explain.OverlaySheet;
import dev.mien.training.metrics.AgeGenderMetrics;
import dev.mien.training.metrics.AgeGenderMetrics.Baseline;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.report.AgeGenderReportData.Epoch;
import dev.mien.training.report.AgeGenderReportData.Rival;
import dev.mien.training.report.AgeGenderReportData.Validation;
import dev.mien.training.synthetic.SyntheticFaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;

/** Figures as a run of age and gender might have them, for looking at the report and for its test; {@code main} writes them out as a page. */
final class SampleAgeGenderReport {
  static final String NASTY = "part1/O'Hara & <Sons>/\"25\"_1_0.jpg";
  private static final SyntheticFaces FACES = new SyntheticFaces(2026, 1200);
  private static final List<String> RACES = List.of("White", "Black", "Asian", "Indian", "Others");
  private static final Baseline BASELINE = new Baseline(31, 0.47);

  private SampleAgeGenderReport() {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), AgeGenderReport.html(data(40, AgeGroups.decade()), SampleAgeGenderReport::panels));
    if (arguments.length > 1) {
      Files.writeString(Path.of(arguments[1]), AgeGenderReport.html(data(0, AgeGroups.coarse()), _ -> List.of()));
    }
  }

  static AgeGenderReportData data(int epochs, AgeGroups groups) {
    var curve = new ArrayList<Epoch>();
    for (int e = 1; e <= epochs; e++) {
      double learned = 1 - Math.exp(-e / 9.0);
      curve.add(new Epoch(e, 3.4 - 2.1 * learned, 0.05 * (1 + Math.cos(Math.PI * e / epochs)) / 2 + 1e-4,
          new Validation(3.5 - 1.7 * learned + 0.004 * e, 0.55 + 0.37 * learned, 0.2 + 0.38 * learned - 0.001 * e, 17 - 11 * learned + 0.02 * e)));
    }
    var predictions = predictions(groups, 0.9, 3);
    var configuration = new LinkedHashMap<String, String>();
    configuration.put("preset", "small");
    configuration.put("model", "attention-tiny + resnet-small");
    configuration.put("data", "utkface:My Faces & <others>");
    var run = new ReportRun("runs/age-gender-20261127-101500-2026", "attention-tiny + resnet-small · UTKFace · " + groups.name() + " groups",
        "./mien train age-gender --data 'utkface:My Faces & <others>'", new ReportRun.Time(5210, 231.4), configuration);
    var rivals = List.of(new Rival("attention-tiny", AgeGenderMetrics.of(predictions(groups, 1.2, 5), BASELINE)),
        new Rival("resnet-small", AgeGenderMetrics.of(predictions(groups, 1.1, 6), BASELINE)));
    var cues = epochs == 0 ? List.<CueStudy.Row>of() : List.of(new CueStudy.Row("mask of attention1", "hair", 196, 0.22, 0.31, 0.24, 0.12),
        new CueStudy.Row("mask of attention1", "creases", 171, 0.04, 0.07, 0.06, 0.035), new CueStudy.Row("Grad-CAM gender", "any", 200, 0.36, 0.58, 0.33, 0.148));
    return new AgeGenderReportData(run, curve, new AgeGenderReportData.Test(AgeGenderMetrics.of(predictions, BASELINE), predictions, rivals), cues,
        new Remarks(List.of("2 pictures cannot be read: a_<script>.jpg, b.jpg"), List.of("The paper's recipe was not run.")));
  }

  /** The larger the noise, the worse. */
  static List<AgeGenderPrediction> predictions(AgeGroups groups, double noise, long seed) {
    var random = new SplittableRandom(seed);
    var list = new ArrayList<AgeGenderPrediction>();
    for (int i = 0; i < FACES.size(); i++) {
      var face = FACES.face(i);
      double spread = noise * (2 + face.ageYears() / 9);
      double center = Math.clamp(face.ageYears() + spread * random.nextGaussian(), 0.5, 99);
      double logit = (face.gender() == 1 ? 3.2 : -3.2) + 2.1 * noise * random.nextGaussian();
      var years = new float[101];
      var byGroup = new float[groups.count()];
      double sum = 0;
      for (int a = 0; a < years.length; a++) {
        years[a] = (float) Math.exp(-(a - center) * (a - center) / (2 * spread * spread));
        sum += years[a];
      }
      for (int a = 0; a < years.length; a++) {
        years[a] /= (float) sum;
        byGroup[groups.of(a)] += years[a];
      }
      list.add(new AgeGenderPrediction(i % 50 == 7 ? NASTY : String.format("synthetic/%05d", i), face.ageYears(), i % 97 == 0 ? -1 : face.gender(),
          RACES.get(i * 7 % 11 % 5), new AgeGenderEstimate(1 / (1 + Math.exp(-logit)), groups, byGroup, new AgeDistribution(years))));
    }
    return list;
  }

  /** A drawn face, and blobs over it in place of what a network saw. */
  static List<OverlaySheet.Panel> panels(AgeGenderPrediction p) {
    int index = p.id().startsWith("synthetic/") ? Integer.parseInt(p.id().substring(10)) : 0;
    var views = new ArrayList<View>();
    for (var name : List.of("mask of attention1", "mask of attention2", "mask of attention3", "Grad-CAM gender", "Grad-CAM age group")) {
      int k = views.size();
      var values = new float[32 * 32];
      for (int at = 0; at < values.length; at++) {
        double x = at % 32 - 16 + 3 * Math.sin(k + index);
        double y = at / 32 - 14 + 6 * Math.cos(2.0 * k);
        values[at] = (float) Math.exp(-(x * x + y * y) / (30 + 40 * k));
      }
      views.add(new View(name, Heatmap.stretched(32, 32, values)));
    }
    return OverlaySheet.panels(FACES.image(index, 96), views, 96, 0.55);
  }
}

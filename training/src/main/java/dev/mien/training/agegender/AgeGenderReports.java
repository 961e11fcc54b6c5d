package dev.mien.training.agegender;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderExplainer;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeSource;
import dev.mien.training.explain.CueStudy;
import dev.mien.training.explain.OverlaySheet;
import dev.mien.training.explain.OverlaySheet.Panel;
import dev.mien.training.metrics.AgeGenderPrediction;
import dev.mien.training.report.AgeGenderReport;
import dev.mien.training.report.AgeGenderReportData;
import dev.mien.training.report.AgeGenderReportData.Epoch;
import dev.mien.training.report.Remarks;
import dev.mien.training.report.ReportRun;
import dev.mien.training.run.MetricsCsv;
import dev.mien.training.run.RunFolder;
import dev.mien.training.synthetic.SyntheticFaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What people see of a finished run or an evaluation: the report page and the closing lines. */
final class AgeGenderReports {
  /** The page's name in a run folder. */
  static final String FILE = "report.html";

  private static final int THUMBNAIL_PX = 112;
  private static final double OPACITY = 0.55;
  /** Drawn faces on which maps are held against cues; of another seed than those that are learned from. */
  private static final int CUE_FACES = 100;
  private static final long CUE_SEED = 4711;

  private final AgeGenderPredictor predictor;
  private final AgeSource source;
  private final AgeGenderExplainer explainer;
  private final Map<String, Integer> positions = new HashMap<>();

  AgeGenderReports(AgeGenderPredictor predictor, AgeSource source, Device device) {
    this.predictor = predictor;
    this.source = source;
    explainer = new AgeGenderExplainer(predictor.ensemble(), device);
    for (int i = 0; i < source.samples().size(); i++) {
      positions.put(source.samples().get(i).id(), i);
    }
  }

  /** Writes the page of a run. */
  void write(RunFolder run, AgeGenderReportData.Test test, AgeGenderOutcome outcome) {
    var told = ReportRun.of(run, predictor.model().describe() + " · " + source.name(), source.describe(),
        new ReportRun.Time(outcome.seconds(), outcome.imagesPerSecond()));
    var columns = new ArrayList<>(List.of("step"));
    columns.addAll(AgeGenderTrainer.COLUMNS);
    var epochs = MetricsCsv.read(run.file("metrics.csv"), columns).stream().map(row -> Epoch.of(row.values())).toList();
    write(run.file(FILE), told, epochs, test);
  }

  /** Writes the page of an evaluation. */
  void write(Path file, ReportRun told, AgeGenderReportData.Test test) {
    write(file, told, List.of(), test);
  }

  private void write(Path file, ReportRun told, List<Epoch> epochs, AgeGenderReportData.Test test) {
    var data = new AgeGenderReportData(told, epochs, test, cues(), new Remarks(source.findings().lines(10),
        List.of("One seed: the spread over seeds was not measured here.")));
    DurableFiles.writeString(file, AgeGenderReport.html(data, this::panels));
  }

  private List<CueStudy.Row> cues() {
    int side = predictor.model().members().getFirst().contract().inputWidth();
    boolean drawn = source.name().equals("synthetic") && side >= SyntheticFaces.LEAST_SIDE;
    return drawn ? CueStudy.of(explainer, new SyntheticFaces(CUE_SEED, CUE_FACES), CUE_FACES, side) : List.of();
  }

  private List<Panel> panels(AgeGenderPrediction prediction) {
    var face = source.read(positions.get(prediction.id()));
    return OverlaySheet.panels(face, explainer.explain(face), THUMBNAIL_PX, OPACITY);
  }

  /** The closing lines: as one, then each member of an ensemble. */
  static void print(Console console, String name, AgeGenderOutcome outcome) {
    print(console, outcome.members() == null ? name : name + ", all as one", outcome.test());
    if (outcome.members() != null) {
      outcome.members().forEach((member, test) -> print(console, member, test));
    }
  }

  private static void print(Console console, String name, AgeGenderOutcome.Test t) {
    var line = new StringBuilder(String.format(Locale.ROOT, "%s, %d pictures:", name, t.count()));
    if (t.genderAccuracy() != null) {
      line.append(String.format(Locale.ROOT, " gender %.2f %% right (always the majority %.2f)%s", 100 * t.genderAccuracy(), 100 * t.majorityGender(),
          t.ageGroupAccuracy() == null ? "" : ";"));
    }
    if (t.ageGroupAccuracy() != null) {
      line.append(String.format(Locale.ROOT, " age group %.2f %% right, %.2f %% at most one off, %.3f off on the average; MAE %.2f years (always the training "
          + "median %.2f)", 100 * t.ageGroupAccuracy(), 100 * t.oneOff(), t.aabd(), t.mae(), t.floorMae()));
    }
    console.print(line.toString());
  }
}

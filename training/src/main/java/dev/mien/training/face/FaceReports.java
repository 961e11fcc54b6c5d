package dev.mien.training.face;

import dev.mien.engine.io.DurableFiles;
import dev.mien.engine.tensor.FormatException;
import dev.mien.models.image.ImageContract;
import dev.mien.models.image.ImageTransforms;
import dev.mien.training.command.Console;
import dev.mien.training.facedata.FaceSource;
import dev.mien.training.facedata.PairSet;
import dev.mien.training.report.FaceReport;
import dev.mien.training.report.FaceReportData;
import dev.mien.training.report.FaceReportData.Face;
import dev.mien.training.report.FaceReportData.Pair;
import dev.mien.training.report.FaceReportData.Part;
import dev.mien.training.report.FaceReportData.Pictures;
import dev.mien.training.report.Histogram;
import dev.mien.training.report.Remarks;
import dev.mien.training.report.ReportRun;
import dev.mien.training.report.TerminalScores;
import dev.mien.training.run.MetricsCsv;
import dev.mien.training.run.RunFolder;
import dev.mien.training.verification.Correlation;
import dev.mien.training.verification.HardestPairs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.imageio.ImageIO;

/** What people see of a finished run or an evaluation: the report page and the closing lines. */
final class FaceReports {
  /** The page's name in a run folder. */
  static final String FILE = "report.html";

  private static final int THUMBNAIL_PX = 128;
  private static final int TERMINAL_COLUMNS = 60;

  private FaceReports() {}

  /** What was measured on the pairs, or null where there are none. */
  static FaceReportData.Test measure(List<FaceEvaluator.Scored> scored, ImageContract contract) {
    if (scored.isEmpty()) {
      return null;
    }
    var sets = scored.stream().map(s -> Part.of(s.set().name(), s.set().missing().size(), s.scores())).toList();
    int missing = sets.stream().mapToInt(Part::missing).sum();
    var all = sets.size() == 1 ? sets.getFirst() : Part.of("all sets", missing, FaceEvaluator.together(scored));
    var pictures = scored.stream().map(s -> FaceMeasures.of(s, contract)).toList();
    return new FaceReportData.Test(all, sets, pictures, FaceMeasures.quality(flat(pictures, Pictures::norms)), wrong(scored, all));
  }

  private static FaceReportData.Wrong wrong(List<FaceEvaluator.Scored> scored, Part all) {
    var hardest = HardestPairs.of(all.scores(), FaceReport.EXAMPLES);
    double threshold = all.verification().threshold();
    return new FaceReportData.Wrong(
        hardest.genuine().stream().filter(p -> p.distance() >= threshold).map(p -> pair(scored, p)).toList(),
        hardest.impostors().stream().filter(p -> p.distance() < threshold).map(p -> pair(scored, p)).toList());
  }

  private static Pair pair(List<FaceEvaluator.Scored> scored, HardestPairs.Pair found) {
    int index = found.index();
    for (var s : scored) {
      if (index < s.scores().size()) {
        var pair = s.set().pairs().get(index);
        return new Pair(face(s.set(), pair.first()), face(s.set(), pair.second()), 1 - found.distance() / 2);
      }
      index -= s.scores().size();
    }
    throw new IllegalStateException("no pair " + found.index());
  }

  private static Face face(PairSet set, int image) {
    return new Face(set.name(), image, set.images().get(image));
  }

  private static double[] flat(List<Pictures> sets, Function<Pictures, double[]> measure) {
    return sets.stream().flatMapToDouble(s -> Arrays.stream(measure.apply(s))).toArray();
  }

  /** Writes {@code report.html} into the run. */
  static void write(RunFolder run, FaceSource source, FaceReportData.Test test, FaceOutcome outcome) {
    var settings = FaceSettings.fromMap(run.record().options());
    boolean adaFace = settings.head().name().equals("adaface");
    var quality = adaFace ? QualityHistogram.read(run.file(QualityHistogram.FILE))
        .map(q -> new FaceReportData.Quality(q.epoch(), new Histogram(q.from(), q.to(), q.counts()))).orElse(null) : null;
    var training = new FaceReportData.Training(epochs(run.file("metrics.csv")), adaFace, quality);
    String summary = settings.model() + " · " + source.name() + " · head " + settings.head().name();
    var time = new ReportRun.Time(outcome.seconds(), outcome.imagesPerSecond());
    var data = new FaceReportData(ReportRun.of(run, summary, source.describe(), time), training, test,
        new Remarks(source.findings(), notRun(settings)));
    write(run.file(FILE), data, source);
  }

  /** Writes the page; the pictures of wrong pairs are read again from the source's test pairs. */
  static void write(Path file, FaceReportData data, FaceSource source) {
    Map<String, PairSet> sets = new HashMap<>();
    source.test().forEach(s -> sets.put(s.name(), s));
    DurableFiles.writeString(file, FaceReport.html(data, face -> thumbnail(sets.get(face.set()), face.image())));
  }

  /** The course of a training as {@code metrics.csv} has it. */
  static List<FaceReportData.Epoch> epochs(Path metrics) {
    var columns = new ArrayList<>(List.of("step"));
    columns.addAll(FaceTrainer.COLUMNS);
    var epochs = new ArrayList<FaceReportData.Epoch>();
    for (var row : MetricsCsv.read(metrics, columns)) {
      var v = row.values();
      if (!v.containsKey("epoch")) {
        throw new FormatException(metrics + ": the row of step " + row.step() + " names no epoch");
      }
      var quality = new FaceReportData.Spread(v.getOrDefault("train/quality", Double.NaN), v.getOrDefault("train/qualityStd", Double.NaN));
      epochs.add(new FaceReportData.Epoch(v.get("epoch").intValue(), v.getOrDefault("train/loss", Double.NaN),
          v.getOrDefault("validation/accuracy", Double.NaN), quality, v.getOrDefault("learningRate", Double.NaN)));
    }
    return epochs;
  }

  private static List<String> notRun(FaceSettings settings) {
    var missing = new ArrayList<String>();
    if (!settings.preset().equals("paper")) {
      missing.add("The paper's own recipe (IR-18 on CASIA-WebFace, batch 512, 26 epochs) was not run: preset '" + settings.preset() + "' was.");
    }
    missing.add("One seed: the spread over seeds was not measured here.");
    return missing;
  }

  private static byte[] thumbnail(PairSet set, int image) {
    var bytes = new ByteArrayOutputStream();
    try {
      var picture = set.reader().apply(image);
      double scale = Math.min(1, THUMBNAIL_PX / (double) Math.max(picture.width(), picture.height()));
      int width = (int) Math.max(1, Math.round(scale * picture.width()));
      int height = (int) Math.max(1, Math.round(scale * picture.height()));
      ImageIO.write((scale < 1 ? ImageTransforms.resize(picture, width, height) : picture).toBufferedImage(), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The closing lines after the figures: how the scores are spread, and what the norm says of the pictures. */
  static void print(Console console, FaceReportData.Test test, Path report) {
    if (test != null) {
      var all = test.all();
      console.print(TerminalScores.render(all.cosines(true), all.cosines(false), all.verification().cosineThreshold(), TERMINAL_COLUMNS,
          console.supportsBlocks()).stripTrailing());
      correlation(console, test, "sharpness", Pictures::sharpness);
      correlation(console, test, "size", Pictures::sidesPx);
    }
    if (report != null) {
      console.print("report: " + report);
    }
  }

  private static void correlation(Console console, FaceReportData.Test test, String name, Function<Pictures, double[]> measure) {
    var found = Correlation.of(flat(test.pictures(), measure), flat(test.pictures(), Pictures::norms));
    if (Double.isFinite(found.spearman())) {
      console.printf("norm of the features against %s of the pictures: Spearman %+.2f, Pearson %+.2f (%d pictures)", name, found.spearman(),
          found.pearson(), found.count());
    }
  }
}

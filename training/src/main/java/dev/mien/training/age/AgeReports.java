package dev.mien.training.age;

import dev.mien.engine.io.DurableFiles;
import dev.mien.models.age.AgeDistribution;
import dev.mien.models.image.ImageTransforms;
import dev.mien.models.loss.AgeLosses;
import dev.mien.training.command.Console;
import dev.mien.training.data.AgeSource;
import dev.mien.training.metrics.AgeMetrics;
import dev.mien.training.metrics.AgePrediction;
import dev.mien.training.report.AgeReport;
import dev.mien.training.report.AgeReportData;
import dev.mien.training.report.AmrTableReport;
import dev.mien.training.report.Remarks;
import dev.mien.training.report.ReportRun;
import dev.mien.training.report.TerminalChart;
import dev.mien.training.run.MetricsCsv;
import dev.mien.training.run.RunFolder;
import dev.mien.training.run.TableFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;

/** What people see of a finished run: the report page and the closing lines. */
final class AgeReports {
  private static final int THUMBNAIL_PX = 112;
  private static final int TERMINAL_COLUMNS = 72;

  private AgeReports() {}

  /** Writes {@code report.html} into the run. */
  static void write(RunFolder run, AgeSource source, List<AgePrediction> predictions, AgeMetrics metrics, AgeOutcome outcome) {
    var remarks = new Remarks(source.findings().lines(10), notRun(run));
    var data = new AgeReportData(runOf(run, source, outcome), epochs(run), metrics, floors(outcome), predictions, remarks);
    Map<String, Integer> position = new HashMap<>();
    for (int i = 0; i < source.samples().size(); i++) {
      position.put(source.samples().get(i).id(), i);
    }
    DurableFiles.writeString(run.file("report.html"), AgeReport.html(data, p -> thumbnail(source, position.get(p.id()))));
  }

  private static ReportRun runOf(RunFolder run, AgeSource source, AgeOutcome outcome) {
    var options = run.record().options();
    String summary = options.get("model") + " · " + source.name() + " · loss " + options.get("loss") + " · " + options.get("size") + " px";
    return ReportRun.of(run, summary, source.describe(), new ReportRun.Time(outcome.seconds(), outcome.imagesPerSecond()));
  }

  private static List<AgeReportData.Epoch> epochs(RunFolder run) {
    var columns = new ArrayList<>(List.of("step"));
    columns.addAll(AgeTrainer.COLUMNS);
    var epochs = new ArrayList<AgeReportData.Epoch>();
    for (var row : MetricsCsv.read(run.file("metrics.csv"), columns)) {
      var v = row.values();
      epochs.add(new AgeReportData.Epoch(v.get("epoch").intValue(), v.get("train/loss"),
          v.getOrDefault("validation/loss", Double.NaN), v.getOrDefault("validation/mae", Double.NaN), v.get("learningRate"), v.get("train/averageK")));
    }
    return epochs;
  }

  private static List<AgeReportData.Floor> floors(AgeOutcome outcome) {
    var irreducible = outcome.test().irreducible();
    return irreducible == null ? List.of() : List.of(new AgeReportData.Floor("irreducible error of the generator", irreducible, true));
  }

  private static List<String> notRun(RunFolder run) {
    var missing = new ArrayList<String>();
    if (!"paper".equals(run.record().preset())) {
      missing.add("The paper's own recipe (ResNet-50 or VGG-16 from ImageNet weights, 224 px, 100 epochs) was not run: preset '"
          + run.record().preset() + "' was.");
    }
    missing.add("One seed: the spread over seeds was not measured here.");
    return missing;
  }

  private static byte[] thumbnail(AgeSource source, int index) {
    var bytes = new ByteArrayOutputStream();
    try {
      var small = ImageTransforms.resize(source.read(index), THUMBNAIL_PX, THUMBNAIL_PX);
      ImageIO.write(small.toBufferedImage(), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The closing lines. */
  static void print(Console console, AgeOutcome outcome, Path report) {
    var t = outcome.test();
    console.printf("%s split, %d pictures: MAE %.2f years (rounded %.2f; always the training median %.2f)%s", t.split(), t.count(), t.mae(),
        t.maeRounded(), t.floorMae(), t.irreducible() == null ? "" : String.format(Locale.ROOT, "; no model can beat %.2f",
            t.irreducible()));
    console.printf("within 5 years %.1f %%, within 10 years %.1f %%; the 80 %% interval holds %.1f %%%s", 100 * t.cs()[5], 100 * t.cs()[10],
        100 * t.coverage80(), t.epsilonError() == null ? "" : String.format(Locale.ROOT, "; epsilon-error %.4f", t.epsilonError()));
    if (report != null) {
      console.print("report: " + report);
    }
  }

  /** The distribution as a small bar chart for the terminal. */
  static String terminalChart(AgeDistribution estimate, Console console) {
    var interval = estimate.central(0.8);
    var marks = new TerminalChart.Marks(estimate.ageYears(), interval.low(), interval.high());
    return TerminalChart.render(estimate.distribution(), marks, TERMINAL_COLUMNS, console.supportsBlocks());
  }

  /** Writes {@code table.md}, {@code table.html} and {@code table.json} of the reproduction of Table 1. */
  static void writeTable(Path out, ReproduceAmrTable1.Table table, AgeSettings base, int seeds) {
    var data = tableData(table, base, seeds);
    TableFiles.write(out, AmrTableReport.markdown(data), table);
    DurableFiles.writeString(out.resolve("table.html"), AmrTableReport.html(data));
  }

  /** The table as Markdown. */
  static String markdown(ReproduceAmrTable1.Table table, AgeSettings base, int seeds) {
    return AmrTableReport.markdown(tableData(table, base, seeds));
  }

  private static AmrTableReport.Data tableData(ReproduceAmrTable1.Table table, AgeSettings base, int seeds) {
    var names = AmrTableReport.losses();
    var losses = AgeLosses.table1();
    var seedList = LongStream.range(base.seed(), base.seed() + seeds).boxed().toList();
    var rows = new ArrayList<AmrTableReport.Row>();
    for (int i = 0; i < losses.size(); i++) {
      String loss = losses.get(i).name();
      double[] mae = seedList.stream().mapToDouble(seed -> table.rows().stream()
          .filter(r -> r.loss().equals(loss) && r.seed() == seed).mapToDouble(r -> r.test().mae()).findFirst().orElse(Double.NaN)).toArray();
      rows.add(new AmrTableReport.Row(names.get(i), mae));
    }
    String setting = base.model() + " from random initialisation on " + base.data() + ", " + base.sizePx() + " px, " + base.epochs()
        + " epochs, preset " + base.preset() + "; the epoch with the best validation MAE, scored once on the test split.";
    double floor = table.rows().isEmpty() ? Double.NaN : table.rows().getFirst().test().floorMae();
    return new AmrTableReport.Data(setting, seedList, rows, floor, table.command(), List.of(
        "The paper trains from ImageNet weights on FG-NET and reports, as its code logs it, the best epoch on test; here nothing was chosen on test.",
        "K = max(2, rank) and the exact entropy, as the paper writes; lambda1 0.2, lambda2 0.05."));
  }
}

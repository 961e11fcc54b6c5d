package dev.mien.training.age;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.models.loss.AgeLosses;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.loop.TrainingRun;
import dev.mien.training.report.AmrTableReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien reproduce amr-table1}: the six losses of Table 1 of the AMR paper (FG-NET, ResNet-50: softmax 6.99, mean 3.95, variance 7.63,
 * mean-variance 3.95, residue 6.55, AMR 3.61) with several seeds, on any data set, written down as it came out.
 */
@Command(name = "amr-table1", description = "Train the six losses of the AMR paper's Table 1 with several seeds; resumable.",
    footer = {"", "Example:", "  ./mien reproduce amr-table1 --data utkface:UTKFace.zip --out runs/table1"})
public final class ReproduceAmrTable1 extends MienCommand {
  private static final double CHECKPOINT_SECONDS = 60;

  @Mixin
  private AgeOptions options = new AgeOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "ablation", description = "The preset of every run.")
  private String preset;

  @Option(names = "--seeds", paramLabel = "N", defaultValue = "3", description = "Seeds for each loss.")
  private int seeds;

  @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs/amr-table1",
      description = "Folder of the runs; call the command again with the same folder to go on.")
  private Path out;

  /** One finished run. */
  public record Row(String loss, long seed, String run, AgeOutcome.Test test) {}

  /** What {@code --json} prints and {@code table.json} holds; {@code interrupted} when runs are missing. */
  public record Table(String data, String preset, boolean interrupted, double seconds, String command, List<Row> rows,
                      List<Summary> summary) {}

  /** Mean and sample standard deviation over the seeds of one loss, years; no spread with one seed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(String loss, int seeds, double mae, Double maeStd, double floorMae) {}

  @Override
  protected Object execute(Console console) {
    if (seeds < 1 || seeds > 100) {
      reject("--seeds must lie in 1..100, got " + seeds);
    }
    if (options.givenBesideData().contains("--loss")) {
      reject("the table runs its own six losses, so leave out --loss");
    }
    long began = System.nanoTime();
    var base = options.over(AgePresets.named(preset));
    var rows = new ArrayList<Row>();
    boolean interrupted = false;
    try (var source = AgeRun.open(base, console)) {
      for (int s = 0; s < seeds && !interrupted; s++) {
        for (var loss : AgeLosses.table1()) {
          var settings = base.withLoss(loss.name(), base.seed() + s);
          var folder = out.resolve(settings.loss() + "-seed" + settings.seed());
          var desk = new TrainingRun.Desk(console, deviceName(), threads(), CHECKPOINT_SECONDS, false);
          var outcome = new AgeRun(desk).cell(settings, source, folder, AgeOptions.arguments(settings));
          if (outcome.test() == null) {
            interrupted = true;
            break;
          }
          rows.add(new Row(settings.loss(), settings.seed(), folder.toString(), outcome.test()));
          console.note(loss.name() + ", seed " + settings.seed() + ": test MAE " + AgeRun.years(outcome.test().mae()));
        }
      }
    }
    var table = new Table(base.data(), preset, interrupted, TrainingRun.seconds(began), "./mien " + String.join(" ", givenArguments()), rows,
        summarize(rows));
    AgeReports.writeTable(out, table, base, seeds);
    console.print(AgeReports.markdown(table, base, seeds));
    if (interrupted) {
      console.note("stopped; go on with the same command");
    }
    return table;
  }

  private static List<Summary> summarize(List<Row> rows) {
    var losses = AgeLosses.table1();
    var summaries = new ArrayList<Summary>();
    for (int i = 0; i < losses.size(); i++) {
      String loss = losses.get(i).name();
      var mine = rows.stream().filter(r -> r.loss.equals(loss)).map(Row::test).toList();
      if (!mine.isEmpty()) {
        var figures = new AmrTableReport.Row(AmrTableReport.losses().get(i), mine.stream().mapToDouble(AgeOutcome.Test::mae).toArray());
        summaries.add(new Summary(loss, mine.size(), figures.mean(), Double.isNaN(figures.spread()) ? null : figures.spread(),
            mine.getFirst().floorMae()));
      }
    }
    return summaries;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ReproduceAmrTable1(), arguments));
  }
}

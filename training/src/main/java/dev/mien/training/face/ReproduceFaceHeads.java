package dev.mien.training.face;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.loop.TrainingRun;
import dev.mien.training.run.TableFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien reproduce face-heads}: heads side by side with several seeds, as the AdaFace paper's Table 3 compares its margin with others
 * (there IR-50 on MS1MV2; not repeated here), on any data set, written down as it came out.
 */
@Command(name = "face-heads", description = "Train AdaFace, ArcFace, CosFace and softmax side by side with several seeds; resumable.",
    footer = {"", "Example:", "  ./mien reproduce face-heads --out runs/heads"})
public final class ReproduceFaceHeads extends MienCommand {
  private static final double CHECKPOINT_SECONDS = 60;

  @Mixin
  private FaceOptions options = new FaceOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "ablation", description = "The preset of every run.")
  private String preset;

  @Option(names = "--heads", paramLabel = "NAME", split = ",", defaultValue = "adaface,arcface,cosface,softmax", description = "The heads.")
  private List<String> heads;

  @Option(names = "--seeds", paramLabel = "N", defaultValue = "3", description = "Seeds for each head.")
  private int seeds;

  @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs/face-heads",
      description = "Folder of the runs; call the command again with the same folder to go on.")
  private Path out;

  /** One finished run. */
  public record Row(String head, long seed, String run, FaceOutcome.Test test) {}

  /** Mean and sample standard deviation over the seeds of one head, accuracy as a fraction; no spread with one seed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(String head, String set, int seeds, double accuracy, Double accuracyStd) {}

  /** What {@code --json} prints and {@code table.json} holds; {@code interrupted} when runs are missing. */
  public record Table(String data, String preset, boolean interrupted, double seconds, String command, List<Row> rows, List<Summary> summary) {}

  @Override
  protected Object execute(Console console) {
    if (seeds < 1 || seeds > 100) {
      reject("--seeds must lie in 1..100, got " + seeds);
    }
    if (options.givenBesideData().contains("--head") || options.givenBesideData().contains("--margin")) {
      reject("the table runs the heads of --heads, each with its own margin, so leave out --head and --margin");
    }
    long began = System.nanoTime();
    var base = options.over(FacePresets.named(preset));
    heads.forEach(FaceOptions::requireHead);
    var rows = new ArrayList<Row>();
    boolean interrupted = false;
    try (var source = FaceRun.open(base.data(), console)) {
      if (source.test().isEmpty()) {
        reject("--data " + base.data() + " keeps no pairs for a test, so heads cannot be compared on it");
      }
      for (int s = 0; s < seeds && !interrupted; s++) {
        for (var head : heads) {
          var settings = base.withHead(head, base.seed() + s);
          var folder = out.resolve(head + "-seed" + settings.seed());
          var desk = new TrainingRun.Desk(console, deviceName(), threads(), CHECKPOINT_SECONDS, false);
          var outcome = new FaceRun(desk).cell(settings, source, folder, FaceOptions.arguments(settings));
          if (outcome.test() == null) {
            interrupted = true;
            break;
          }
          rows.add(new Row(head, settings.seed(), folder.toString(), outcome.test()));
          console.note(String.format(Locale.ROOT, "%s, seed %d: accuracy %.2f %%", head, settings.seed(), 100 * outcome.test().accuracy()));
        }
      }
    }
    var table = new Table(base.data(), preset, interrupted, TrainingRun.seconds(began), "./mien " + String.join(" ", givenArguments()), rows,
        FaceHeadTable.summarize(rows));
    String text = FaceHeadTable.markdown(table, base, heads);
    TableFiles.write(out, text, table);
    console.print(text);
    if (interrupted) {
      console.note("stopped; go on with the same command");
    }
    return table;
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ReproduceFaceHeads(), arguments));
  }
}

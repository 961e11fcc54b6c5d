package dev.mien.training.age;

import dev.mien.engine.tensor.MienException;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.FgNet;
import dev.mien.training.loop.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien reproduce amr-fgnet}: leave one person out on FG-NET (AMR paper, Table 2: MAE 3.61 with ImageNet weights and, as its code
 * logs it, the best epoch on test). Here the last epoch counts; nothing is chosen on the person left out.
 */
@Command(name = "amr-fgnet", description = "Train FG-NET with one person left out, for every person; resumes fold by fold.",
    footer = {"", "Example:", "  ./mien reproduce amr-fgnet --data fgnet:FGNET.zip --preset ablation --out runs/fgnet"})
public final class ReproduceAmrFgNet extends MienCommand {
  private static final double CHECKPOINT_SECONDS = 60;

  @Mixin
  private AgeOptions options = new AgeOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "ablation", description = "The preset of every fold.")
  private String preset;

  @Option(names = "--folds", paramLabel = "N", defaultValue = "0", description = "Only the first N people; 0 for all.")
  private int folds;

  @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs/amr-fgnet",
      description = "Folder of the folds; call the command again with the same folder to go on.")
  private Path out;

  /** One fold. */
  public record Fold(int person, String run, int count, double mae) {}

  /**
   * What {@code --json} prints.
   *
   * @param maeMicro over all pictures, years (the usual figure)
   * @param maeMacro mean of the people's errors, years
   * @param cs share of errors of at most 0..10 years, over all pictures
   */
  public record Outcome(String run, boolean interrupted, int people, int pictures, double maeMicro, double maeMacro, double[] cs,
                        List<Fold> folds) {}

  @Override
  protected Object execute(Console console) {
    if (folds < 0) {
      reject("--folds must be 0 or more, got " + folds);
    }
    var settings = options.over(AgePresets.named(preset));
    if (!settings.data().startsWith("fgnet:")) {
      throw new MienException("leave one person out needs FG-NET: --data fgnet:PATH, got " + settings.data());
    }
    var done = new ArrayList<Fold>();
    var cs = new double[11];
    boolean interrupted = false;
    try (var source = (FgNet) AgeRun.open(settings, console)) {
      var people = source.subjects();
      for (int person : folds == 0 ? people : people.subList(0, Math.min(folds, people.size()))) {
        var folder = out.resolve(String.format(Locale.ROOT, "person%03d", person));
        var outcome = new AgeRun(new TrainingRun.Desk(console, deviceName(), threads(), CHECKPOINT_SECONDS, false)).cell(settings, source.fold(person), folder,
            givenArguments());
        if (outcome.test() == null) {
          interrupted = true;
          break;
        }
        var test = outcome.test();
        done.add(new Fold(person, folder.toString(), test.count(), test.mae()));
        for (int i = 0; i < cs.length; i++) {
          cs[i] += test.cs()[i] * test.count();
        }
        console.note(String.format(Locale.ROOT, "person %03d: MAE %.2f over %d pictures", person, test.mae(), test.count()));
      }
    }
    return summarize(console, done, cs, interrupted);
  }

  private Outcome summarize(Console console, List<Fold> done, double[] csSums, boolean interrupted) {
    int pictures = done.stream().mapToInt(Fold::count).sum();
    double micro = done.stream().mapToDouble(f -> f.mae * f.count).sum() / pictures;
    double macro = done.stream().mapToDouble(Fold::mae).average().orElse(Double.NaN);
    var cs = csSums.clone();
    for (int i = 0; i < cs.length; i++) {
      cs[i] /= pictures;
    }
    console.printf("%d people, %d pictures: MAE %.2f years over pictures, %.2f over people", done.size(), pictures, micro, macro);
    if (interrupted) {
      console.note("stopped; go on with the same command");
    }
    return new Outcome(out.toString(), interrupted, done.size(), pictures, micro, macro, cs, done);
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ReproduceAmrFgNet(), arguments));
  }
}

package dev.mien.training.agegender;

import dev.mien.engine.random.Rng;
import dev.mien.engine.tensor.Device;
import dev.mien.models.agegender.AgeGenderPlan.Injection;
import dev.mien.models.agegender.AgeGenderPredictor;
import dev.mien.models.backbone.Backbones;
import dev.mien.training.agegender.AgeGenderSettings.Tasks;
import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.data.AgeSource;
import dev.mien.training.data.Split;
import dev.mien.training.loop.TrainingRun;
import dev.mien.training.run.TableFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien reproduce age-gender-questions}: the questions of the paper of age and gender with attention (Abdolrashidi et al. 2020, its comparison
 * of attention, ResNet and ensemble), with several seeds, on any data set, written down as it came out.
 */
@Command(name = "age-gender-questions", description = "Attention or not, two tasks or one, the gender injected or not, ensemble or members: several seeds; "
    + "resumable.", footer = {"", "Example:", "  ./mien reproduce age-gender-questions --out runs/questions"})
public final class ReproduceAgeGenderQuestions extends MienCommand {
  private static final double CHECKPOINT_SECONDS = 60;
  private static final String ENSEMBLE = "ensemble";

  @Mixin
  private AgeGenderOptions options = new AgeGenderOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "ablation", description = "The preset of every run.")
  private String preset;

  @Option(names = "--rival", paramLabel = "NAME", defaultValue = "resnet-tiny", description = "The trunk without attention.")
  private String rival;

  @Option(names = "--seeds", paramLabel = "N", defaultValue = "3", description = "Seeds of each network.")
  private int seeds;

  @Option(names = "--out", paramLabel = "DIR", defaultValue = "runs/age-gender-questions",
      description = "Folder of the runs; call the command again with the same folder to go on.")
  private Path out;

  /** One finished run, or one ensemble. */
  public record Row(String arm, long seed, String run, AgeGenderOutcome.Test test) {}

  /** What {@code --json} prints and {@code table.json} holds; {@code interrupted} when runs are missing. */
  public record Table(String data, String preset, boolean interrupted, double seconds, String command, List<Row> rows,
                      List<QuestionTable.Answer> answers) {}

  @Override
  protected Object execute(Console console) {
    if (seeds < 1 || seeds > 100) {
      reject("--seeds must lie in 1..100, got " + seeds);
    }
    var fixed = options.givenBesideData().stream().filter(List.of("--tasks", "--injection", "--years", "--groups")::contains).toList();
    if (!fixed.isEmpty()) {
      reject("the questions choose tasks and injection by themselves, so leave out " + String.join(", ", fixed));
    }
    Backbones.attributes(rival, Rng.seed(0));
    long began = System.nanoTime();
    var base = options.over(AgeGenderPresets.named(preset));
    var rows = new ArrayList<Row>();
    boolean complete;
    try (var source = AgeGenderRun.open(base, console)) {
      complete = trainAll(base, source, rows, console);
    }
    var table = new Table(base.data(), preset, !complete, TrainingRun.seconds(began), "./mien " + String.join(" ", givenArguments()), rows,
        QuestionTable.answers(rows));
    String text = QuestionTable.markdown(table, base, rival);
    TableFiles.write(out, text, table);
    console.print(text);
    if (!complete) {
      console.note("stopped; go on with the same command");
    }
    return table;
  }

  /** The networks of a seed, by name; each question picks from them. */
  private Map<String, AgeGenderSettings> arms(AgeGenderSettings base, long seed) {
    var h = base.heads();
    var arms = new LinkedHashMap<String, AgeGenderSettings>();
    arms.put("attention", base.with(base.model(), h, seed));
    arms.put("no attention", base.with(rival, h, seed));
    arms.put("gender alone", base.with(base.model(), h.with(Tasks.GENDER, Injection.OFF), seed));
    arms.put("age alone", base.with(base.model(), h.with(Tasks.AGE, Injection.OFF), seed));
    arms.put("detached", base.with(base.model(), h.with(Tasks.JOINT, Injection.DETACHED), seed));
    arms.put("not injected", base.with(base.model(), h.with(Tasks.JOINT, Injection.OFF), seed));
    return arms;
  }

  private boolean trainAll(AgeGenderSettings base, AgeSource source, List<Row> rows, Console console) {
    for (int s = 0; s < seeds; s++) {
      long seed = base.seed() + s;
      for (var arm : arms(base, seed).entrySet()) {
        var folder = folder(arm.getKey(), seed);
        var desk = new TrainingRun.Desk(console, deviceName(), threads(), CHECKPOINT_SECONDS, false);
        var outcome = new AgeGenderRun(desk).cell(arm.getValue(), source, folder, AgeGenderOptions.arguments(arm.getValue()));
        if (outcome.test() == null) {
          return false;
        }
        rows.add(new Row(arm.getKey(), seed, folder.toString(), outcome.test()));
      }
      rows.add(new Row(ENSEMBLE, seed, folder("attention", seed) + "," + folder("no attention", seed), ensemble(source, seed)));
    }
    return true;
  }

  private Path folder(String arm, long seed) {
    return out.resolve(arm.replace(' ', '-') + "-seed" + seed);
  }

  private AgeGenderOutcome.Test ensemble(AgeSource source, long seed) {
    try (var device = Device.open(deviceName(), threads());
        var both = AgeGenderPredictor.load(List.of(folder("attention", seed), folder("no attention", seed)), device)) {
      var predictions = AgeGenderEvaluator.predict(both.ensemble(), source, source.indices(Split.TEST), n -> { });
      return AgeGenderOutcome.Test.of("test", AgeGenderEvaluator.metrics(both.ensemble(), predictions));
    }
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new ReproduceAgeGenderQuestions(), arguments));
  }
}

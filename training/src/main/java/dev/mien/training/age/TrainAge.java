package dev.mien.training.age;

import dev.mien.training.command.CommandRunner;
import dev.mien.training.command.Console;
import dev.mien.training.command.MienCommand;
import dev.mien.training.run.RunFolder;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mien train age}: trains an age network with the AMR loss (paper, Table 1: FG-NET MAE 3.61, CLAP2016 epsilon-error 0.3882 with
 * ImageNet weights and, as released, the best epoch on test; neither was repeated here).
 */
@Command(name = "age", description = "Train an age model; without options, on synthetic faces in minutes.",
    footer = {"", "Examples:", "  ./mien train age", "  ./mien train age --data utkface:UTKFace.zip --preset small",
        "  ./mien train age --preset paper --plan --checkpointing",
        "  ./mien train age --resume runs/age-20261122-101500-2026"})
public final class TrainAge extends MienCommand {
  @Mixin
  private AgeOptions options = new AgeOptions();

  @Option(names = "--preset", paramLabel = "NAME", defaultValue = "tiny",
      description = "smoke (seconds), tiny (minutes), ablation (64 px, at most 5 minutes), small (real faces, at most 40 minutes), "
          + "paper (ResNet-50, 224 px, 100 epochs).")
  private String preset;

  @Option(names = "--out", paramLabel = "DIR", description = "Run folder to make; default runs/age-TIME-SEED.")
  private Path out;

  @Option(names = "--resume", paramLabel = "RUN", description = "Go on with a run that was stopped, to the same bits.")
  private Path resume;

  @Option(names = "--checkpoint-seconds", paramLabel = "S", defaultValue = "60",
      description = "Save at least so often; also after each epoch and on Ctrl-C.")
  private double checkpointSeconds;

  @Option(names = "--checkpointing", description = "Keep the inputs of the network's blocks alone and run the blocks again in backward: "
      + "less memory, about a third more time, the same numbers.")
  private boolean checkpointing;

  @Option(names = "--plan", description = "Print how much memory the training would need, and train nothing.")
  private boolean plan;

  @Override
  protected Object execute(Console console) {
    if (!(checkpointSeconds >= 0)) {
      reject("--checkpoint-seconds must be 0 or more, got " + checkpointSeconds);
    }
    var run = new AgeRun(console, deviceName(), threads(), checkpointSeconds).recomputing(checkpointing);
    if (plan) {
      return plan(run);
    }
    if (resume == null) {
      var settings = options.over(AgePresets.named(preset));
      return run.begin(settings, out != null ? out : RunFolder.defaultPath("age", settings.seed()), givenArguments());
    }
    var given = options.givenBesideData();
    if (isGiven("--preset")) {
      given.add("--preset");
    }
    if (out != null) {
      given.add("--out");
    }
    if (!given.isEmpty()) {
      reject("a resumed run keeps its options, so leave out " + String.join(", ", given));
    }
    return run.resume(resume, options.data());
  }

  private Object plan(AgeRun run) {
    if (!deviceName().equals("cpu")) {
      reject("--plan knows the device cpu, not " + deviceName());
    }
    return run.plan(resume == null ? options.over(AgePresets.named(preset)) : AgeRun.settings(resume));
  }

  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new TrainAge(), arguments));
  }
}
